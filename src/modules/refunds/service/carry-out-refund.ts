import { inTx } from '../../../db/client.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { StripeRefund } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { lockOrder, noteRefund } from '../../orders/index.ts';
import { loadPayment } from '../../payments/index.ts';
import { listRefunds, saveRefundState, type Refund } from '../queries/keep-refunds.ts';
import { refundsProblems } from '../refunds.problems.ts';
import { applyRefunds } from './apply-refunds.ts';
import { enqueueRefundFailedNotice } from './enqueue-refund-mail.ts';
import { isServerError, makeOtherKey } from './make-other-key.ts';
import { syncRefunds } from './sync-refunds.ts';

/**
 * Use case: asks Stripe for a refund that is written down, and books the answer. The key is the row's, so a repeat after
 * a lost answer is the same refund.
 *
 * @throws Problem REFUND_FAILED (no money moves), REFUND_UNCONFIRMED (the row stays; `finishRefunds` goes on)
 */
export async function carryOutRefund(app: App, refund: Refund, actor: string): Promise<void> {
  await book(app, refund, { answer: await askStripe(app, refund, keyOf(refund), actor), actor });
}

const keyOf = ({ id }: Refund) => `refund/${id}`;

async function book(
  app: App,
  refund: Refund,
  { answer, actor }: { answer: StripeRefund; actor: string },
): Promise<void> {
  await inTx(app, 'refunds.book', async (tx, now) => {
    const order = await lockOrder(tx, refund.orderId);
    if (!order) throw new Error(`Order ${refund.orderId} does not exist.`);
    await applyRefunds(tx, app, { order, seen: [answer], now, actor });
  });
  if (answer.status === 'failed' || answer.status === 'canceled') {
    throw new Problem(refundsProblems.REFUND_FAILED);
  }
}

/**
 * Use case: goes on with a refund whose answer is not known. Stripe forgets keys after a day, so it is looked for by its
 * metadata before it is asked for again.
 */
export async function resumeRefund(app: App, refund: Refund, actor: string): Promise<void> {
  if (!(await isStillOpen(app, refund, actor))) return;
  try {
    await carryOutRefund(app, refund, actor);
  } catch (error) {
    // Stripe repeats a stored 500 under its key for a day, and the money would not go back. It is asked under another
    // key, once Stripe's own list has shown again that nothing came of the first.
    const wasServerError = error instanceof Problem && isServerError(error.cause);
    if (!wasServerError || !(await isStillOpen(app, refund, actor))) throw error;
    const { createdAt } = refund;
    const otherKey = await makeOtherKey(app, { key: keyOf(refund), createdAt });
    const answer = await askStripe(app, refund, otherKey, actor);
    await book(app, refund, { answer, actor });
  }
}

/** Whether Stripe does not know of the refund, after ours were brought up to date. */
async function isStillOpen(app: App, refund: Refund, actor: string): Promise<boolean> {
  await syncRefunds(app, { orderId: refund.orderId, actor });
  const refunds = await listRefunds(app.database.db, refund.orderId);
  return refunds.some(({ id, state }) => id === refund.id && state === 'requested');
}

async function askStripe(
  app: App,
  refund: Refund,
  key: string,
  actor: string,
): Promise<StripeRefund> {
  const payment = await loadPayment(app.database.db, refund.orderId);
  if (!payment?.intentId) throw new Error(`Refund ${refund.id} has no payment to go back to.`);
  const { id: refundId, orderId, amountCents } = refund;
  const params = {
    paymentIntentId: payment.intentId,
    amountCents,
    metadata: { refundId, orderId, paymentId: payment.id },
  };
  try {
    return await app.stripe.createRefund(params, key);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    if (error.kind !== 'rejected') {
      throw new Problem(refundsProblems.REFUND_UNCONFIRMED, { cause: error });
    }
    await markRejected(app, refund, actor);
    throw new Problem(refundsProblems.REFUND_FAILED, { cause: error });
  }
}

async function markRejected(app: App, refund: Refund, actor: string): Promise<void> {
  await inTx(app, 'refunds.rejected', async (tx, now) => {
    const order = await lockOrder(tx, refund.orderId);
    const rows = await listRefunds(tx, refund.orderId);
    const isOpen = rows.some(({ id, state }) => id === refund.id && state === 'requested');
    if (!order || !isOpen) return;
    await saveRefundState(tx, refund.id, { state: 'failed' });
    await noteRefund(tx, { refund, became: 'failed', now, actor });
    await enqueueRefundFailedNotice(tx, app, { order, refund, now, actor });
    // What it would have given back, a bank may have taken.
    await applyRefunds(tx, app, { order, seen: [], now, actor });
  });
}
