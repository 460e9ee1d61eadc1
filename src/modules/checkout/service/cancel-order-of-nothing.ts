import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockOrder, markCancelled, type LockedOrder } from '../../orders/index.ts';
import { voidEmptyPayment } from '../../payments/index.ts';

/**
 * Use case: an order that came to a price of nothing asks for a person, and the person says that the price was a mistake. It
 * holds no goods and no money, so nothing has to be given back. False if it is another order.
 */
export function cancelOrderOfNothing(
  app: App,
  request: {
    orderId: string;
    actor: string;
    /** Written in the same transaction, for example the audit. `order` is as it was before. */
    alongside: (tx: Tx, order: LockedOrder) => Promise<void>;
  },
): Promise<boolean> {
  const { orderId, actor, alongside } = request;
  return inTx(app, 'checkout.cancel-order-of-nothing', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (order?.status !== 'paid_needs_attention') return false;
    if (!(await voidEmptyPayment(tx, { orderId, now }))) return false;
    await markCancelled(tx, { order, now, actor });
    await alongside(tx, order);
    return true;
  });
}
