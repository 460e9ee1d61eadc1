import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { lockProduct } from '../queries/save-product.ts';
import { insertSellableVariant } from './insert-sellable-variant.ts';

export type AddVariantRequest = {
  actor: string;
  requestId: string | null;
  productId: string;
  name: string;
  sku?: string | null;
  priceCents: number;
  isActive?: boolean;
  sortOrder: number;
  onHand: number;
  lowStockThreshold: number;
};

/**
 * Adds a variant with its stock to a standard product.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_HAS_NO_VARIANTS, PRODUCT_VARIANT_DUPLICATE_NAME,
 *   PRODUCT_VARIANT_DUPLICATE_SKU
 */
export async function addVariant(app: App, request: AddVariantRequest): Promise<{ id: string }> {
  return inTx(app, 'addVariant', async (tx, now) => {
    const { actor, requestId, ...wanted } = request;
    const product = await lockProduct(tx, request.productId);
    if (product === null) throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
    if (product.productType === 'kuji') throw new Problem(catalogProblems.PRODUCT_HAS_NO_VARIANTS);
    const variant = {
      ...wanted,
      sku: wanted.sku ?? null,
      isActive: wanted.isActive ?? true,
      isDefault: false,
    };
    const id = await insertSellableVariant(app, tx, { now, actor, variant });
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
