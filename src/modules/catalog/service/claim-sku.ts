import type { Tx } from '../../../db/client.ts';
import { Problem } from '../../../kernel/problems.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { isSkuTaken } from '../queries/save-skus.ts';

/**
 * Step: the SKU as it is stored, trimmed, null for a blank one. `own` is what the row has now, which is no clash.
 * @throws Problem PRODUCT_VARIANT_DUPLICATE_SKU
 */
export async function claimSku(
  tx: Tx,
  given: string | null,
  own: string | null = null,
): Promise<string | null> {
  const sku = given?.trim() ?? '';
  if (sku === '') return null;
  if (sku !== own && (await isSkuTaken(tx, sku))) {
    throw new Problem(catalogProblems.PRODUCT_VARIANT_DUPLICATE_SKU);
  }
  return sku;
}
