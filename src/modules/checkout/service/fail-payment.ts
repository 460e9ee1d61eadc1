import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { enqueuePaymentFailedMail, lockOrder } from '../../orders/index.ts';
import { cancelUnpaid } from './cancel-unpaid.ts';

/**
 * Use case: a delayed payment failed at the bank. Frees the goods, closes the order and tells the shopper. An order that
 * was paid meanwhile stays paid: the session's present state decides, not the event.
 */
export async function failPayment(
  app: App,
  request: { sessionId: string; actor: string },
): Promise<'failed' | 'no_effect' | 'not_ours'> {
  const session = await app.stripe.retrieveSession(request.sessionId);
  if (!session || session.orderId === null) return 'not_ours';
  if (session.paymentStatus !== 'unpaid') return 'no_effect';
  const { orderId } = session;
  return inTx(app, 'checkout.payment-failed', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (!order) return 'not_ours';
    if (order.status !== 'pending_payment') return 'no_effect';
    await cancelUnpaid(tx, { order, now, actor: request.actor });
    await enqueuePaymentFailedMail(tx, app, { orderId, now });
    return 'failed';
  });
}
