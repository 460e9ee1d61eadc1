import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { holds, inventory } from '../../../db/schema/inventory.ts';
import { moveOnHand } from '../inventory.queries.ts';

/**
 * Step: locks every stock row that the order has held from, in id order as a checkout does. Whoever changes several of
 * them, some through other steps, calls it first. The caller has locked the order.
 */
export async function lockStockOfOrder(tx: Tx, orderId: string): Promise<void> {
  const held = tx.select({ id: holds.inventoryId }).from(holds).where(eq(holds.orderId, orderId));
  await tx
    .select({ id: inventory.id })
    .from(inventory)
    .where(inArray(inventory.id, held))
    .orderBy(asc(inventory.id))
    .for('no key update');
}

/**
 * Step: puts sold goods back on the shelf. A line whose goods were never taken, because its payment came too late, puts
 * nothing back. The caller has locked the order's stock.
 */
export async function restockLines(
  tx: Tx,
  request: {
    lines: readonly { orderLineId: string; quantity: number }[];
    now: Date;
    actor: string;
    note: string;
  },
): Promise<void> {
  const { lines, now, actor, note } = request;
  for (const { orderLineId, quantity } of lines) {
    const [sold] = await tx
      .select({ inventoryId: holds.inventoryId })
      .from(holds)
      .where(and(eq(holds.orderLineId, orderLineId), eq(holds.state, 'converted')));
    if (!sold) continue;
    const movement = { ...sold, delta: quantity, reason: 'restocked', now, actor, note } as const;
    if (!(await moveOnHand(tx, movement))) {
      throw new Error(`Stock row ${sold.inventoryId} could not be restocked.`);
    }
  }
}
