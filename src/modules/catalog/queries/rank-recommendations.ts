import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import { orderListing } from './order-listing.ts';
import { productOfSlug } from './product-of-slug.ts';
import { IS_AVAILABLE } from './select-available.ts';

export type RecommendationSource = {
  id: string;
  productType: string;
  priceCents: number;
  currency: string;
};

const sourceOf = compileQuery<RecommendationSource, { slug: string }>(sql`
  SELECT id, product_type AS "productType", price_cents AS "priceCents", currency
  FROM popbox.products WHERE id = ${productOfSlug(sql.placeholder('slug'))} AND status = 'active'`);

/** The active product that has this slug or had it once; null if there is none. */
export async function findRecommendationSource(
  database: Database,
  slug: string,
): Promise<RecommendationSource | null> {
  const [source] = await sourceOf(database.db, { slug });
  return source ?? null;
}

const SOURCE_ID = sql`${sql.placeholder('id')}::uuid`;

const rankedFor = compileQuery<
  { id: string },
  RecommendationSource & { nearCents: number; limit: number }
>(sql`
  WITH own_tags AS MATERIALIZED (
    SELECT tag_id FROM popbox.product_tags WHERE product_id = ${SOURCE_ID}
  ), own_collections AS MATERIALIZED (
    SELECT collection.id FROM popbox.product_collections membership
    JOIN popbox.collections collection ON collection.id = membership.collection_id AND collection.is_active
    WHERE membership.product_id = ${SOURCE_ID}
  ), neighbours AS (
    SELECT tagged.product_id, 15 AS points, 'tag' AS shared FROM own_tags
    CROSS JOIN LATERAL (
      SELECT near.product_id FROM popbox.product_tags near
      WHERE near.tag_id = own_tags.tag_id ORDER BY near.product_id DESC LIMIT 1000
    ) tagged
    UNION ALL
    SELECT member.product_id, 40, 'collection' FROM own_collections
    CROSS JOIN LATERAL (
      SELECT near.product_id FROM popbox.product_collections near
      WHERE near.collection_id = own_collections.id ORDER BY near.product_id DESC LIMIT 1000
    ) member
  ), candidates AS (
    (
      SELECT product_id AS id FROM neighbours GROUP BY product_id
      ORDER BY coalesce(sum(points) FILTER (WHERE shared = 'tag'), 0)
        + coalesce(max(points) FILTER (WHERE shared = 'collection'), 0) DESC, product_id DESC
      LIMIT 200
    ) UNION (
      SELECT product.id FROM popbox.products product WHERE product.status = 'active'
      ORDER BY ${orderListing('newest')} LIMIT 200
    )
  )
  SELECT product.id
  FROM candidates
  JOIN popbox.products product ON product.id = candidates.id AND product.status = 'active'
  CROSS JOIN LATERAL (
    SELECT 15 * count(*) AS points FROM popbox.product_tags tagged
    WHERE tagged.product_id = product.id AND tagged.tag_id IN (SELECT tag_id FROM own_tags)
  ) tags
  CROSS JOIN LATERAL (
    SELECT CASE WHEN EXISTS (
      SELECT 1 FROM popbox.product_collections membership
      WHERE membership.product_id = product.id AND membership.collection_id IN (SELECT id FROM own_collections)
    ) THEN 40 ELSE 0 END AS points
  ) collections
  WHERE product.id <> ${SOURCE_ID} AND ${IS_AVAILABLE}
  ORDER BY tags.points + collections.points + 8
    + CASE WHEN product.product_type = ${sql.placeholder('productType')}::text THEN 10 ELSE 0 END
    + CASE WHEN product.currency = ${sql.placeholder('currency')}::text
        AND abs(product.price_cents - ${sql.placeholder('priceCents')}::int) <= ${sql.placeholder('nearCents')}::int THEN 5 ELSE 0 END DESC,
    product.created_at DESC, product.id DESC
  LIMIT ${sql.placeholder('limit')}::int`);

/**
 * Ids of available products that go with `source`, best first: 40 points for a shared collection, 15 for each shared
 * tag, 10 for the same type, 8 for being in stock, 5 for a price that is close. Ties: newest, then id.
 *
 * The catalogue is not scored. Of each tag and each collection the newest 1000 products are looked at; of those the 200
 * that share most are scored, and the shop's newest 200 for products that share little. So a tag of half the shop costs
 * no more than a small one. (The limits stand in the text: behind a parameter the planner expects a tenth of all rows.)
 */
export async function rankRecommendations(
  database: Database,
  source: RecommendationSource,
  limit: number,
): Promise<string[]> {
  const nearCents = Math.max(500, Math.floor(source.priceCents / 5));
  const rows = await rankedFor(database.db, { ...source, nearCents, limit });
  return rows.map((row) => row.id);
}
