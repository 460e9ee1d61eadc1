import type { Tx } from '../../../db/client.ts';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';
import { updateProduct, type LockedProduct } from '../queries/save-product.ts';
import { assignCollections } from './assign-collections.ts';
import { assignTags } from './assign-tags.ts';
import { chooseProductSlug } from './choose-product-slug.ts';
import { claimSku } from './claim-sku.ts';
import { compareValues, type Difference } from './compare-values.ts';

/** What may change; the rest stays. A new name keeps the address. */
export type ProductChanges = {
  name?: string | undefined;
  /** Another address; the old one goes on answering. Blank: made from the name. */
  slug?: string | undefined;
  description?: string | null | undefined;
  status?: ProductStatus | undefined;
  /** Never changes; whoever sends it may only repeat it. */
  productType?: ProductType | undefined;
  /** Like the SKU, of a standard product: its default variant's. */
  priceCents?: number | undefined;
  sku?: string | null | undefined;
  /** Units for one person; null: no limit. */
  purchaseLimit?: number | null | undefined;
  /** Complete replacement lists. */
  collectionIds?: readonly string[] | undefined;
  tagIds?: readonly string[] | undefined;
};

/**
 * Step: saves what differs of a locked product and tells it; null if nothing does. The price and SKU of a standard product
 * are left out, because they are a variant's.
 * @throws Problem PRODUCT_SLUG_TAKEN, PRODUCT_VARIANT_DUPLICATE_SKU, VALIDATION_FAILED (unknown collections or tags)
 */
export async function saveProductChanges(
  tx: Tx,
  product: LockedProduct,
  changes: ProductChanges,
): Promise<Difference | null> {
  const own = compareValues(product, await readOwnValues(tx, product, changes));
  const before: Record<string, unknown> = {};
  const after: Record<string, unknown> = {};
  const { collectionIds, tagIds } = changes;
  if (collectionIds !== undefined) {
    const assigned = await assignCollections(tx, product.id, collectionIds);
    before.collectionIds = assigned.before;
    after.collectionIds = assigned.after;
  }
  if (tagIds !== undefined) {
    const assigned = await assignTags(tx, product.id, tagIds);
    before.tagIds = assigned.before;
    after.tagIds = assigned.after;
  }
  const lists = compareValues(before, after);
  const all = {
    before: { ...own.before, ...lists.before },
    after: { ...own.after, ...lists.after },
  };
  if (Object.keys(all.after).length === 0) return null;
  const { priceCents } = own.after;
  await updateProduct(tx, product.id, {
    ...own.after,
    ...(priceCents === undefined ? {} : { minPriceCents: priceCents, maxPriceCents: priceCents }),
  });
  return all;
}

async function readOwnValues(tx: Tx, product: LockedProduct, changes: ProductChanges) {
  const { name, slug, description, status, purchaseLimit } = changes;
  const { priceCents, sku } = product.productType === 'kuji' ? changes : {};
  const named = { ...product, name: name?.trim() ?? product.name };
  return {
    name: named.name,
    ...(slug === undefined ? {} : { slug: await chooseProductSlug(tx, named, slug) }),
    ...(description === undefined ? {} : { description }),
    ...(status === undefined ? {} : { status }),
    ...(purchaseLimit === undefined ? {} : { purchaseLimit }),
    ...(priceCents === undefined ? {} : { priceCents }),
    ...(sku === undefined ? {} : { sku: await claimSku(tx, sku, product.sku) }),
  };
}
