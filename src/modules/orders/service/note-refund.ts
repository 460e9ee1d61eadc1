import type { Tx } from '../../../db/client.ts';
import { insertEvent } from '../queries/load-order-facts.ts';

/**
 * Step: what became of a refund, in the order's timeline. Not its reason: that is free text about a person, and what
 * stands here can never be erased.
 */
export async function noteRefund(
  tx: Tx,
  request: {
    refund: { id: string; orderId: string; amountCents: number; currency: string };
    became: 'requested' | 'succeeded' | 'failed' | 'canceled';
    now: Date;
    actor: string;
  },
): Promise<void> {
  const { refund, became, now, actor } = request;
  const { id: refundId, orderId, amountCents, currency } = refund;
  const details = { refundId, amountCents, currency };
  await insertEvent(tx, { orderId, kind: `refund_${became}`, actor, details, now });
}
