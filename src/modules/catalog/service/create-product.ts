import { inTx, type Tx } from '../../../db/client.ts';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';
import type { App } from '../../../kernel/app.ts';
import { recordAudit } from '../../audit/index.ts';
import { productActivated, productCreated } from '../catalog.hooks.ts';
import { insertProduct, loadProductSlugs } from '../queries/save-product.ts';
import { assignCollections } from './assign-collections.ts';
import { assignTags } from './assign-tags.ts';
import { claimSku } from './claim-sku.ts';
import { claimSlug } from './claim-slug.ts';
import { insertSellableVariant } from './insert-sellable-variant.ts';
import { makeSlug } from './make-slug.ts';
import { refreshSearch } from './refresh-search.ts';

export type CreateProductRequest = {
  actor: string;
  requestId: string | null;
  name: string;
  description?: string | null | undefined;
  productType: ProductType;
  status: ProductStatus;
  /** Standard: of the default variant. Kuji: of a ticket. */
  priceCents: number;
  sku?: string | null | undefined;
  collectionIds: readonly string[];
  tagIds?: readonly string[] | undefined;
  /** Stock of the default variant. A kuji product starts with none: its tickets come with its prizes. */
  onHand?: number | undefined;
  lowStockThreshold?: number | undefined;
  /** Units for one person; null or left out: no limit. */
  purchaseLimit?: number | null | undefined;
  defaultVariantName?: string;
};

export type CreatedProduct = { id: string; slug: string; defaultVariantId: string | null };

/** Leaves room for the number of a collision within the column's 220. */
const MAX_SLUG_BASE = 200;

/**
 * Creates a product; a standard one with its default variant and that variant's stock.
 * @throws Problem VALIDATION_FAILED (unknown collections or tags), PRODUCT_VARIANT_DUPLICATE_SKU
 */
export async function createProduct(
  app: App,
  request: CreateProductRequest,
): Promise<CreatedProduct> {
  return inTx(app, 'createProduct', async (tx, now) => {
    const { actor, productType, status } = request;
    const productId = app.newId();
    const slug = await insertWithSlug(tx, productId, request, now);
    await app.hooks.run(productCreated, tx, {
      now,
      actor,
      productId,
      productType,
      lowStockThreshold: request.lowStockThreshold ?? 0,
    });
    const defaultVariantId =
      productType === 'standard' ? await insertDefault(app, tx, productId, request, now) : null;
    await assignCollections(tx, productId, request.collectionIds);
    await assignTags(tx, productId, request.tagIds ?? []);
    await refreshSearch(tx, [productId]);
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'product.created',
      targetType: 'product',
      targetId: productId,
      before: null,
      after: {
        name: request.name,
        slug,
        productType,
        status,
        priceCents: request.priceCents,
        purchaseLimit: request.purchaseLimit ?? null,
      },
      requestId: request.requestId,
    });
    if (status === 'active') await app.hooks.run(productActivated, tx, { now, actor, productId });
    return { id: productId, slug, defaultVariantId };
  });
}

async function insertWithSlug(
  tx: Tx,
  productId: string,
  request: CreateProductRequest,
  now: Date,
): Promise<string> {
  const { priceCents, productType } = request;
  const name = request.name.trim();
  // A standard product's SKU is its default variant's, and stands there only.
  const sku = productType === 'kuji' ? await claimSku(tx, request.sku ?? null) : null;
  const base = makeSlug(name, {
    fallback: `product-${productId.slice(-8)}`,
    maxLength: MAX_SLUG_BASE,
  });
  return claimSlug(
    base,
    (wanted) => loadProductSlugs(tx, wanted),
    (slug) =>
      insertProduct(tx, {
        id: productId,
        name,
        slug,
        description: request.description ?? null,
        productType,
        status: request.status,
        priceCents,
        minPriceCents: priceCents,
        maxPriceCents: priceCents,
        sku,
        purchaseLimit: request.purchaseLimit ?? null,
        createdAt: now,
        updatedAt: now,
      }),
  );
}

async function insertDefault(
  app: App,
  tx: Tx,
  productId: string,
  request: CreateProductRequest,
  now: Date,
): Promise<string> {
  return insertSellableVariant(app, tx, {
    now,
    actor: request.actor,
    variant: {
      productId,
      name: request.defaultVariantName ?? 'Default',
      sku: request.sku ?? null,
      priceCents: request.priceCents,
      isActive: true,
      isDefault: true,
      sortOrder: 0,
      onHand: request.onHand ?? 0,
      lowStockThreshold: request.lowStockThreshold ?? 0,
    },
  });
}
