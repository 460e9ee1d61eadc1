import { and, asc, eq, inArray, or } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { holds, inventory } from '../../../db/schema/inventory.ts';

/** What these orders hold at present: inventory id → units. */
export async function findLiveHolds(
  reader: Reader,
  orderIds: readonly string[],
): Promise<Map<string, number>> {
  const held = new Map<string, number>();
  if (orderIds.length === 0) return held;
  const rows = await reader
    .select({ inventoryId: holds.inventoryId, quantity: holds.quantity })
    .from(holds)
    .where(and(inArray(holds.orderId, [...orderIds]), eq(holds.state, 'live')));
  for (const { inventoryId, quantity } of rows) {
    held.set(inventoryId, (held.get(inventoryId) ?? 0) + quantity);
  }
  return held;
}

/**
 * Step: locks, in id order, the rows that holds are given back to together with those that new ones are taken from. One
 * after the other, two shoppers who exchange the same two things crosswise would wait for each other.
 */
export async function lockStockToExchange(
  tx: Tx,
  request: { orderIds: readonly string[]; inventoryIds: readonly string[] },
): Promise<void> {
  const held = tx
    .select({ id: holds.inventoryId })
    .from(holds)
    .where(and(inArray(holds.orderId, [...request.orderIds]), eq(holds.state, 'live')));
  await tx
    .select({ id: inventory.id })
    .from(inventory)
    .where(or(inArray(inventory.id, held), inArray(inventory.id, [...request.inventoryIds])))
    .orderBy(asc(inventory.id))
    .for('no key update');
}
