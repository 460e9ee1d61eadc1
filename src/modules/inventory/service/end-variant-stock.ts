import type { Tx } from '../../../db/client.ts';
import { Problem } from '../../../kernel/problems.ts';
import { catalogProblems } from '../../catalog/index.ts';
import { moveOnHand } from '../inventory.queries.ts';
import { lockVariantStock, saveThreshold, wasHeld } from '../queries/lock-stock.ts';

/**
 * Step: the stock of a variant that is being removed is written off. A checkout that chose the variant a moment ago finds
 * nothing to hold any more; one that holds already forbids the removal. Every order line held its goods once, so holds
 * tell of orders too.
 *
 * @throws Problem PRODUCT_VARIANT_HAS_ACTIVE_RESERVATIONS, PRODUCT_VARIANT_HAS_HISTORY
 */
export async function endVariantStock(
  tx: Tx,
  request: { variantId: string; now: Date; actor: string },
): Promise<void> {
  const { variantId, now, actor } = request;
  const stock = await lockVariantStock(tx, variantId);
  if (!stock) return;
  if (stock.reserved > 0) {
    throw new Problem(catalogProblems.PRODUCT_VARIANT_HAS_ACTIVE_RESERVATIONS);
  }
  if (await wasHeld(tx, stock.id)) throw new Problem(catalogProblems.PRODUCT_VARIANT_HAS_HISTORY);
  if (stock.lowStockThreshold > 0) await saveThreshold(tx, stock.id, 0);
  if (stock.onHand === 0) return;
  await moveOnHand(tx, {
    inventoryId: stock.id,
    delta: -stock.onHand,
    reason: 'written_off',
    now,
    actor,
    note: 'variant removed',
  });
}
