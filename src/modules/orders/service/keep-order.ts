import { asc, eq, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { insertRows, prepareStatement } from '../../../db/prepare-statement.ts';
import { orderLines, orders } from '../../../db/schema/orders.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';
import { oneOfIds } from '../../../db/one-of.ts';

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
    insertRows(tx, orders, [{ ...order, createdAt: now }]),
    insertRows(tx, orderLines, lines),
    insertRows(tx, orderEvents, [
      { orderId: order.id, kind: 'created', toStatus: 'pending_payment', actor, createdAt: now },
    ]),
  ]);
}

const HAS_ID = eq(orders.id, sql.placeholder('orderId'));
const orderOfId = prepareStatement((db) => db.select().from(orders).where(HAS_ID));
const lockedOrder = prepareStatement((db) =>
  db.select().from(orders).where(HAS_ID).for('no key update'),
);
// Lines never change, so they need no lock of their own.
const linesOfOrder = prepareStatement((db) =>
  db
    .select()
    .from(orderLines)
    .where(eq(orderLines.orderId, sql.placeholder('orderId')))
    .orderBy(asc(orderLines.lineNumber)),
);

const lockedOrders = prepareStatement((db) =>
  db
    .select()
    .from(orders)
    .where(sql`${orders.id} = ${oneOfIds('orderIds')}`)
    .orderBy(asc(orders.id))
    .for('no key update', { skipLocked: true }),
);
const linesOfOrders = prepareStatement((db) =>
  db
    .select()
    .from(orderLines)
    .where(sql`${orderLines.orderId} = ${oneOfIds('orderIds')}`)
    .orderBy(asc(orderLines.orderId), asc(orderLines.lineNumber)),
);

/** Step: the order with its lines, locked until the end of the transaction; null if there is none. */
export async function lockOrder(tx: Tx, orderId: string): Promise<LockedOrder | null> {
  const [[order], lines] = await Promise.all([
    lockedOrder(tx, { orderId }),
    linesOfOrder(tx, { orderId }),
  ]);
  return order ? { ...order, lines } : null;
}

/** Step: those of these orders that nobody else has locked, with their lines, locked by ascending id. */
export async function lockFreeOrders(tx: Tx, orderIds: readonly string[]): Promise<LockedOrder[]> {
  const [found, lines] = await Promise.all([
    lockedOrders(tx, { orderIds }),
    linesOfOrders(tx, { orderIds }),
  ]);
  return found.map((order) => ({
    ...order,
    lines: lines.filter(({ orderId }) => orderId === order.id),
  }));
}

/** The order with its lines as it is now, or null. */
export async function loadOrder(reader: Reader, orderId: string): Promise<OrderWithLines | null> {
  const [order] = await orderOfId(reader, { orderId });
  return order ? { ...order, lines: await linesOfOrder(reader, { orderId }) } : null;
}
