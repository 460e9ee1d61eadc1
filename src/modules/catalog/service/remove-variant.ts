import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { variantRemoving } from '../catalog.hooks.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { savePriceRange } from '../queries/save-product.ts';
import { updateVariant } from '../queries/save-variants.ts';
import { lockVariant } from './lock-standard-product.ts';
import { refreshSearch } from './refresh-search.ts';

export type RemoveVariantRequest = {
  actor: string;
  requestId: string | null;
  productId: string;
  variantId: string;
};

/**
 * Removes a variant that nobody ever ordered. Its name and SKU are free again and its stock is written off; the row
 * stays, unseen, because the ledger of that stock refers to it.
 *
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_HAS_NO_VARIANTS, PRODUCT_VARIANT_NOT_FOUND,
 *   PRODUCT_VARIANT_DEFAULT_REQUIRED, PRODUCT_VARIANT_HAS_ACTIVE_RESERVATIONS, PRODUCT_VARIANT_HAS_HISTORY
 */
export async function removeVariant(
  app: App,
  request: RemoveVariantRequest,
): Promise<{ id: string; deleted: true }> {
  const { productId, variantId, actor, requestId } = request;
  return inTx(app, 'removeVariant', async (tx, now) => {
    const variant = await lockVariant(tx, productId, variantId);
    // A product's last variant is its default, so this keeps one as well.
    if (variant.isDefault) throw new Problem(catalogProblems.PRODUCT_VARIANT_DEFAULT_REQUIRED);
    await updateVariant(tx, variantId, { isActive: false, sku: null, removedAt: now });
    await savePriceRange(tx, productId);
    await refreshSearch(tx, [productId]);
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'variant.removed',
      targetType: 'variant',
      targetId: variantId,
      before: { productId, ...variant },
      after: null,
      requestId,
    });
    await app.hooks.run(variantRemoving, tx, { now, actor, productId, variantId });
    return { id: variantId, deleted: true };
  });
}
