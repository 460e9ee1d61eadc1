import { asc, eq, inArray, like, or, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import {
  productImages,
  products,
  productSlugs,
  type ProductStatus,
  type ProductType,
} from '../../../db/schema/catalog.ts';
import { Problem } from '../../../kernel/problems.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { writeSku } from './save-skus.ts';

export type LockedProduct = {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  productType: ProductType;
  status: ProductStatus;
  priceCents: number;
  sku: string | null;
  purchaseLimit: number | null;
  version: number;
};

/**
 * Locks a product against other edits. NO KEY UPDATE, so a sale, whose order line refers to the product, does
 * not wait for the editor, unless he changes a key: slug or SKU. Comes before every lock of db/locks.ts, because hooks take
 * those afterwards.
 */
export async function lockProduct(tx: Tx, productId: string): Promise<LockedProduct | null> {
  const [product] = await tx
    .select({
      id: products.id,
      name: products.name,
      slug: products.slug,
      description: products.description,
      productType: products.productType,
      status: products.status,
      priceCents: products.priceCents,
      sku: products.sku,
      purchaseLimit: products.purchaseLimit,
      version: products.version,
    })
    .from(products)
    .where(eq(products.id, productId))
    .for('no key update');
  return product ?? null;
}

/** The same for several, by id. */
export async function lockProducts(tx: Tx, productIds: readonly string[]): Promise<void> {
  await tx
    .select({ id: products.id })
    .from(products)
    .where(inArray(products.id, [...productIds]))
    .orderBy(asc(products.id))
    .for('no key update');
}

/**
 * The slugs that are `base` or begin with `base-`, with the products that have or had them. A slug has no character that
 * LIKE would read otherwise.
 */
export async function loadProductSlugs(tx: Tx, base: string): Promise<Map<string, string>> {
  const rows = await tx
    .select({ slug: productSlugs.slug, productId: productSlugs.productId })
    .from(productSlugs)
    .where(or(eq(productSlugs.slug, base), like(productSlugs.slug, `${base}-%`)));
  return new Map(rows.map((row) => [row.slug, row.productId]));
}

/**
 * False, and nothing inserted, if the slug is taken by now; the transaction stays usable.
 * @throws Problem PRODUCT_VARIANT_DUPLICATE_SKU
 */
export async function insertProduct(
  tx: Tx,
  product: typeof products.$inferInsert,
): Promise<boolean> {
  const rows = await writeSku(() =>
    tx
      .insert(products)
      .values(product)
      .onConflictDoNothing({ target: products.slug })
      .returning({ id: products.id }),
  );
  return rows.length > 0;
}

/** Brings the product's own price and its range in line with its variants. Kuji products have none. */
export async function savePriceRange(tx: Tx, productId: string): Promise<void> {
  await tx.execute(sql`
    UPDATE popbox.products product
    SET price_cents = offer.price, min_price_cents = offer.low, max_price_cents = offer.high
    FROM (
      SELECT max(price_cents) FILTER (WHERE is_default) AS price, min(price_cents) AS low, max(price_cents) AS high
      FROM popbox.variants WHERE product_id = ${productId}::uuid AND is_active
    ) offer
    WHERE product.id = ${productId}::uuid
      AND (product.price_cents, product.min_price_cents, product.max_price_cents)
        IS DISTINCT FROM (offer.price, offer.low, offer.high)`);
}

/**
 * Counts as one edit of the product, also when `values` is empty.
 * @throws Problem PRODUCT_VARIANT_DUPLICATE_SKU, PRODUCT_SLUG_TAKEN
 */
export async function updateProduct(
  tx: Tx,
  productId: string,
  values: Partial<typeof products.$inferInsert>,
): Promise<void> {
  try {
    await writeSku(() =>
      tx
        .update(products)
        .set({ ...values, version: sql`${products.version} + 1` })
        .where(eq(products.id, productId)),
    );
  } catch (error) {
    // Looked up before, but somebody may have taken it since.
    if (SLUG_KEYS.some((key) => violatesUnique(error, key))) {
      throw new Problem(catalogProblems.PRODUCT_SLUG_TAKEN, { cause: error });
    }
    throw error;
  }
}

const SLUG_KEYS = ['products_slug', 'product_slugs_pkey'];

/** Inserts an image behind the product's last one and returns its sort order. The product must be locked. */
export async function insertImageAtEnd(
  tx: Tx,
  image: { id: string; productId: string; storageKey: string; altText: string | null },
): Promise<number> {
  const [last] = await tx
    .select({ sortOrder: sql<number>`coalesce(max(${productImages.sortOrder}), 0)::int` })
    .from(productImages)
    .where(eq(productImages.productId, image.productId));
  const sortOrder = (last?.sortOrder ?? 0) + 1;
  await tx.insert(productImages).values({ ...image, sortOrder });
  return sortOrder;
}
