import { inTx } from '../../../db/client.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { SessionParams, StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { releaseHolds } from '../../inventory/index.ts';
import { lockOrder, markCancelled } from '../../orders/index.ts';
import { loadPayment, markPaymentFailed, recordSession } from '../../payments/index.ts';
import type { OpenedSession } from '../checkout.contract.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import { failAttempt, finishAttempt, yieldAttempt } from '../checkout.queries.ts';

/**
 * Phases two and three of a checkout: asks Stripe for the payment page of a reserved order and writes down what it
 * answered. Safe to repeat: the parameters are stored and the idempotency key is made of the order's id, so Stripe gives
 * the same session.
 *
 * @throws Problem PAYMENT_PAGE_REFUSED (all is undone), PAYMENT_PAGE_UNKNOWN (the hold stays: the session may exist)
 */
export async function openPaymentPage(app: App, orderId: string): Promise<OpenedSession> {
  const payment = await loadPayment(app.database.db, orderId);
  if (!payment) throw new Error(`Order ${orderId} has no payment.`);
  // Written by this module, exactly as it is to be sent.
  const params = payment.sessionParams as SessionParams;
  const session = await createSession(app, orderId, params);
  if (session.url === null) {
    await undo(app, orderId);
    throw new Problem(checkoutProblems.PAYMENT_PAGE_REFUSED);
  }
  return record(app, { orderId, publicId: params.publicId, sessionId: session.id, url: session.url });
}

/**
 * Creates the session, or finds it where the answer was lost. A timeout is no refusal: while nobody knows whether a
 * payable session exists, the goods stay held.
 */
export async function createSession(
  app: App,
  orderId: string,
  params: SessionParams,
): Promise<StripeSession> {
  try {
    return await app.stripe.createSession(params, `checkout/${orderId}`);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind === 'unknown') return resume(app, orderId, error);
    await undo(app, orderId);
    throw new Problem(checkoutProblems.PAYMENT_PAGE_REFUSED, { cause: error });
  }
}

async function resume(app: App, orderId: string, cause: ProviderError): Promise<StripeSession> {
  const found = await app.stripe
    .findSessionForOrder(orderId, await createdSinceSeconds(app, orderId))
    .catch(() => null);
  if (found) return found;
  await inTx(app, 'checkout.yield', (tx, now) => yieldAttempt(tx, { orderId, now }));
  throw new Problem(checkoutProblems.PAYMENT_PAGE_UNKNOWN, { cause });
}

async function createdSinceSeconds(app: App, orderId: string): Promise<number> {
  const payment = await loadPayment(app.database.db, orderId);
  // Stripe's clock is not ours; an hour of difference finds nothing that is not this order's.
  return Math.floor((payment?.createdAt.getTime() ?? 0) / 1000) - 3600;
}

/** A definite no: goods free, order cancelled, and the same key may try again. */
async function undo(app: App, orderId: string): Promise<void> {
  await inTx(app, 'checkout.undo', async (tx, now) => {
    await failAttempt(tx, orderId);
    const order = await lockOrder(tx, orderId);
    if (order?.status !== 'pending_payment') return;
    await markCancelled(tx, { order, now, actor: 'stripe' });
    await releaseHolds(tx, { orderId, as: 'released', now, actor: 'stripe' });
    await markPaymentFailed(tx, { orderId, now });
  });
}

async function record(
  app: App,
  page: { orderId: string; publicId: string; sessionId: string; url: string },
): Promise<OpenedSession> {
  const { orderId, publicId, sessionId, url } = page;
  const opened = { checkoutUrl: url, sessionId, publicId, orderId };
  const isPending = await inTx(app, 'checkout.record', async (tx) => {
    await finishAttempt(tx, { orderId, responseStatus: 201, responseBody: opened });
    const order = await lockOrder(tx, orderId);
    await recordSession(tx, { orderId, sessionId, sessionUrl: url });
    return order?.status === 'pending_payment' || order?.paidAt !== null;
  });
  if (!isPending) {
    // Cancelled or expired while Stripe was slow: nobody may pay for goods that are not set aside.
    await app.stripe.expireSession(sessionId, `expire/${orderId}/${app.newId()}`);
    throw new Problem(checkoutProblems.CHECKOUT_ENDED);
  }
  return opened;
}
