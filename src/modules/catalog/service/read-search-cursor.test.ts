import { expect, test } from 'vitest';
import { encodeCursor } from '../../../http/pagination.ts';
import { readSearchCursor, writeSearchCursor, type SearchCursor } from './read-search-cursor.ts';

const id = '01999999-9999-7999-8999-999999999999';
const createdAt = '2026-11-21 09:00:00.123456+00';

test.each<SearchCursor>([
  { kind: 'older', reading: 'whole', after: { id, createdAt } },
  {
    kind: 'ranked',
    reading: 'guessed',
    after: { id, createdAt, relevance: 1_234_567 },
    oldest: null,
  },
  {
    kind: 'ranked',
    reading: 'begun',
    after: { id, createdAt, relevance: 0 },
    oldest: { id, createdAt },
  },
])('a cursor is read as it was written: %j', (cursor) => {
  expect(readSearchCursor(writeSearchCursor(cursor))).toEqual(cursor);
});

test.each([
  undefined,
  '',
  'junk',
  encodeCursor({}),
  encodeCursor({ id }),
  encodeCursor({ id, createdAt }),
  encodeCursor({ id, createdAt, reading: 'loose' }),
  encodeCursor({ id, createdAt: '2026-02-31 09:00:00+00', reading: 'whole' }),
  encodeCursor({ id, createdAt, reading: 'whole', relevance: 1.5 }),
  encodeCursor({ id, createdAt, reading: 'whole', relevance: 3_000_000_000 }),
  encodeCursor({ id, createdAt, reading: 'whole', relevance: 1, oldestId: id }),
  encodeCursor({ id, createdAt, reading: 'whole', priceCents: 5 }),
])('what no search wrote is page one: %s', (cursor) => {
  expect(readSearchCursor(cursor)).toBeNull();
});
