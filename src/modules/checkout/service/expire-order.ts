import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { releaseHolds } from '../../inventory/index.ts';
import { findCancelRequest, lockOrder, markExpired } from '../../orders/index.ts';
import { loadPayment, markPaymentFailed } from '../../payments/index.ts';
import { cancelUnpaid } from './cancel-unpaid.ts';
import { isOwnSession } from './is-own-session.ts';

/**
 * Use case: closes an unpaid order whose session can no longer be paid, and frees its goods. Only after Stripe said so.
 * It expires, unless somebody had it cancelled. False if the order is not waiting any more, or if `sessionId` is given and
 * is not the order's own.
 */
export function expireOrder(
  app: App,
  request: { orderId: string; sessionId?: string; actor: string },
): Promise<boolean> {
  const { orderId, sessionId, actor } = request;
  return inTx(app, 'checkout.expire', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (order?.status !== 'pending_payment') return false;
    if (sessionId !== undefined) {
      const payment = await loadPayment(tx, orderId);
      if (!payment || !isOwnSession(payment, { id: sessionId })) return false;
    }
    const canceller = await findCancelRequest(tx, orderId);
    if (canceller !== null) {
      await cancelUnpaid(tx, { order, now, actor: canceller });
      return true;
    }
    await markExpired(tx, { order, now, actor });
    const lineCount = order.lines.length;
    await releaseHolds(tx, { orderId, lineCount, as: 'expired', now, actor });
    await markPaymentFailed(tx, { orderId, now });
    return true;
  });
}
