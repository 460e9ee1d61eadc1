import { sql } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';

/** What other modules show of a product beside their own things. */
export type ProductRef = {
  id: string;
  name: string;
  slug: string;
  status: ProductStatus;
  productType: ProductType;
  priceCents: number;
  /** Of the primary image: lowest sort order, then oldest, then lowest id. Null if there is none. */
  imageStorageKey: string | null;
  imageAltText: string | null;
};

/** Step: the products with these ids, by id, in one statement; unknown ids are missing from the map. */
export async function loadProductRefs(
  reader: Reader,
  productIds: readonly string[],
): Promise<Map<string, ProductRef>> {
  const ids = [...new Set(productIds)];
  if (ids.length === 0) return new Map();
  const { rows } = await reader.execute<ProductRef>(sql`
    SELECT product.id, product.name, product.slug, product.status, product.product_type AS "productType",
      product.price_cents AS "priceCents", image.storage_key AS "imageStorageKey", image.alt_text AS "imageAltText"
    FROM popbox.products product
    LEFT JOIN LATERAL (
      SELECT candidate.storage_key, candidate.alt_text FROM popbox.product_images candidate
      WHERE candidate.product_id = product.id
      ORDER BY candidate.sort_order, candidate.created_at, candidate.id LIMIT 1
    ) image ON true
    WHERE product.id = ANY(${sql.param(ids)}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}
