import { sql, type SQL } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';
import type { AdminPosition, AdminProductSort } from '../service/read-admin-cursor.ts';
import {
  ADMIN_COLUMNS,
  ADMIN_JOINS,
  PICTURE_JOIN,
  type AdminProductRow,
} from './select-admin-product.ts';

export type AdminFilters = {
  status?: ProductStatus | undefined;
  productType?: ProductType | undefined;
  collectionId?: string | undefined;
  tagId?: string | undefined;
  excludeCollectionId?: string | undefined;
  /** Every word must be part of the name, the slug, a SKU or a tag. */
  words: readonly string[];
};

export type AdminListedRow = AdminProductRow & {
  image: { storageKey: string; altText: string | null } | null;
  /** What the row is sorted by: a time in full precision, a text or a number. */
  sortValue: string | number;
};

/** At most `count` products behind a position; everything but the order is looked up for the rows of that page only. */
export async function loadAdminProductPage(
  reader: Reader,
  page: {
    sort: AdminProductSort;
    after: AdminPosition | null;
    filters: AdminFilters;
    count: number;
  },
): Promise<AdminListedRow[]> {
  const { sort, after, filters } = page;
  const { column, read, type } = SORT_COLUMNS[columnOf(sort)];
  const falls = sort.endsWith('_desc');
  // Ties fall with the column, so that one index serves both directions.
  const order = falls ? sql`${column} DESC, product.id DESC` : sql`${column} ASC, product.id ASC`;
  const conditions = matching(filters);
  if (after !== null) {
    const position = sql`(${after.value}::${type}, ${after.id}::uuid)`;
    conditions.push(
      falls
        ? sql`(${column}, product.id) < ${position}`
        : sql`(${column}, product.id) > ${position}`,
    );
  }
  const { rows } = await reader.execute<AdminListedRow>(sql`
    SELECT ${ADMIN_COLUMNS}, picture.image, ${read} AS "sortValue"
    FROM (
      SELECT product.* FROM ${columnOf(sort) === 'inventory' ? WITH_LEVEL : sql`popbox.products`} product
      WHERE ${sql.join(conditions, sql` AND `)}
      ORDER BY ${order} LIMIT ${page.count}
    ) product
    ${ADMIN_JOINS}
    ${PICTURE_JOIN}
    ORDER BY ${order}`);
  return rows;
}

/** How many products fit the filters, over all pages. */
export async function countAdminProducts(reader: Reader, filters: AdminFilters): Promise<number> {
  const { rows } = await reader.execute<{ total: number }>(sql`
    SELECT count(*)::int AS total FROM popbox.products product
    WHERE ${sql.join(matching(filters), sql` AND `)}`);
  return rows[0]?.total ?? 0;
}

type SortColumn = 'created' | 'updated' | 'price' | 'name' | 'inventory';

function columnOf(sort: AdminProductSort): SortColumn {
  switch (sort) {
    case 'created_desc':
    case 'created_asc':
      return 'created';
    case 'updated_desc':
    case 'updated_asc':
      return 'updated';
    case 'price_desc':
    case 'price_asc':
      return 'price';
    case 'name_desc':
    case 'name_asc':
      return 'name';
    case 'inventory_desc':
    case 'inventory_asc':
      return 'inventory';
  }
}

const instantText = (column: SQL): SQL =>
  sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'`;

const plain = (column: SQL, type: SQL) => ({ column, read: column, type });

const SORT_COLUMNS: Record<SortColumn, { column: SQL; read: SQL; type: SQL }> = {
  created: {
    column: sql`product.created_at`,
    read: instantText(sql`product.created_at`),
    type: sql`timestamptz`,
  },
  updated: {
    column: sql`product.updated_at`,
    read: instantText(sql`product.updated_at`),
    type: sql`timestamptz`,
  },
  price: plain(sql`product.price_cents`, sql`int`),
  name: plain(sql`product.name_key`, sql`text`),
  inventory: plain(sql`product.level`, sql`int`),
};

/**
 * Products with what is sorted by: unsold tickets, which holds do not lower, or what can be sold of a standard product.
 * Added up for all of them: a total beside the product would be one more row that every sale waits for.
 */
const WITH_LEVEL = sql`(
  SELECT listed.*, coalesce(stock.level, 0) AS level
  FROM popbox.products listed
  LEFT JOIN (
    SELECT held.product_id,
      sum(CASE WHEN held.variant_id IS NULL THEN held.on_hand ELSE held.on_hand - held.reserved END)::int AS level
    FROM popbox.catalog_stock held GROUP BY held.product_id
  ) stock ON stock.product_id = listed.id
)`;

function matching(filters: AdminFilters): SQL[] {
  const { status, productType, collectionId, tagId, excludeCollectionId, words } = filters;
  return [
    sql`true`,
    ...(status === undefined ? [] : [sql`product.status = ${status}`]),
    ...(productType === undefined ? [] : [sql`product.product_type = ${productType}`]),
    ...(collectionId === undefined ? [] : [sql`product.id IN (${membersOf(collectionId)})`]),
    ...(excludeCollectionId === undefined
      ? []
      : [sql`product.id NOT IN (${membersOf(excludeCollectionId)})`]),
    ...(tagId === undefined
      ? []
      : [
          sql`product.id IN (
            SELECT tagged.product_id FROM popbox.product_tags tagged WHERE tagged.tag_id = ${tagId}::uuid)`,
        ]),
    ...words.map(havingWord),
  ];
}

const membersOf = (collectionId: string): SQL => sql`
  SELECT membership.product_id FROM popbox.product_collections membership
  WHERE membership.collection_id = ${collectionId}::uuid`;

/** A union and no OR over joins: each part can use the trigrams of its own table. */
function havingWord(word: string): SQL {
  const pattern = `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return sql`product.id IN (
    SELECT named.id FROM popbox.products named
    WHERE named.name ILIKE ${pattern} OR named.slug ILIKE ${pattern} OR named.sku ILIKE ${pattern}
    UNION
    SELECT variant.product_id FROM popbox.variants variant WHERE variant.sku ILIKE ${pattern}
    UNION
    SELECT tagged.product_id FROM popbox.tags tag JOIN popbox.product_tags tagged ON tagged.tag_id = tag.id
    WHERE tag.name ILIKE ${pattern} OR tag.slug ILIKE ${pattern})`;
}
