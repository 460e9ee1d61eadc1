import type { Tx } from '../../../db/client.ts';
import { lockStockToExchange } from '../../inventory/index.ts';
import { lockOrder, type LockedOrder } from '../../orders/index.ts';
import { cancelUnpaid } from './cancel-unpaid.ts';

/** Step: unpaid orders, locked in id order. One that Stripe's event has ended by now holds nothing any more. */
export async function lockUnpaid(tx: Tx, orderIds: readonly string[]): Promise<LockedOrder[]> {
  const locked: LockedOrder[] = [];
  for (const orderId of [...orderIds].sort()) {
    const order = await lockOrder(tx, orderId);
    if (order?.status === 'pending_payment') locked.push(order);
  }
  return locked;
}

/**
 * Step: frees what the shopper held before, in the transaction that takes the new goods, so that nobody comes in between. If the
 * new cart is refused, they stay held; only their payment page is closed by then.
 */
export async function giveUpOlder(
  tx: Tx,
  request: {
    older: readonly LockedOrder[];
    lines: readonly { inventoryId: string }[];
    publicId: string;
    now: Date;
  },
): Promise<void> {
  const { older, lines, publicId, now } = request;
  if (older.length === 0) return;
  await lockStockToExchange(tx, {
    orderIds: older.map((order) => order.id),
    inventoryIds: lines.map((line) => line.inventoryId),
  });
  for (const order of older) {
    await cancelUnpaid(tx, { order, now, actor: 'shopper', replacedBy: publicId });
  }
}
