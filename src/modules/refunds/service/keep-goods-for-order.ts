import type { Tx } from '../../../db/client.ts';
import { lockStockOfOrder, unstockLines } from '../../inventory/index.ts';
import type { LockedOrder } from '../../orders/index.ts';
import { loadGoods, type Refund } from '../queries/keep-refunds.ts';

/**
 * Step: refunds that had arrived and failed afterwards. What they had put back on the shelf is the order's again, unless it
 * had left the shop: then it came back as a return, and lies there.
 *
 * @returns false if somebody else has the goods by now
 */
export async function keepGoodsForOrder(
  tx: Tx,
  request: { order: LockedOrder; reversed: readonly Refund[]; now: Date; actor: string },
): Promise<boolean> {
  const { order, reversed, now, actor } = request;
  const restocked = reversed.filter(({ restock }) => restock).map(({ id }) => id);
  if (restocked.length === 0 || order.fulfilmentState !== 'none') return true;
  await lockStockOfOrder(tx, order.id);
  const { lines } = await loadGoods(tx, restocked);
  const note = `failed refund of order ${order.publicId}`;
  return unstockLines(tx, { lines, now, actor, note });
}
