import { sql, type SQL } from 'drizzle-orm';
import type { ListingOrder, ListingPosition } from '../service/read-sort-cursor.ts';

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

/**
 * Rows behind a position. Row comparisons where all columns fall together; where the id falls and the value
 * rises, the first condition is what the index can use and the second one is exact.
 */
export function afterPosition(position: ListingPosition): SQL {
  const { id } = position;
  switch (position.order) {
    case 'newest':
      return sql`(product.created_at, product.id) < (${position.createdAt}::timestamptz, ${id}::uuid)`;
    case 'trending':
      return sql`(product.trending_score, product.created_at, product.id)
        < (${position.score}::int, ${position.createdAt}::timestamptz, ${id}::uuid)`;
    case 'price_asc':
      return sql`product.min_price_cents >= ${position.priceCents}::int
        AND (product.min_price_cents > ${position.priceCents}::int OR product.id < ${id}::uuid)`;
    case 'price_desc':
      return sql`(product.min_price_cents, product.id) < (${position.priceCents}::int, ${id}::uuid)`;
    case 'name_asc':
      return sql`product.name_key >= ${position.name}::text
        AND (product.name_key > ${position.name}::text OR product.id < ${id}::uuid)`;
    case 'name_desc':
      return sql`(product.name_key, product.id) < (${position.name}::text, ${id}::uuid)`;
    case 'manual':
      return sql`product.position >= ${position.position}::int
        AND (product.position > ${position.position}::int OR product.member_id < ${id}::uuid)`;
  }
}
