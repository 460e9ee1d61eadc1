import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { clearDefault, nextVariantSortOrder } from '../queries/save-variants.ts';
import { insertSellableVariant } from './insert-sellable-variant.ts';
import { lockStandardProduct } from './lock-standard-product.ts';
import { refreshSearch } from './refresh-search.ts';

export type AddVariantRequest = {
  actor: string;
  requestId: string | null;
  productId: string;
  name: string;
  sku?: string | null | undefined;
  priceCents: number;
  isActive?: boolean | undefined;
  /** Takes the default from the variant that has it. */
  isDefault?: boolean | undefined;
  /** Behind the others if left out. */
  sortOrder?: number | undefined;
  onHand: number;
  lowStockThreshold: number;
};

/**
 * Adds a variant with its stock to a standard product.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_HAS_NO_VARIANTS, PRODUCT_VARIANT_DUPLICATE_NAME,
 *   PRODUCT_VARIANT_DUPLICATE_SKU, PRODUCT_VARIANT_INACTIVE
 */
export async function addVariant(app: App, request: AddVariantRequest): Promise<{ id: string }> {
  return inTx(app, 'addVariant', async (tx, now) => {
    const { actor, requestId, ...wanted } = request;
    await lockStandardProduct(tx, request.productId);
    const variant = {
      ...wanted,
      sku: wanted.sku ?? null,
      isActive: wanted.isActive ?? true,
      isDefault: wanted.isDefault ?? false,
      sortOrder: wanted.sortOrder ?? (await nextVariantSortOrder(tx, request.productId)),
    };
    if (variant.isDefault) {
      if (!variant.isActive) throw new Problem(catalogProblems.PRODUCT_VARIANT_INACTIVE);
      await clearDefault(tx, request.productId);
    }
    const id = await insertSellableVariant(app, tx, { now, actor, variant });
    await refreshSearch(tx, [request.productId]);
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'variant.created',
      targetType: 'variant',
      targetId: id,
      before: null,
      after: variant,
      requestId,
    });
    return { id };
  });
}
