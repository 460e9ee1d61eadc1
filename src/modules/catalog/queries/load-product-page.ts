import { sql, type SQL } from 'drizzle-orm';
import { compileByKey, writeQuery } from '../../../db/compile-query.ts';
import type { Database } from '../../../db/client.ts';
import type { ProductType } from '../../../db/schema/catalog.ts';
import { oneOfTexts } from '../../../db/one-of.ts';
import type { ListingOrder, ListingPosition, SortValues } from '../service/read-sort-cursor.ts';
import { inText } from './in-text.ts';
import { afterPosition, orderListing, type PositionValues } from './order-listing.ts';
import { selectCards, type CardRow } from './select-card.ts';

export type ProductFilters = {
  collectionSlug: string | undefined;
  tagSlugs: readonly string[];
  productType: ProductType | undefined;
};

/** A card with what its place in some order hangs on, besides what it shows. */
export type ListedRow = CardRow & Pick<SortValues, 'position' | 'trendingScore' | 'nameKey'>;

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
      more: sql`, product.position, product.trending_score AS "trendingScore", product.name_key AS "nameKey"`,
      orderBy: orderListing(page.order),
    });
  // Fifty sizes times every filter would be thousands of plans to keep on every connection.
  const query = page.isUsualCount
    ? compiled(shapeOf(page), write)
    : writeQuery<ListedRow, PageValues>(write());
  return query(database.db, {
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
  if (order !== 'manual') {
    const narrowings = narrowingsOf(filters);
    if (narrowings.length > 0) return cutNarrowed(page, narrowings);
  }
  const source = order === 'manual' ? ARRANGED_PRODUCTS : PRODUCTS;
  const conditions = [
    ...onPage(page),
    ...(order === 'manual' && filters.tagSlugs.length > 0 ? [sql`product.id IN (${TAGGED})`] : []),
  ];
  return sql`
    SELECT product.* FROM ${source} product
    WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY ${orderListing(order)} LIMIT ${inText(page.count)}`;
}

/** Something that only some products belong to. */
type Narrowing = {
  /** Their ids. */
  ids: SQL;
  /** What has a row for each of them, as FROM and WHERE. */
  rows: SQL;
  /** True for one of them, of the alias `product`. */
  fits: SQL;
};

function narrowingsOf({ collectionSlug, tagSlugs, productType }: ProductFilters): Narrowing[] {
  return [
    ...(collectionSlug === undefined ? [] : [OF_COLLECTION]),
    ...(tagSlugs.length === 0 ? [] : [OF_TAGS]),
    ...(productType === 'kuji' ? [OF_BOXES] : []),
  ];
}

/** So few are read and sorted, whatever the order. */
const FEW = 1_000;

/** Of more than that it is asked for each product whether it fits; the ids of fewer are read first. */
const MANY = 4_000;

/** So many products are looked at in their order; by then, one of a hundred has filled a page. */
const WALK = 3_000;

/**
 * Few products are read and sorted. Where there are more, the products are looked at in their order until enough of them fit,
 * and only if the walk ends before (all of them stand at the end) they are sorted after all. Not left to the planner: it would go
 * by what is usual, and read the whole shop for such a collection.
 */
function cutNarrowed(page: Page, narrowings: readonly Narrowing[]): SQL {
  const { order } = page;
  const limit = inText(page.count);
  const many = inText(MANY);
  const conditions = sql.join(onPage(page), sql` AND `);
  // The walk is over products of any type, or it would be without end where those of one type are few.
  const ofAnyType = sql.join(onPage(page, { isOfAnyType: true }), sql` AND `);
  const counts = narrowings.map(
    ({ rows }) => sql`(SELECT count(*) FROM (SELECT 1 FROM ${rows} LIMIT ${many} + 1) counted)`,
  );
  const ids = sql.join(
    narrowings.map((narrowing) => narrowing.ids),
    sql` INTERSECT `,
  );
  const fits = sql.join(
    narrowings.map((narrowing) => narrowing.fits),
    sql` AND `,
  );
  // OFFSET 0 keeps a part as it is written. The LIMIT of ids says that they are few enough for a hash.
  return sql`
    WITH size AS MATERIALIZED (SELECT least(${sql.join(counts, sql`, `)}) AS count),
    fitting (id) AS MATERIALIZED (${ids}),
    early AS MATERIALIZED (
      SELECT product.* FROM (
        SELECT product.* FROM ${PRODUCTS} product
        WHERE ${ofAnyType} ORDER BY ${orderListing(order)} LIMIT ${inText(WALK)}
      ) product
      WHERE (SELECT count FROM size) > ${inText(FEW)} AND ${conditions} AND CASE
        WHEN (SELECT count FROM size) > ${many} THEN ${fits}
        ELSE product.id IN (SELECT id FROM fitting LIMIT ${many})
      END
      LIMIT ${limit}
    )
    SELECT * FROM early WHERE (SELECT count(*) FROM early) = ${limit}
    UNION ALL (
      SELECT product.* FROM fitting CROSS JOIN LATERAL (
        SELECT product.* FROM ${PRODUCTS} product WHERE product.id = fitting.id AND ${conditions} OFFSET 0
      ) product
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

const MEMBERSHIPS = sql`popbox.product_collections membership WHERE membership.collection_id = ${COLLECTION}`;

const OF_COLLECTION: Narrowing = {
  ids: sql`SELECT membership.product_id FROM ${MEMBERSHIPS}`,
  rows: MEMBERSHIPS,
  fits: sql`EXISTS (SELECT 1 FROM ${MEMBERSHIPS} AND membership.product_id = product.id OFFSET 0)`,
};

const ONE_OF_SLUGS = oneOfTexts('tagSlugs');

const WANTED_TAGS = sql`popbox.tags wanted WHERE wanted.slug = ${ONE_OF_SLUGS}`;
const WANTED_TYPES = sql`(SELECT count(DISTINCT wanted.tag_type) FROM ${WANTED_TAGS})`;
const ARE_KNOWN = sql`(SELECT count(*) FROM ${WANTED_TAGS}) = ${sql.placeholder('tagCount')}::int`;

/**
 * A product fits if it has a tag of every type that was asked for. An unknown slug has no type that a product could answer,
 * so nothing fits.
 */
const TAGGED = sql`
  SELECT tagged.product_id
  FROM popbox.product_tags tagged JOIN popbox.tags tag ON tag.id = tagged.tag_id
  WHERE tag.slug = ${ONE_OF_SLUGS} AND ${ARE_KNOWN}
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

const OF_TAGS: Narrowing = {
  ids: TAGGED,
  rows: sql`popbox.product_tags tagged WHERE tagged.tag_id = ANY(array(SELECT wanted.id FROM ${WANTED_TAGS}))`,
  fits: IS_TAGGED,
};

const BOXES = sql`popbox.products product WHERE product.status = 'active' AND ${IS_OF_TYPE.kuji}`;

const OF_BOXES: Narrowing = {
  ids: sql`SELECT product.id FROM ${BOXES}`,
  rows: BOXES,
  fits: IS_OF_TYPE.kuji,
};
