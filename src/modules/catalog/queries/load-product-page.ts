import { sql, type SQL } from 'drizzle-orm';
import { runPrepared } from '../../../db/prepared-query.ts';
import type { Database } from '../../../db/client.ts';
import type { ProductType } from '../../../db/schema/catalog.ts';
import type { ListingOrder, ListingPosition, SortValues } from '../service/read-sort-cursor.ts';
import { afterPosition, orderListing } from './order-listing.ts';
import { CARD_COLUMNS, CARD_JOINS, type CardRow } from './select-card.ts';

export type ProductFilters = {
  collectionSlug: string | undefined;
  tagSlugs: readonly string[];
  productType: ProductType | undefined;
};

export type ListedRow = CardRow & SortValues;

/**
 * Cards of at most `count` active products behind a position, in one statement. The page is cut from the index
 * of its order first; everything else about a card is looked up for the rows of that page only.
 */
export async function loadProductPage(
  database: Database,
  page: {
    order: ListingOrder;
    after: ListingPosition | null;
    filters: ProductFilters;
    count: number;
    /** True for the page size that nearly everybody asks for. */
    isUsualCount: boolean;
  },
): Promise<ListedRow[]> {
  const { order, after, filters } = page;
  const conditions = [
    sql`product.status = 'active'`,
    ...(order === 'manual' ? [] : inCollection(filters.collectionSlug)),
    ...withTags(filters.tagSlugs),
    ...(filters.productType === undefined
      ? []
      : [sql`product.product_type = ${filters.productType}`]),
    ...(after === null ? [] : [afterPosition(after)]),
  ];
  const source = order === 'manual' ? arrangedProducts(filters.collectionSlug ?? '') : PRODUCTS;
  // The limit stands in the text: behind a parameter the planner expects a tenth of all rows, and sorts.
  // eslint-disable-next-line no-restricted-syntax -- a number that the contract has checked
  const limit = sql.raw(String(page.count));
  const query = sql`
    SELECT ${CARD_COLUMNS}, product.position, product.trending_score AS "trendingScore",
      product.name_key AS "nameKey",
      to_char(product.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' AS "createdAtFull"
    FROM (
      SELECT product.* FROM ${source} product
      WHERE ${sql.join(conditions, sql` AND `)}
      ORDER BY ${orderListing(order)} LIMIT ${limit}
    ) product
    ${CARD_JOINS}
    ORDER BY ${orderListing(order)}`;
  // Fifty sizes times every filter would be thousands of plans to keep on every connection.
  if (page.isUsualCount) return runPrepared<ListedRow>(database, query);
  return (await database.db.execute<ListedRow>(query)).rows;
}

const PRODUCTS = sql`(SELECT *, NULL::int AS position FROM popbox.products)`;

/** The products of an active collection, each with its place in it. */
const arrangedProducts = (collectionSlug: string): SQL => sql`(
  SELECT member.*, membership.position
  FROM popbox.collections collection
  JOIN popbox.product_collections membership ON membership.collection_id = collection.id
  JOIN popbox.products member ON member.id = membership.product_id
  WHERE collection.slug = ${collectionSlug} AND collection.is_active
)`;

function inCollection(slug: string | undefined): SQL[] {
  if (slug === undefined) return [];
  return [
    sql`product.id IN (
      SELECT membership.product_id
      FROM popbox.collections collection
      JOIN popbox.product_collections membership ON membership.collection_id = collection.id
      WHERE collection.slug = ${slug} AND collection.is_active)`,
  ];
}

/**
 * A product fits if it has a tag of every type that was asked for. An unknown slug has no type that a product
 * could answer, so nothing fits.
 */
function withTags(slugs: readonly string[]): SQL[] {
  if (slugs.length === 0) return [];
  const wanted = sql`popbox.tags wanted WHERE wanted.slug = ANY(${sql.param(slugs)}::text[])`;
  return [
    sql`product.id IN (
      SELECT tagged.product_id
      FROM popbox.product_tags tagged JOIN popbox.tags tag ON tag.id = tagged.tag_id
      WHERE tag.slug = ANY(${sql.param(slugs)}::text[])
      GROUP BY tagged.product_id
      HAVING count(DISTINCT tag.tag_type) = (SELECT count(DISTINCT wanted.tag_type) FROM ${wanted}))`,
    sql`(SELECT count(*) FROM ${wanted}) = ${slugs.length}::int`,
  ];
}
