import type { Tx } from '../../../db/client.ts';
import { Problem } from '../../../kernel/problems.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { lockProduct, type LockedProduct } from '../queries/save-product.ts';
import { loadVariant, type StoredVariant } from '../queries/save-variants.ts';

/**
 * Step: locks a product that has variants. Every edit of a variant holds this lock, so names, the default and the price
 * range are decided by one editor at a time.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_HAS_NO_VARIANTS
 */
export async function lockStandardProduct(tx: Tx, productId: string): Promise<LockedProduct> {
  const product = await lockProduct(tx, productId);
  if (product === null) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
  if (product.productType === 'kuji') throw new Problem(catalogProblems.PRODUCT_HAS_NO_VARIANTS);
  return product;
}

/**
 * Step: the same with one of its variants.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_HAS_NO_VARIANTS, PRODUCT_VARIANT_NOT_FOUND
 */
export async function lockVariant(
  tx: Tx,
  productId: string,
  variantId: string,
): Promise<StoredVariant> {
  await lockStandardProduct(tx, productId);
  const variant = await loadVariant(tx, productId, variantId);
  if (variant === null) throw new Problem(catalogProblems.PRODUCT_VARIANT_NOT_FOUND);
  return variant;
}
