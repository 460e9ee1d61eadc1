import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { releaseHolds } from '../../inventory/index.ts';
import { findCancelRequest, lockOrder, markExpired } from '../../orders/index.ts';
import { markPaymentFailed } from '../../payments/index.ts';
import { cancelUnpaid } from './cancel-unpaid.ts';

/**
 * Use case: closes an unpaid order whose session can no longer be paid, and frees its goods. Only after Stripe said so.
 * It expires, unless somebody had it cancelled. False if the order is not waiting any more.
 */
export function expireOrder(
  app: App,
  request: { orderId: string; actor: string },
): Promise<boolean> {
  const { orderId, actor } = request;
  return inTx(app, 'checkout.expire', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (order?.status !== 'pending_payment') return false;
    const canceller = await findCancelRequest(tx, orderId);
    if (canceller !== null) {
      await cancelUnpaid(tx, { order, now, actor: canceller });
      return true;
    }
    await markExpired(tx, { order, now, actor });
    await releaseHolds(tx, { orderId, as: 'expired', now, actor });
    await markPaymentFailed(tx, { orderId, now });
    return true;
  });
}
