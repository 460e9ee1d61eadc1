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

type Request = {
  lines: readonly { orderLineId: string; quantity: number }[];
  now: Date;
  actor: string;
  note: string;
};

/**
 * Step: puts sold goods back on the shelf. A line whose goods were never taken, because its payment came too late, puts
 * nothing back. The caller has locked the order's stock.
 */
export async function restockLines(tx: Tx, request: Request): Promise<void> {
  if (!(await moveLines(tx, request, 'restocked'))) {
    throw new Error(`Goods could not be restocked: ${request.note}.`);
  }
}

/**
 * Step: takes goods off the shelf again that `restockLines` had put there: the order has a right to them after all. The
 * caller has locked the order's stock.
 * @returns false if some of them are sold or held by now; those stay where they are
 */
export function unstockLines(tx: Tx, request: Request): Promise<boolean> {
  return moveLines(tx, request, 'written_off');
}

async function moveLines(
  tx: Tx,
  { lines, now, actor, note }: Request,
  reason: 'restocked' | 'written_off',
): Promise<boolean> {
  let areAllMoved = true;
  for (const { orderLineId, quantity } of lines) {
    const [sold] = await tx
      .select({ inventoryId: holds.inventoryId })
      .from(holds)
      .where(and(eq(holds.orderLineId, orderLineId), eq(holds.state, 'converted')));
    if (!sold) continue;
    const delta = reason === 'restocked' ? quantity : -quantity;
    if (!(await moveOnHand(tx, { ...sold, delta, reason, now, actor, note }))) areAllMoved = false;
  }
  return areAllMoved;
}
