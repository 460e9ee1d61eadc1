import { and, asc, eq, inArray, isNull } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { inventory } from '../../../db/schema/inventory.ts';
import { moveOnHand } from '../inventory.queries.ts';

export type KujiInventory = { id: string; onHand: number; reserved: number };

/**
 * Step: locks and reads the stock row of a kuji product. Whoever edits a box takes this lock first, then the set's: the
 * order in which a checkout takes them.
 */
export async function lockKujiInventory(tx: Tx, productId: string): Promise<KujiInventory | null> {
  const [row] = await tx
    .select({ id: inventory.id, onHand: inventory.onHand, reserved: inventory.reserved })
    .from(inventory)
    .where(and(eq(inventory.productId, productId), isNull(inventory.variantId)))
    .for('no key update');
  return row ?? null;
}

/** Step: locks the stock rows of several kuji products, in id order, as a checkout does. */
export async function lockKujiInventories(tx: Tx, productIds: readonly string[]): Promise<void> {
  await tx
    .select({ id: inventory.id })
    .from(inventory)
    .where(and(inArray(inventory.productId, [...productIds]), isNull(inventory.variantId)))
    .orderBy(asc(inventory.id))
    .for('no key update');
}

type StockNote = { productId: string; now: Date; actor: string; note: string };

/**
 * Step: makes the stock of a kuji product equal to its unsold tickets, by a movement of the difference.
 * @throws Error if fewer than the held tickets would remain; the freeze rule of a box forbids that earlier
 */
export async function setKujiOnHand(
  tx: Tx,
  request: StockNote & { onHand: number },
): Promise<void> {
  const row = await lockKujiInventory(tx, request.productId);
  if (!row) throw new Error(`Product ${request.productId} has no stock row.`);
  const delta = request.onHand - row.onHand;
  if (delta === 0) return;
  const reason = delta > 0 ? 'received' : 'written_off';
  await move(tx, row.id, { ...request, delta, reason });
}

/** Step: adds tickets to a kuji product's stock, or takes some away (`delta` < 0 with `written_off`). */
export async function addKujiStock(
  tx: Tx,
  request: StockNote & { delta: number; reason: 'received' | 'restocked' | 'written_off' },
): Promise<void> {
  const row = await lockKujiInventory(tx, request.productId);
  if (!row) throw new Error(`Product ${request.productId} has no stock row.`);
  await move(tx, row.id, request);
}

async function move(
  tx: Tx,
  inventoryId: string,
  request: StockNote & { delta: number; reason: 'received' | 'restocked' | 'written_off' },
): Promise<void> {
  const { delta, reason, now, actor, note } = request;
  if (!(await moveOnHand(tx, { inventoryId, delta, reason, now, actor, note }))) {
    throw new Error(`Product ${request.productId} has more tickets held than would remain.`);
  }
}
