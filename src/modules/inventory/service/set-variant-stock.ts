import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { requireVariant } from '../../catalog/index.ts';
import { inventoryProblems } from '../inventory.problems.ts';
import { moveOnHand } from '../inventory.queries.ts';
import { lockVariantStock, saveThreshold, type VariantStock } from '../queries/lock-stock.ts';

export type SetVariantStockRequest = {
  actor: string;
  requestId: string | null;
  productId: string;
  variantId: string;
  /** Absolute; not below what is reserved. */
  onHand: number;
  lowStockThreshold?: number | undefined;
  /** What the editor saw; refused if it is another number by now. */
  expectedOnHand?: number | undefined;
  /** Why, for the ledger. */
  reason?: string | undefined;
};

/**
 * Sets what lies on the shelf of a variant. The row is locked while the difference is taken, so no sale falls between the
 * look and the movement.
 *
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_HAS_NO_VARIANTS, PRODUCT_VARIANT_NOT_FOUND, STOCK_BELOW_RESERVED,
 *   STOCK_CHANGED
 */
export async function setVariantStock(app: App, request: SetVariantStockRequest) {
  const { productId, variantId, actor, requestId } = request;
  return inTx(app, 'setVariantStock', async (tx, now) => {
    const stock = await lockVariantStock(tx, variantId);
    // After the lock, which a removal of the variant takes as well.
    await requireVariant(tx, productId, variantId);
    if (!stock) throw new Error(`Variant ${variantId} has no stock row.`);
    if (request.expectedOnHand !== undefined && request.expectedOnHand !== stock.onHand) {
      throw new Problem(inventoryProblems.STOCK_CHANGED);
    }
    await moveTo(tx, stock, { ...request, now });
    const lowStockThreshold = request.lowStockThreshold ?? stock.lowStockThreshold;
    if (lowStockThreshold !== stock.lowStockThreshold) {
      await saveThreshold(tx, stock.id, lowStockThreshold);
    }
    const after = { onHand: request.onHand, lowStockThreshold };
    const before = { onHand: stock.onHand, lowStockThreshold: stock.lowStockThreshold };
    if (before.onHand !== after.onHand || before.lowStockThreshold !== after.lowStockThreshold) {
      await recordAudit(tx, {
        id: app.newId(),
        actor,
        action: 'variant_stock.set',
        targetType: 'variant',
        targetId: variantId,
        before,
        after,
        requestId,
      });
    }
    return { productVariantId: variantId, reserved: stock.reserved, ...after };
  });
}

async function moveTo(
  tx: Tx,
  stock: VariantStock,
  request: { onHand: number; reason?: string | undefined; actor: string; now: Date },
): Promise<void> {
  const delta = request.onHand - stock.onHand;
  if (request.onHand < stock.reserved) throw new Problem(inventoryProblems.STOCK_BELOW_RESERVED);
  if (delta === 0) return;
  const reason = request.reason ?? '';
  const moved = await moveOnHand(tx, {
    inventoryId: stock.id,
    delta,
    reason: delta > 0 ? 'received' : 'written_off',
    now: request.now,
    actor: request.actor,
    note: reason === '' ? 'set by an admin' : reason,
  });
  if (!moved) throw new Error(`Stock row ${stock.id} changed although it is locked.`);
}
