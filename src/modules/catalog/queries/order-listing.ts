import { sql, type SQL } from 'drizzle-orm';
import type { ListingOrder } from '../service/read-sort-cursor.ts';

// NULLS LAST, although no column is nullable: the indexes say it, and Postgres reads an index in order only
// where the ORDER BY says the same.
const ORDER_BY: Record<ListingOrder, SQL> = {
  newest: sql`product.created_at DESC NULLS LAST, product.id DESC NULLS LAST`,
  trending: sql`product.trending_score DESC NULLS LAST, product.created_at DESC NULLS LAST, product.id DESC NULLS LAST`,
  price_asc: sql`product.min_price_cents, product.id DESC NULLS LAST`,
  price_desc: sql`product.min_price_cents DESC NULLS LAST, product.id DESC NULLS LAST`,
  name_asc: sql`product.name_key, product.id DESC NULLS LAST`,
  name_desc: sql`product.name_key DESC NULLS LAST, product.id DESC NULLS LAST`,
  manual: sql`product.position, product.id DESC NULLS LAST`,
};

/** ORDER BY of a listing over an alias `product`; ends with the id, so that no two rows are equal. */
export function orderListing(order: ListingOrder): SQL {
  return ORDER_BY[order];
}

/** What a position may hold, by the names of the placeholders below. */
export type PositionValues = {
  id: string;
  createdAt: string;
  score: number;
  priceCents: number;
  name: string;
  position: number;
};

const value = (name: keyof PositionValues) => sql.placeholder(name);
const ID = sql`${value('id')}::uuid`;
const CREATED_AT = sql`${value('createdAt')}::timestamptz`;
const PRICE = sql`${value('priceCents')}::int`;
const NAME = sql`${value('name')}::text`;
const POSITION = sql`${value('position')}::int`;

/**
 * Rows behind a position. Row comparisons where all columns fall together; where the id falls and the value
 * rises, the first condition is what the index can use and the second one is exact.
 */
const AFTER: Record<ListingOrder, SQL> = {
  newest: sql`(product.created_at, product.id) < (${CREATED_AT}, ${ID})`,
  trending: sql`(product.trending_score, product.created_at, product.id) < (${value('score')}::int, ${CREATED_AT}, ${ID})`,
  price_asc: sql`product.min_price_cents >= ${PRICE} AND (product.min_price_cents > ${PRICE} OR product.id < ${ID})`,
  price_desc: sql`(product.min_price_cents, product.id) < (${PRICE}, ${ID})`,
  name_asc: sql`product.name_key >= ${NAME} AND (product.name_key > ${NAME} OR product.id < ${ID})`,
  name_desc: sql`(product.name_key, product.id) < (${NAME}, ${ID})`,
  manual: sql`product.position >= ${POSITION} AND (product.position > ${POSITION} OR product.member_id < ${ID})`,
};

/** What stands behind a position in this order; its values are the statement's placeholders. */
export function afterPosition(order: ListingOrder): SQL {
  return AFTER[order];
}
