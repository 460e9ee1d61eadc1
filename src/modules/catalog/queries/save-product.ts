import { and, eq, like, or, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import {
  productImages,
  products,
  variants,
  type ProductStatus,
  type ProductType,
} from '../../../db/schema/catalog.ts';

export type LockedProduct = {
  id: string;
  name: string;
  description: string | null;
  productType: ProductType;
  status: ProductStatus;
};

/**
 * Locks a product against other edits. NO KEY UPDATE, so a sale, whose order line refers to the product, does
 * not wait for the editor. Comes before every lock of db/locks.ts, because hooks take those afterwards.
 */
export async function lockProduct(tx: Tx, productId: string): Promise<LockedProduct | null> {
  const [product] = await tx
    .select({
      id: products.id,
      name: products.name,
      description: products.description,
      productType: products.productType,
      status: products.status,
    })
    .from(products)
    .where(eq(products.id, productId))
    .for('no key update');
  return product ?? null;
}

/** The slugs that are `base` or begin with `base-`. A slug has no character that LIKE would read otherwise. */
export async function loadProductSlugs(tx: Tx, base: string): Promise<Set<string>> {
  const rows = await tx
    .select({ slug: products.slug })
    .from(products)
    .where(or(eq(products.slug, base), like(products.slug, `${base}-%`)));
  return new Set(rows.map((row) => row.slug));
}

/** False, and nothing inserted, if the slug is taken by now; the transaction stays usable. */
export async function insertProduct(
  tx: Tx,
  product: typeof products.$inferInsert,
): Promise<boolean> {
  const rows = await tx
    .insert(products)
    .values(product)
    .onConflictDoNothing({ target: products.slug })
    .returning({ id: products.id });
  return rows.length > 0;
}

export async function insertVariant(tx: Tx, variant: typeof variants.$inferInsert): Promise<void> {
  await tx.insert(variants).values(variant);
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

export async function updateProduct(
  tx: Tx,
  productId: string,
  values: Partial<Pick<typeof products.$inferInsert, 'name' | 'description' | 'status'>>,
): Promise<void> {
  await tx.update(products).set(values).where(eq(products.id, productId));
}

/**
 * True if a product or a variant has the SKU. Takes the SKU's lock until the end of the transaction: two unique
 * indexes on two tables cannot see one another, so two writers at once must.
 */
export async function lockSku(tx: Tx, sku: string): Promise<boolean> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`catalog:sku:${sku}`}, 0))`);
  const found = await tx
    .select({ id: products.id })
    .from(products)
    .where(eq(products.sku, sku))
    .unionAll(tx.select({ id: variants.id }).from(variants).where(eq(variants.sku, sku)))
    .limit(1);
  return found.length > 0;
}

/** True if one of the product's variants has the name, as the unique index compares them. */
export async function hasVariantNamed(tx: Tx, productId: string, name: string): Promise<boolean> {
  const found = await tx
    .select({ id: variants.id })
    .from(variants)
    .where(
      and(
        eq(variants.productId, productId),
        sql`lower(btrim(${variants.name})) = lower(btrim(${name}::text))`,
      ),
    );
  return found.length > 0;
}

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
