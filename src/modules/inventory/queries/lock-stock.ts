import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { holds, inventory } from '../../../db/schema/inventory.ts';

export type VariantStock = {
  id: string;
  onHand: number;
  reserved: number;
  lowStockThreshold: number;
};

/** The stock row of a variant, locked against sales; null if there is none. */
export async function lockVariantStock(tx: Tx, variantId: string): Promise<VariantStock | null> {
  const [row] = await tx
    .select({
      id: inventory.id,
      onHand: inventory.onHand,
      reserved: inventory.reserved,
      lowStockThreshold: inventory.lowStockThreshold,
    })
    .from(inventory)
    .where(eq(inventory.variantId, variantId))
    .for('no key update');
  return row ?? null;
}

export async function saveThreshold(tx: Tx, id: string, lowStockThreshold: number): Promise<void> {
  await tx.update(inventory).set({ lowStockThreshold }).where(eq(inventory.id, id));
}

/** True if an order ever held from this row, whatever became of it. */
export async function wasHeld(tx: Tx, inventoryId: string): Promise<boolean> {
  const [hold] = await tx
    .select({ id: holds.id })
    .from(holds)
    .where(eq(holds.inventoryId, inventoryId))
    .limit(1);
  return hold !== undefined;
}
