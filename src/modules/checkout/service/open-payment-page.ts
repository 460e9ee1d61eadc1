import { inOneStatement, inTx } from '../../../db/client.ts';
import { ProviderError, type ProviderErrorKind } from '../../../integrations/provider-error.ts';
import type { SessionParams, StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { lockOrder } from '../../orders/index.ts';
import { loadPayment, lockPayment, recordSession } from '../../payments/index.ts';
import type { OpenedSession } from '../checkout.contract.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import { failAttempt, finishAttempt, yieldAttempt } from '../checkout.queries.ts';
import { cancelUnpaid } from './cancel-unpaid.ts';
import { findOrCreateSession, findSession, type PaymentPage } from './find-or-create-session.ts';
import { requirePending } from './require-pending.ts';

/**
 * Phases two and three of a checkout: asks Stripe for the payment page of a reserved order and writes down what it
 * answered. Safe to repeat: the parameters are stored and the idempotency key is made of the order's id, so Stripe gives
 * the same session.
 *
 * @throws Problem PAYMENT_PAGE_REFUSED (all is undone), PAYMENT_PAGE_UNKNOWN (the hold stays: the session may exist),
 *   CHECKOUT_ENDED (paid or expired meanwhile)
 */
export function openPaymentPage(app: App, page: PaymentPage): Promise<OpenedSession> {
  return open(app, page, { isFirst: true });
}

/**
 * The same for an order that another request reserved.
 * @throws Problem CHECKOUT_COMPLETED, CHECKOUT_ENDED where the order waits for no payment any more
 */
export async function resumePaymentPage(app: App, orderId: string): Promise<OpenedSession> {
  try {
    await requirePending(app, orderId);
  } catch (error) {
    // It has ended: nobody has to go on with it, now or later.
    if (error instanceof Problem) await answerAttempt(app, orderId, { status: 409, body: {} });
    throw error;
  }
  const payment = await loadPayment(app.database.db, orderId);
  if (!payment) throw new Error(`Order ${orderId} has no payment.`);
  return open(app, payment, { isFirst: false });
}

type Ask = { isFirst: boolean };

async function open(app: App, page: PaymentPage, ask: Ask): Promise<OpenedSession> {
  const session = await askForSession(app, page, ask);
  const { orderId } = page;
  const { publicId } = page.sessionParams as SessionParams;
  if (session.url === null) throw new Problem(checkoutProblems.CHECKOUT_ENDED);
  return record(app, { orderId, publicId, sessionId: session.id, url: session.url });
}

/** A timeout is no refusal: while nobody knows whether a payable session exists, the goods stay held. */
async function askForSession(app: App, page: PaymentPage, ask: Ask): Promise<StripeSession> {
  const { orderId } = page;
  try {
    return await findOrCreateSession(app, page);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    app.reports.failed(error, { flow: 'checkout', orderId });
    if (!(await isRefused(app, page, ask, error.kind))) {
      await inTx(app, 'checkout.yield', (tx, now) => yieldAttempt(tx, { orderId, now }));
      throw new Problem(checkoutProblems.PAYMENT_PAGE_UNKNOWN, { cause: error });
    }
    await undo(app, orderId);
    throw new Problem(checkoutProblems.PAYMENT_PAGE_REFUSED, { cause: error });
  }
}

/** Whether there is no page for sure. What an earlier request asked for may have been made before Stripe says no to this one. */
async function isRefused(
  app: App,
  page: PaymentPage,
  { isFirst }: Ask,
  kind: ProviderErrorKind,
): Promise<boolean> {
  if (isFirst) return kind !== 'unknown';
  if (kind !== 'rejected') return false;
  return findSession(app, page).then(
    (session) => session === null,
    () => false,
  );
}

/** A faster request has written the page down by now: somebody may be paying there. */
class PageIsRecorded extends Error {}

/** A definite no: goods free, order cancelled, and the same key may try again. */
async function undo(app: App, orderId: string): Promise<void> {
  try {
    await inTx(app, 'checkout.undo', async (tx, now) => {
      await failAttempt(tx, orderId);
      const order = await lockOrder(tx, orderId);
      if (order?.status !== 'pending_payment') return;
      // Before the stock, against the usual order: for the payment of a locked order nobody waits who has stock locked.
      const payment = await lockPayment(tx, orderId);
      if (payment !== null && payment.sessionId !== null) throw new PageIsRecorded();
      await cancelUnpaid(tx, { order, now, actor: 'stripe' });
    });
  } catch (error) {
    if (!(error instanceof PageIsRecorded)) throw error;
  }
}

async function record(
  app: App,
  page: { orderId: string; publicId: string; sessionId: string; url: string },
): Promise<OpenedSession> {
  const { orderId, publicId, sessionId, url } = page;
  const opened = { checkoutUrl: url, sessionId, publicId, orderId };
  const paymentState = await inOneStatement(app, 'checkout.record', (db) =>
    recordSession(db, { orderId, sessionId, sessionUrl: url }),
  );
  // Not in one transaction: after a crash between the two, the next try finds the page that is recorded.
  await answerAttempt(app, orderId, { status: 201, body: opened });
  if (paymentState === 'failed') {
    // Cancelled or expired while Stripe was slow: nobody may pay for goods that are not set aside.
    await app.stripe.expireSession(sessionId, `expire/${orderId}/${app.newId()}`);
    throw new Problem(checkoutProblems.CHECKOUT_ENDED);
  }
  return opened;
}

async function answerAttempt(
  app: App,
  orderId: string,
  { status, body }: { status: number; body: object },
): Promise<void> {
  await inOneStatement(app, 'checkout.answer', (db) =>
    finishAttempt(db, { orderId, responseStatus: status, responseBody: body }),
  );
}
