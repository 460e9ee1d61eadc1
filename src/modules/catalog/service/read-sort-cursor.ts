import { z } from 'zod';
import { cursorInstant, decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import { fullTime } from '../../../kernel/epoch-time.ts';
import { MAX_CENTS } from '../../../kernel/money.ts';
import type { ProductSort } from '../catalog.contract.ts';

/** `manual`: the order that the shop gave the collection. */
export type ListingOrder = ProductSort | 'manual';

/** Where a page ended: the sort's own values and the id that breaks ties. */
export type ListingPosition =
  | { order: 'newest'; id: string; createdAt: string }
  | { order: 'trending'; id: string; score: number; createdAt: string }
  | { order: 'price_asc' | 'price_desc'; id: string; priceCents: number }
  | { order: 'name_asc' | 'name_desc'; id: string; name: string }
  | { order: 'manual'; id: string; position: number };

// Whatever passes must also be readable by Postgres: a cursor is ignored, it never is an error.
const id = z.guid();
const int4 = z.int().min(-2_147_483_648).max(2_147_483_647);
// A lone surrogate has no UTF-8 and a NUL no place in a text.
const name = z
  .string()
  .max(1_000)
  .refine((value) => value.isWellFormed() && !value.includes('\0'));

// Strict, so that a cursor of another sort does not pass for having more fields than needed.
const newest = z.strictObject({ id, createdAt: cursorInstant });
const trending = z.strictObject({ id, score: int4, createdAt: cursorInstant });
const price = z.strictObject({ id, priceCents: z.int().min(0).max(MAX_CENTS) });
const byName = z.strictObject({ id, name });
const manual = z.strictObject({ id, position: int4 });

/** The position in the cursor; null (page one) if there is none, or none that fits the order. */
export function readSortCursor(
  order: ListingOrder,
  cursor: string | undefined,
): ListingPosition | null {
  switch (order) {
    case 'newest':
      return withOrder(order, decodeCursor(cursor, newest));
    case 'trending':
      return withOrder(order, decodeCursor(cursor, trending));
    case 'price_asc':
    case 'price_desc':
      return withOrder(order, decodeCursor(cursor, price));
    case 'name_asc':
    case 'name_desc':
      return withOrder(order, decodeCursor(cursor, byName));
    case 'manual':
      return withOrder(order, decodeCursor(cursor, manual));
  }
}

function withOrder<O extends ListingOrder, F extends object>(order: O, fields: F | null) {
  return fields === null ? null : { order, ...fields };
}

/** What a row tells about its place in any order. */
export type SortValues = {
  id: string;
  /** Seconds since 1970, with microseconds behind the point. */
  createdAt: number;
  trendingScore: number;
  minPriceCents: number;
  nameKey: string;
  position: number | null;
};

/** The cursor of the page that ends with this row. */
export function writeSortCursor(order: ListingOrder, row: SortValues): string {
  const { id } = row;
  const createdAt = fullTime(row.createdAt);
  switch (order) {
    case 'newest':
      return encodeCursor({ id, createdAt });
    case 'trending':
      return encodeCursor({ id, score: row.trendingScore, createdAt });
    case 'price_asc':
    case 'price_desc':
      return encodeCursor({ id, priceCents: row.minPriceCents });
    case 'name_asc':
    case 'name_desc':
      return encodeCursor({ id, name: row.nameKey });
    case 'manual':
      return encodeCursor({ id, position: row.position ?? 0 });
  }
}
