import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { variantCreated } from '../catalog.hooks.ts';
import { catalogProblems } from '../catalog.problems.ts';
import {
  hasVariantNamed,
  insertVariant,
  lockSku,
  savePriceRange,
} from '../queries/save-product.ts';

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
  if (await hasVariantNamed(tx, productId, name)) {
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

/**
 * Step: the SKU as it is stored (trimmed, null for a blank one), kept free of others until the commit.
 * @throws Problem PRODUCT_VARIANT_DUPLICATE_SKU
 */
export async function claimSku(tx: Tx, given: string | null): Promise<string | null> {
  const sku = given?.trim() ?? '';
  if (sku === '') return null;
  if (await lockSku(tx, sku)) throw new Problem(catalogProblems.PRODUCT_VARIANT_DUPLICATE_SKU);
  return sku;
}
