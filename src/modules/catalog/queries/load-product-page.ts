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

type Page = {
  order: ListingOrder;
  after: ListingPosition | null;
  filters: ProductFilters;
  count: number;
  /** True for the page size that nearly everybody asks for. */
  isUsualCount: boolean;
};

/**
 * Cards of at most `count` active products behind a position, in one statement. The page is cut first; everything else about
 * a card is looked up for the rows of that page only.
 */
export async function loadProductPage(database: Database, page: Page): Promise<ListedRow[]> {
  const query = sql`
    SELECT ${CARD_COLUMNS}, product.position, product.trending_score AS "trendingScore",
      product.name_key AS "nameKey",
      to_char(product.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00' AS "createdAtFull"
    FROM (${cutPage(page)}) product
    ${CARD_JOINS}
    ORDER BY ${orderListing(page.order)}`;
  // Fifty sizes times every filter would be thousands of plans to keep on every connection.
  if (page.isUsualCount) return runPrepared<ListedRow>(database, query);
  return (await database.db.execute<ListedRow>(query)).rows;
}

function cutPage(page: Page): SQL {
  const { order, filters } = page;
  const { collectionSlug, tagSlugs, productType } = filters;
  const isFew = tagSlugs.length > 0 || collectionSlug !== undefined || productType === 'kuji';
  if (order !== 'manual' && isFew) return cutFiltered(page);
  const source = order === 'manual' ? arrangedProducts(collectionSlug ?? '') : PRODUCTS;
  const conditions = [
    ...onPage(page),
    ...(order === 'manual' && tagSlugs.length > 0
      ? [sql`product.id IN (${tagged(tagSlugs)})`]
      : []),
  ];
  return sql`
    SELECT product.* FROM ${source} product
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY ${orderListing(order)} LIMIT ${limitOf(page)}`;
}

/**
 * Of the products in their order the first 400 are looked at: where one of twenty fits, they fill the page. Otherwise those
 * that fit are few and are read and sorted. The planner would go by what is usual, and read the whole shop for a
 * collection whose products all stand at the end.
 */
function cutFiltered(page: Page): SQL {
  const { order, filters } = page;
  const { collectionSlug, tagSlugs } = filters;
  const limit = limitOf(page);
  const conditions = sql.join(onPage(page), sql` AND `);
  const sets = [
    ...(collectionSlug === undefined ? [] : [membersOf(collectionSlug)]),
    ...(tagSlugs.length === 0 ? [] : [tagged(tagSlugs)]),
  ];
  // OFFSET 0 keeps each part as it is written: a lookup by key for each product.
  const fits = [
    ...(collectionSlug === undefined ? [] : [isMemberOf(collectionSlug)]),
    ...(tagSlugs.length === 0 ? [] : [isTagged(tagSlugs)]),
  ];
  const few =
    sets.length === 0
      ? sql`SELECT product.* FROM ${PRODUCTS} product WHERE ${conditions} OFFSET 0`
      : sql`
        SELECT product.* FROM (${sql.join(sets, sql` INTERSECT `)}) fitting (id)
        CROSS JOIN LATERAL (
          SELECT product.* FROM ${PRODUCTS} product WHERE product.id = fitting.id AND ${conditions} OFFSET 0
        ) product`;
  return sql`
    WITH early AS MATERIALIZED (
      SELECT product.* FROM (
        SELECT product.* FROM ${PRODUCTS} product
        WHERE ${sql.join(onPage(page, { isOfAnyType: true }), sql` AND `)} ORDER BY ${orderListing(order)} LIMIT 400
      ) product
      WHERE ${sql.join([...onPage(page), ...fits], sql` AND `)} LIMIT ${limit}
    )
    SELECT * FROM early WHERE (SELECT count(*) FROM early) = ${limit}
    UNION ALL (
      SELECT product.* FROM (${few}) product
      WHERE (SELECT count(*) FROM early) < ${limit} ORDER BY ${orderListing(order)} LIMIT ${limit}
    )`;
}

/** What a product must be besides belonging to something. */
function onPage({ after, filters }: Page, { isOfAnyType = false } = {}): SQL[] {
  const { productType } = filters;
  return [
    sql`product.status = 'active'`,
    ...(productType === undefined || isOfAnyType ? [] : [IS_OF_TYPE[productType]]),
    ...(after === null ? [] : [afterPosition(after)]),
  ];
}

/** In the text, so that the index of the active boxes is known to answer. */
const IS_OF_TYPE: Record<ProductType, SQL> = {
  standard: sql`product.product_type = 'standard'`,
  kuji: sql`product.product_type = 'kuji'`,
};

/** In the text: behind a parameter the planner expects a tenth of all rows, and sorts. */
// eslint-disable-next-line no-restricted-syntax -- a number that the contract has checked
const limitOf = (page: Page): SQL => sql.raw(String(page.count));

const PRODUCTS = sql`(SELECT *, NULL::int AS position FROM popbox.products)`;

const activeCollection = (slug: string): SQL => sql`(
  SELECT collection.id FROM popbox.collections collection WHERE collection.slug = ${slug} AND collection.is_active
)`;

/** The products of an active collection, each with its place in it; its id there, too, so that the place alone decides. */
const arrangedProducts = (collectionSlug: string): SQL => sql`(
  SELECT member.*, membership.position, membership.product_id AS member_id
  FROM popbox.product_collections membership
  JOIN popbox.products member ON member.id = membership.product_id
  WHERE membership.collection_id = ${activeCollection(collectionSlug)}
)`;

const membersOf = (slug: string): SQL => sql`
  SELECT membership.product_id FROM popbox.product_collections membership
  WHERE membership.collection_id = ${activeCollection(slug)}`;

const isMemberOf = (slug: string): SQL => sql`EXISTS (
  SELECT 1 FROM popbox.product_collections membership
  WHERE membership.product_id = product.id AND membership.collection_id = ${activeCollection(slug)} OFFSET 0)`;

/**
 * A product fits if it has a tag of every type that was asked for. An unknown slug has no type that a product could answer,
 * so nothing fits.
 */
const tagged = (slugs: readonly string[]): SQL => sql`
  SELECT tagged.product_id
  FROM popbox.product_tags tagged JOIN popbox.tags tag ON tag.id = tagged.tag_id
  WHERE tag.slug = ANY(${sql.param(slugs)}::text[]) AND ${areKnown(slugs)}
  GROUP BY tagged.product_id
  HAVING count(DISTINCT tag.tag_type) = ${typesOf(slugs)}`;

/** The tags of one product are few; the ids that are wanted are looked up once. */
const isTagged = (slugs: readonly string[]): SQL => sql`${areKnown(slugs)} AND (
  SELECT count(DISTINCT own.tag_type)
  FROM popbox.product_tags tagged CROSS JOIN LATERAL (
    SELECT tag.tag_type FROM popbox.tags tag WHERE tag.id = tagged.tag_id OFFSET 0
  ) own
  WHERE tagged.product_id = product.id
    AND tagged.tag_id = ANY(array(SELECT wanted.id FROM ${wantedTags(slugs)}))
) = ${typesOf(slugs)}`;

const wantedTags = (slugs: readonly string[]): SQL =>
  sql`popbox.tags wanted WHERE wanted.slug = ANY(${sql.param(slugs)}::text[])`;

const typesOf = (slugs: readonly string[]): SQL =>
  sql`(SELECT count(DISTINCT wanted.tag_type) FROM ${wantedTags(slugs)})`;

const areKnown = (slugs: readonly string[]): SQL =>
  sql`(SELECT count(*) FROM ${wantedTags(slugs)}) = ${slugs.length}::int`;
