import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import {
  enqueueAttentionMails,
  markNeedsAttention,
  markRefunded,
  type LockedOrder,
} from '../../orders/index.ts';
import { loadPayment } from '../../payments/index.ts';

const DRIFT = {
  code: 'REFUND_DRIFT',
  message: 'The order was refunded, but Stripe took a refund back: not all of the money has left.',
  hint: 'Look at the refund at Stripe, then refund what remains.',
};

const GOODS_GONE = {
  code: 'REFUND_FAILED_GOODS_GONE',
  message:
    'A refund failed after its goods had gone back on the shelf, and somebody else has them by now.',
  hint: 'Refund what remains, without restocking.',
};

/**
 * Step: an order is refunded exactly while all that was received has gone back. Less leaves its status alone, unless the
 * goods that it would get are gone.
 *
 * @returns true if it was refunded and is no longer
 */
export async function settleOrder(
  tx: Tx,
  app: App,
  request: {
    order: LockedOrder;
    refundedCents: number;
    areGoodsThere: boolean;
    now: Date;
    actor: string;
  },
): Promise<boolean> {
  const { order, refundedCents, areGoodsThere, now, actor } = request;
  const payment = await loadPayment(tx, order.id);
  const isAll = refundedCents > 0 && refundedCents === payment?.receivedCents;
  if (isAll && order.status !== 'refunded') await markRefunded(tx, { order, now, actor });
  const isDrift = !isAll && order.status === 'refunded';
  const isOwedInVain = !areGoodsThere && order.status === 'paid';
  if (!isDrift && !isOwedInVain) return false;
  const { customerId } = order;
  if (customerId === null) throw new Error(`Order ${order.id} was paid without a customer.`);
  await markNeedsAttention(tx, {
    order,
    ...(areGoodsThere ? DRIFT : GOODS_GONE),
    customerId,
    now,
    actor,
  });
  await enqueueAttentionMails(tx, app, { orderId: order.id, now });
  return isDrift;
}
