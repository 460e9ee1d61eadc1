import { asc, eq } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { orderLines, orders } from '../../../db/schema/orders.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';

export type Order = typeof orders.$inferSelect;
export type OrderLine = typeof orderLines.$inferSelect;
export type OrderWithLines = Order & { lines: OrderLine[] };
/** An order as its row lock showed it: nobody else changes it before the transaction ends. */
export type LockedOrder = OrderWithLines;
export type NewOrder = typeof orders.$inferInsert;
export type NewOrderLine = typeof orderLines.$inferInsert;

/** Step: writes an unpaid order with its lines, of which there must be at least one. */
export async function insertOrder(
  tx: Tx,
  request: { order: NewOrder; lines: readonly NewOrderLine[]; now: Date; actor: string },
): Promise<void> {
  const { order, lines, now, actor } = request;
  await Promise.all([
    tx.insert(orders).values({ ...order, createdAt: now }),
    tx.insert(orderLines).values([...lines]),
    tx.insert(orderEvents).values({
      orderId: order.id,
      kind: 'created',
      toStatus: 'pending_payment',
      actor,
      createdAt: now,
    }),
  ]);
}

/** Step: the order with its lines, locked until the end of the transaction; null if there is none. */
export async function lockOrder(tx: Tx, orderId: string): Promise<LockedOrder | null> {
  const [[order], lines] = await Promise.all([
    tx.select().from(orders).where(eq(orders.id, orderId)).for('no key update'),
    loadLines(tx, orderId),
  ]);
  return order ? { ...order, lines } : null;
}

/** Step: locks an order for somebody who asks only whether it still waits for its payment. */
export async function lockOrderState(
  tx: Tx,
  orderId: string,
): Promise<Pick<Order, 'status' | 'paidAt'> | null> {
  const [order] = await tx
    .select({ status: orders.status, paidAt: orders.paidAt })
    .from(orders)
    .where(eq(orders.id, orderId))
    .for('no key update');
  return order ?? null;
}

/** The order with its lines as it is now, or null. */
export async function loadOrder(reader: Reader, orderId: string): Promise<OrderWithLines | null> {
  const [order] = await reader.select().from(orders).where(eq(orders.id, orderId));
  return order ? { ...order, lines: await loadLines(reader, orderId) } : null;
}

/** Lines never change, so they need no lock of their own. */
function loadLines(reader: Reader, orderId: string): Promise<OrderLine[]> {
  return reader
    .select()
    .from(orderLines)
    .where(eq(orderLines.orderId, orderId))
    .orderBy(asc(orderLines.lineNumber));
}
