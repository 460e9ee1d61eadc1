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
  request: { order: LockedOrder; now: Date; actor: string },
): Promise<void> {
  const { order, now, actor } = request;
  await markCancelled(tx, { order, now, actor });
  await releaseHolds(tx, { orderId: order.id, as: 'released', now, actor });
  await markPaymentFailed(tx, { orderId: order.id, now });
}
