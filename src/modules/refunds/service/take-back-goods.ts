import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockStockOfOrder, restockLines } from '../../inventory/index.ts';
import { listOrderTickets, voidTickets } from '../../kuji/index.ts';
import type { LockedOrder } from '../../orders/index.ts';
import { loadPayment } from '../../payments/index.ts';
import { loadGoods, type Refund } from '../queries/keep-refunds.ts';

/** What the shopper reads at a ticket that was taken back, unless staff gave a reason. */
export const VOID_REASON = 'Refunded by the shop.';

/**
 * Step: what money that went back does to goods. Chosen tickets are taken back, and with the last cent every closed one
 * that is left; lines return to the shelf where the refund says so. Refunds under way do nothing yet: they may fail.
 */
export async function takeBackGoods(
  tx: Tx,
  app: App,
  request: {
    order: LockedOrder;
    arrived: readonly Refund[];
    refundedCents: number;
    now: Date;
    actor: string;
  },
): Promise<void> {
  const { order, arrived, refundedCents, now, actor } = request;
  if (arrived.length === 0) return;
  await lockStockOfOrder(tx, order.id);
  const goods = await loadGoods(
    tx,
    arrived.map(({ id }) => id),
  );
  const restocked = new Set(arrived.filter(({ restock }) => restock).map(({ id }) => id));
  await restockLines(tx, {
    lines: goods.lines.filter(({ refundId }) => restocked.has(refundId)),
    now,
    actor,
    note: `refund of order ${order.publicId}`,
  });
  const payment = await loadPayment(tx, order.id);
  const isAll = refundedCents > 0 && refundedCents === payment?.receivedCents;
  const chosen = new Set(goods.tickets.map(({ ticketId }) => ticketId));
  const tickets = await listOrderTickets(tx, order.id);
  const ticketIds = tickets
    .filter(({ id, isRevealed }) => chosen.has(id) || (isAll && !isRevealed))
    .map(({ id }) => id);
  if (ticketIds.length === 0) return;
  const reason = arrived.find((refund) => refund.reason !== null && refund.idempotencyKey !== null);
  await voidTickets(tx, app, { ticketIds, reason: reason?.reason ?? VOID_REASON, now, actor });
}
