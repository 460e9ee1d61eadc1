import type { Tx } from '../../../db/client.ts';
import { releaseHolds } from '../../inventory/index.ts';
import { markCancelled, type LockedOrder } from '../../orders/index.ts';
import { markPaymentFailed } from '../../payments/index.ts';

/**
 * Step: an unpaid order will not be served, and its goods are free. The caller has locked the order, and knows from Stripe
 * that nobody can pay for it.
 */
export async function cancelUnpaid(
  tx: Tx,
  request: {
    order: LockedOrder;
    now: Date;
    actor: string;
    /** Public id of the order that its shopper opened instead, for the timeline. */
    replacedBy?: string;
  },
): Promise<void> {
  const { order, now, actor, replacedBy } = request;
  const details = replacedBy === undefined ? {} : { details: { replacedBy } };
  await markCancelled(tx, { order, now, actor, ...details });
  const lineCount = order.lines.length;
  await releaseHolds(tx, { orderId: order.id, lineCount, as: 'released', now, actor });
  await markPaymentFailed(tx, { orderId: order.id, now });
}
