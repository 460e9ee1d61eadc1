import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import {
  enqueueAttentionMails,
  lockOrder,
  markNeedsAttention,
  resolveAttention,
} from '../../orders/index.ts';
import { findPaymentByIntent } from '../../payments/index.ts';

const DISPUTED = {
  code: 'DISPUTED',
  message: 'The cardholder disputes the payment. Packing and tickets are on hold.',
  hint: 'Answer the dispute at Stripe. Refund or ship nothing before it is decided.',
};

/** Stripe's words for a dispute that ended without taking the money. */
const HARMLESS: readonly string[] = ['won', 'warning_closed', 'prevented'];

/**
 * Use case: a payment is disputed, or a dispute has ended. The dispute is read again, so the order of its events does not
 * matter. An order that waits to be packed is stopped once, and goes on when the dispute is won; one that is packed
 * already keeps its status.
 */
export async function followDispute(
  app: App,
  { disputeId, actor }: { disputeId: string; actor: string },
): Promise<'flagged' | 'released' | 'no_effect' | 'not_ours'> {
  const dispute = await app.stripe.retrieveDispute(disputeId);
  if (!dispute || dispute.paymentIntentId === null) return 'not_ours';
  const payment = await findPaymentByIntent(app.database.db, dispute.paymentIntentId);
  if (!payment) return 'not_ours';
  const isHarmless = HARMLESS.includes(dispute.status);
  return inTx(app, 'refunds.dispute', async (tx, now) => {
    const order = await lockOrder(tx, payment.orderId);
    if (!order || order.customerId === null) return 'no_effect';
    const isFlagged = order.attentionCode === DISPUTED.code;
    if (isHarmless && isFlagged && order.status === 'paid_needs_attention') {
      await resolveAttention(tx, { order, now, actor });
      return 'released';
    }
    // Somebody who let a flagged order go on has decided: later events of the dispute do not stop it again.
    if (isHarmless || isFlagged || order.status !== 'paid') return 'no_effect';
    const { customerId } = order;
    await markNeedsAttention(tx, { order, ...DISPUTED, customerId, now, actor });
    await enqueueAttentionMails(tx, app, { orderId: order.id, now });
    return 'flagged';
  });
}
