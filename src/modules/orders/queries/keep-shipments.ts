import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { shipments } from '../../../db/schema/orders-follow-up.ts';

export type ShipmentRow = typeof shipments.$inferSelect;
export type NewShipment = typeof shipments.$inferInsert;

/** The parcel that the wire calls the order's shipment. */
export const PRIMARY_POSITION = 1;

/** All parcels of an order, the shipment of the wire first. */
export function loadShipments(reader: Reader, orderId: string): Promise<ShipmentRow[]> {
  return reader
    .select()
    .from(shipments)
    .where(eq(shipments.orderId, orderId))
    .orderBy(asc(shipments.position));
}

/** The shipment of each of these orders, by order id; none for an order of which nothing is known. */
export async function loadPrimaryShipments(
  reader: Reader,
  orderIds: readonly string[],
): Promise<Map<string, ShipmentRow>> {
  if (orderIds.length === 0) return new Map();
  const rows = await reader
    .select()
    .from(shipments)
    .where(
      and(inArray(shipments.orderId, [...orderIds]), eq(shipments.position, PRIMARY_POSITION)),
    );
  return new Map(rows.map((row) => [row.orderId, row]));
}

export async function insertShipment(tx: Tx, shipment: NewShipment): Promise<void> {
  await tx.insert(shipments).values(shipment);
}

export async function saveShipment(
  tx: Tx,
  id: string,
  changes: Partial<NewShipment>,
): Promise<void> {
  await tx.update(shipments).set(changes).where(eq(shipments.id, id));
}

/** Parcels that were packed before their order left are taken to have left with it. */
export async function stampUnshipped(tx: Tx, orderId: string, shippedAt: Date): Promise<void> {
  await tx
    .update(shipments)
    .set({ shippedAt })
    .where(and(eq(shipments.orderId, orderId), isNull(shipments.shippedAt)));
}

export async function deleteShipment(tx: Tx, id: string): Promise<void> {
  await tx.delete(shipments).where(eq(shipments.id, id));
}

/** The next place behind all parcels; never the first, which is the shipment's. The caller holds the order's lock. */
export async function nextPosition(tx: Tx, orderId: string): Promise<number> {
  const [row] = await tx
    .select({ last: sql<number>`coalesce(max(${shipments.position}), ${PRIMARY_POSITION})` })
    .from(shipments)
    .where(eq(shipments.orderId, orderId));
  return (row?.last ?? PRIMARY_POSITION) + 1;
}
