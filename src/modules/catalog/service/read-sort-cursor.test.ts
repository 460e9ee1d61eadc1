import { describe, expect, test } from 'vitest';
import { encodeCursor } from '../../../http/pagination.ts';
import { readSortCursor, writeSortCursor, type ListingOrder } from './read-sort-cursor.ts';

const row = {
  id: '01999999-9999-7999-8999-999999999999',
  createdAt: Date.UTC(2026, 10, 21, 9) / 1000 + 0.123456,
  trendingScore: 7,
  minPriceCents: 2_499,
  nameKey: 'ワンピース "box"',
  position: 3,
};

/** The same as cursors have it. */
const createdAt = '2026-11-21 09:00:00.123456+00';

const orders: ListingOrder[] = [
  'newest',
  'trending',
  'price_asc',
  'price_desc',
  'name_asc',
  'name_desc',
  'manual',
];

test.each(orders)('a %s cursor is read as it was written', (order) => {
  const read = readSortCursor(order, writeSortCursor(order, row));
  expect(read).toMatchObject({ order, id: row.id });
});

test('a time keeps its microseconds', () => {
  expect(readSortCursor('newest', writeSortCursor('newest', row))).toEqual({
    order: 'newest',
    id: row.id,
    createdAt,
  });
});

test.each(orders.flatMap((from) => orders.map((to) => [from, to] as const)))(
  'a %s cursor given to %s fits only if they sort by the same value',
  (from, to) => {
    const column = (order: ListingOrder) => order.replace(/_(asc|desc)$/, '');
    const read = readSortCursor(to, writeSortCursor(from, row));
    expect(read !== null).toBe(column(from) === column(to));
  },
);

describe('what no list wrote is page one', () => {
  test.each([
    undefined,
    '',
    'x',
    '%%%',
    '{}',
    'bnVsbA',
    encodeCursor({}),
    encodeCursor({ id: row.id }),
    encodeCursor({ createdAt }),
    encodeCursor({ id: 'not-a-uuid', createdAt }),
    encodeCursor({ id: row.id, createdAt: '2026-02-31 09:00:00+00' }),
    encodeCursor({ id: row.id, createdAt: '2026-13-01 09:00:00+00' }),
    encodeCursor({ id: row.id, createdAt: '2026-01-01 24:61:00+00' }),
    encodeCursor({ id: row.id, createdAt: '2026-01-01 09:00:00+99' }),
    encodeCursor({ id: row.id, createdAt: '0000-01-01 09:00:00+00' }),
    encodeCursor({ id: row.id, createdAt: 12 }),
    encodeCursor({ id: row.id, createdAt: `${createdAt}'; --` }),
    'e'.repeat(5_000),
  ])('newest: %s', (cursor) => {
    expect(readSortCursor('newest', cursor)).toBeNull();
  });

  test.each([2.5, -1, 4_000_000_000, '5'])('price_asc: %s', (priceCents) => {
    expect(readSortCursor('price_asc', encodeCursor({ id: row.id, priceCents }))).toBeNull();
  });

  test.each(['a\0b', '\ud800', 'x'.repeat(1_001), 5])('name_asc: %j', (name) => {
    expect(readSortCursor('name_asc', encodeCursor({ id: row.id, name }))).toBeNull();
  });

  test('manual: a position that no column holds', () => {
    const cursor = encodeCursor({ id: row.id, position: 9_999_999_999 });
    expect(readSortCursor('manual', cursor)).toBeNull();
  });
});
