import { sql, type SQL } from 'drizzle-orm';
import { compileByKey, compileQuery } from '../../../db/prepared-query.ts';
import type { Database } from '../../../db/client.ts';
import type { ProductType } from '../../../db/schema/catalog.ts';
import type { ListingOrder, ListingPosition, SortValues } from '../service/read-sort-cursor.ts';
import { inText } from './in-text.ts';
import { afterPosition, orderListing, type PositionValues } from './order-listing.ts';
import { selectCards, type CardRow } from './select-card.ts';

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
  const { filters, after } = page;
  const write = () =>
    selectCards(cutPage(page), {
      more: sql`, product.position, product.trending_score AS "trendingScore", product.name_key AS "nameKey",
        date_part('epoch', product.created_at) AS "createdAt"`,
      orderBy: orderListing(page.order),
    });
  // Fifty sizes times every filter would be thousands of plans to keep on every connection.
  const query = page.isUsualCount
    ? compiled(shapeOf(page), write)
    : compileQuery<ListedRow, PageValues>(write());
  return query(database, {
    collectionSlug: filters.collectionSlug,
    tagSlugs: filters.tagSlugs,
    tagCount: filters.tagSlugs.length,
    ...after,
  });
}

type PageValues = {
  collectionSlug: string | undefined;
  tagSlugs: readonly string[];
  tagCount: number;
} & Partial<PositionValues>;

const compiled = compileByKey<ListedRow, PageValues>();

/** All that decides a page's text. */
function shapeOf({ order, after, filters }: Page): string {
  const { collectionSlug, tagSlugs, productType } = filters;
  return [
    order,
    after !== null,
    collectionSlug !== undefined,
    tagSlugs.length > 0,
    productType,
  ].join();
}

function cutPage(page: Page): SQL {
  const { order, filters } = page;
  const { collectionSlug, tagSlugs, productType } = filters;
  const isFew = tagSlugs.length > 0 || collectionSlug !== undefined || productType === 'kuji';
  if (order !== 'manual' && isFew) return cutFiltered(page);
  const source = order === 'manual' ? ARRANGED_PRODUCTS : PRODUCTS;
  const conditions = [
    ...onPage(page),
    ...(order === 'manual' && tagSlugs.length > 0 ? [sql`product.id IN (${TAGGED})`] : []),
  ];
  return sql`
    SELECT product.* FROM ${source} product
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY ${orderListing(order)} LIMIT ${inText(page.count)}`;
}

/**
 * Of the products in their order the first 400 are looked at: where one of twenty fits, they fill the page. Otherwise those
 * that fit are few and are read and sorted. The planner would go by what is usual, and read the whole shop for a
 * collection whose products all stand at the end.
 */
function cutFiltered(page: Page): SQL {
  const { order, filters } = page;
  const { collectionSlug, tagSlugs } = filters;
  const limit = inText(page.count);
  const conditions = sql.join(onPage(page), sql` AND `);
  const sets = [
    ...(collectionSlug === undefined ? [] : [MEMBERS]),
    ...(tagSlugs.length === 0 ? [] : [TAGGED]),
  ];
  // OFFSET 0 keeps each part as it is written: a lookup by key for each product.
  const fits = [
    ...(collectionSlug === undefined ? [] : [IS_MEMBER]),
    ...(tagSlugs.length === 0 ? [] : [IS_TAGGED]),
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
    ...(after === null ? [] : [afterPosition(after.order)]),
  ];
}

/** In the text, so that the index of the active boxes is known to answer. */
const IS_OF_TYPE: Record<ProductType, SQL> = {
  standard: sql`product.product_type = 'standard'`,
  kuji: sql`product.product_type = 'kuji'`,
};

const PRODUCTS = sql`(SELECT *, NULL::int AS position FROM popbox.products)`;

const COLLECTION = sql`(
  SELECT collection.id FROM popbox.collections collection
  WHERE collection.slug = ${sql.placeholder('collectionSlug')} AND collection.is_active
)`;

/** The products of an active collection, each with its place in it; its id there, too, so that the place alone decides. */
const ARRANGED_PRODUCTS = sql`(
  SELECT member.*, membership.position, membership.product_id AS member_id
  FROM popbox.product_collections membership
  JOIN popbox.products member ON member.id = membership.product_id
  WHERE membership.collection_id = ${COLLECTION}
)`;

const MEMBERS = sql`
  SELECT membership.product_id FROM popbox.product_collections membership
  WHERE membership.collection_id = ${COLLECTION}`;

const IS_MEMBER = sql`EXISTS (
  SELECT 1 FROM popbox.product_collections membership
  WHERE membership.product_id = product.id AND membership.collection_id = ${COLLECTION} OFFSET 0)`;

const WANTED_TAGS = sql`popbox.tags wanted WHERE wanted.slug = ANY(${sql.placeholder('tagSlugs')}::text[])`;
const WANTED_TYPES = sql`(SELECT count(DISTINCT wanted.tag_type) FROM ${WANTED_TAGS})`;
const ARE_KNOWN = sql`(SELECT count(*) FROM ${WANTED_TAGS}) = ${sql.placeholder('tagCount')}::int`;

/**
 * A product fits if it has a tag of every type that was asked for. An unknown slug has no type that a product could answer,
 * so nothing fits.
 */
const TAGGED = sql`
  SELECT tagged.product_id
  FROM popbox.product_tags tagged JOIN popbox.tags tag ON tag.id = tagged.tag_id
  WHERE tag.slug = ANY(${sql.placeholder('tagSlugs')}::text[]) AND ${ARE_KNOWN}
  GROUP BY tagged.product_id
  HAVING count(DISTINCT tag.tag_type) = ${WANTED_TYPES}`;

/** The tags of one product are few; the ids that are wanted are looked up once. */
const IS_TAGGED = sql`${ARE_KNOWN} AND (
  SELECT count(DISTINCT own.tag_type)
  FROM popbox.product_tags tagged CROSS JOIN LATERAL (
    SELECT tag.tag_type FROM popbox.tags tag WHERE tag.id = tagged.tag_id OFFSET 0
  ) own
  WHERE tagged.product_id = product.id
    AND tagged.tag_id = ANY(array(SELECT wanted.id FROM ${WANTED_TAGS}))
) = ${WANTED_TYPES}`;
