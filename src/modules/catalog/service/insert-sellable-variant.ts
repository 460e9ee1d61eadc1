import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { variantCreated } from '../catalog.hooks.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { savePriceRange } from '../queries/save-product.ts';
import { hasVariantNamed, insertVariant } from '../queries/save-variants.ts';
import { claimSku } from './claim-sku.ts';

export type NewVariant = {
  productId: string;
  name: string;
  sku: string | null;
  priceCents: number;
  isActive: boolean;
  isDefault: boolean;
  sortOrder: number;
  onHand: number;
  lowStockThreshold: number;
};

/**
 * Step: inserts a variant with its stock and brings the product's prices in line. The product must be locked
 * or new. Returns the variant's id.
 * @throws Problem PRODUCT_VARIANT_DUPLICATE_NAME, PRODUCT_VARIANT_DUPLICATE_SKU
 */
export async function insertSellableVariant(
  app: App,
  tx: Tx,
  values: { now: Date; actor: string; variant: NewVariant },
): Promise<string> {
  const { now, actor } = values;
  const { onHand, lowStockThreshold, ...variant } = values.variant;
  const { productId } = variant;
  const name = variant.name.trim();
  const sku = await claimSku(tx, variant.sku);
  if (await hasVariantNamed(tx, { productId, name, exceptId: null })) {
    throw new Problem(catalogProblems.PRODUCT_VARIANT_DUPLICATE_NAME);
  }
  const variantId = app.newId();
  await insertVariant(tx, { ...variant, id: variantId, name, sku, createdAt: now });
  await savePriceRange(tx, productId);
  await app.hooks.run(variantCreated, tx, {
    now,
    actor,
    productId,
    variantId,
    onHand,
    lowStockThreshold,
  });
  return variantId;
}
