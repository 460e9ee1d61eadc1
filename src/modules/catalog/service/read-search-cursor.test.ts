import { expect, test } from 'vitest';
import { encodeCursor } from '../../../http/pagination.ts';
import { readSearchCursor, writeSearchCursor, type SearchCursor } from './read-search-cursor.ts';

const id = '01999999-9999-7999-8999-999999999999';
const createdAt = '2026-11-21 09:00:00.123456+00';

test.each<SearchCursor>([
  { kind: 'older', after: { id, createdAt } },
  { kind: 'ranked', after: { id, createdAt, relevance: 1_234_567 }, oldest: null },
  { kind: 'ranked', after: { id, createdAt, relevance: 0 }, oldest: { id, createdAt } },
])('a cursor is read as it was written: %j', (cursor) => {
  expect(readSearchCursor(writeSearchCursor(cursor))).toEqual(cursor);
});

test.each([
  undefined,
  '',
  'junk',
  encodeCursor({}),
  encodeCursor({ id }),
  encodeCursor({ id, createdAt: '2026-02-31 09:00:00+00' }),
  encodeCursor({ id, createdAt, relevance: 1.5 }),
  encodeCursor({ id, createdAt, relevance: 3_000_000_000 }),
  encodeCursor({ id, createdAt, relevance: 1, oldestId: id }),
  encodeCursor({ id, createdAt, priceCents: 5 }),
])('what no search wrote is page one: %s', (cursor) => {
  expect(readSearchCursor(cursor)).toBeNull();
});
