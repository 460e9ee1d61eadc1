import { inTx, type Tx } from '../../../db/client.ts';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem, validationFailed } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { kujiPriceChanging, productActivated } from '../catalog.hooks.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { lockProduct, updateProduct, type LockedProduct } from '../queries/save-product.ts';
import { assignCollections } from './assign-collections.ts';
import { assignTags } from './assign-tags.ts';
import { chooseProductSlug } from './choose-product-slug.ts';
import { claimSku } from './claim-sku.ts';
import { compareValues, type Difference } from './compare-values.ts';
import { refreshSearch } from './refresh-search.ts';

/** What may change; the rest stays. A new name keeps the address. */
export type ProductChanges = {
  name?: string | undefined;
  /** Another address; the old one goes on answering. Blank: made from the name. */
  slug?: string | undefined;
  description?: string | null | undefined;
  status?: ProductStatus | undefined;
  /** Never changes; whoever sends it may only repeat it. */
  productType?: ProductType | undefined;
  /** Of a kuji product, like its SKU: those of a standard product are its variants'. */
  priceCents?: number | undefined;
  sku?: string | null | undefined;
  /** Complete replacement lists. */
  collectionIds?: readonly string[] | undefined;
  tagIds?: readonly string[] | undefined;
};

export type ChangeProductRequest = {
  actor: string;
  requestId: string | null;
  productId: string;
  /** Of the form that was edited; the edit is refused if the product has another one by now. */
  version?: number | undefined;
  changes: ProductChanges;
};

/**
 * Changes a product under its lock: of two edits at once neither undoes what the other does not name. A product that
 * becomes active, and a kuji that gets another price, is announced, so that its box is sealed with it or not at all.
 *
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_CHANGED, PRODUCT_SLUG_TAKEN, PRODUCT_VARIANT_DUPLICATE_SKU;
 *   VALIDATION_FAILED (unknown collections or tags, another type, a price that is a variant's or frozen)
 */
export async function changeProduct(app: App, request: ChangeProductRequest): Promise<void> {
  const { actor, productId, changes, version } = request;
  await inTx(app, 'changeProduct', async (tx, now) => {
    const product = await lockProduct(tx, productId);
    if (product === null) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
    if (version !== undefined && version !== product.version) {
      throw new Problem(catalogProblems.PRODUCT_CHANGED);
    }
    refuseWhatStays(product, changes);
    const difference = await saveChanges(tx, product, changes);
    if (difference === null) return;
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'product.changed',
      targetType: 'product',
      targetId: productId,
      ...difference,
      requestId: request.requestId,
    });
    await refreshSearch(tx, [productId]);
    // Last, because they lock stock and boxes; see db/locks.ts.
    const announced = { now, actor, productId };
    if ('priceCents' in difference.after) await app.hooks.run(kujiPriceChanging, tx, announced);
    if (difference.after.status === 'active') {
      await app.hooks.run(productActivated, tx, announced);
    }
  });
}

function refuseWhatStays(product: LockedProduct, changes: ProductChanges): void {
  const { productType, priceCents, sku } = changes;
  const fields: Record<string, string[]> = {};
  if (productType !== undefined && productType !== product.productType) {
    fields.productType = ['The type of a product never changes.'];
  }
  if (product.productType === 'standard') {
    if (priceCents !== undefined && priceCents !== product.priceCents) {
      fields.priceCents = ['The price of this product is that of its variants.'];
    }
    if (sku !== undefined) fields.sku = ['The SKUs of this product are those of its variants.'];
  }
  if (Object.keys(fields).length > 0) throw validationFailed(fields);
}

/** Saves what differs and tells it; null if nothing does. */
async function saveChanges(
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
  const { name, slug, description, status, priceCents, sku } = changes;
  const named = { ...product, name: name?.trim() ?? product.name };
  return {
    name: named.name,
    ...(slug === undefined ? {} : { slug: await chooseProductSlug(tx, named, slug) }),
    ...(description === undefined ? {} : { description }),
    ...(status === undefined ? {} : { status }),
    ...(priceCents === undefined ? {} : { priceCents }),
    ...(sku === undefined ? {} : { sku: await claimSku(tx, sku, product.sku) }),
  };
}
