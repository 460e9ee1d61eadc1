import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem, validationFailed } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { kujiPriceChanging, productActivated } from '../catalog.hooks.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { lockProduct } from '../queries/save-product.ts';
import { loadDefaultVariant } from '../queries/save-variants.ts';
import { saveVariant } from './change-variant.ts';
import { refreshSearch } from './refresh-search.ts';
import { saveProductChanges, type ProductChanges } from './save-product-changes.ts';

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
 *   VALIDATION_FAILED (unknown collections or tags, another type, the frozen price of a box)
 */
export async function changeProduct(app: App, request: ChangeProductRequest): Promise<void> {
  const { actor, productId, changes, version } = request;
  await inTx(app, 'changeProduct', async (tx, now) => {
    const product = await lockProduct(tx, productId);
    if (product === null) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
    if (version !== undefined && version !== product.version) {
      throw new Problem(catalogProblems.PRODUCT_CHANGED);
    }
    if (changes.productType !== undefined && changes.productType !== product.productType) {
      throw validationFailed({ productType: ['The type of a product never changes.'] });
    }
    if (product.productType === 'standard') await saveOffer(tx, app, request);
    const difference = await saveProductChanges(tx, product, changes);
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

/** The price and SKU of a standard product are those of its default variant. */
async function saveOffer(tx: Tx, app: App, request: ChangeProductRequest): Promise<void> {
  const { productId, actor, requestId } = request;
  const { priceCents, sku } = request.changes;
  if (priceCents === undefined && sku === undefined) return;
  const variant = await loadDefaultVariant(tx, productId);
  if (variant === null) throw new Error(`Product ${productId} has no default variant.`);
  await saveVariant(tx, app, {
    productId,
    variant,
    changes: { priceCents, sku },
    actor,
    requestId,
  });
}
