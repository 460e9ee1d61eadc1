import { inventory, inventoryMovements } from '../../../db/schema/inventory.ts';
import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';

/** Step: gives a new variant, or a new kuji product (`variantId` null, 0 on hand), its stock row. */
export async function createStock(
  tx: Tx,
  app: Pick<App, 'newId'>,
  request: {
    productId: string;
    variantId: string | null;
    onHand: number;
    lowStockThreshold: number;
    now: Date;
    actor: string;
  },
): Promise<void> {
  const id = app.newId();
  const { productId, variantId, onHand, lowStockThreshold, now, actor } = request;
  await tx.insert(inventory).values({ id, productId, variantId, onHand, lowStockThreshold });
  if (onHand > 0) {
    await tx.insert(inventoryMovements).values({
      inventoryId: id,
      reason: 'received',
      onHandDelta: onHand,
      reservedDelta: 0,
      actor,
      note: 'first stock',
      createdAt: now,
    });
  }
}
