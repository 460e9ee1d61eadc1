import { z } from 'zod';
import { cursorInstant, decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { AgePlace } from '../queries/newest-fitting.ts';
import type { SearchPlace } from '../queries/rank-products.ts';

/** How much is read into the words; the next page reads the same into them, whatever was added meanwhile. */
export const READINGS = ['whole', 'begun', 'guessed'] as const;
export type Reading = (typeof READINGS)[number];

/** Where a page ended: among the ranked products (with the end of the window), or behind them. */
export type SearchCursor = { reading: Reading } & (
  | { kind: 'ranked'; after: SearchPlace; oldest: AgePlace | null }
  | { kind: 'older'; after: AgePlace }
);

const id = z.guid();
const relevance = z.int().min(0).max(2_147_483_647);
const older = z.strictObject({ id, createdAt: cursorInstant, reading: z.enum(READINGS) });
const ranked = older.extend({ relevance });
const bounded = ranked.extend({ oldestId: id, oldestAt: cursorInstant });

/** Null, which means page one, for what no search wrote. */
export function readSearchCursor(cursor: string | undefined): SearchCursor | null {
  const read = decodeCursor(cursor, z.union([older, ranked, bounded]));
  if (read === null) return null;
  const { reading } = read;
  const place = { id: read.id, createdAt: read.createdAt };
  if (!('relevance' in read)) return { kind: 'older', reading, after: place };
  const after = { ...place, relevance: read.relevance };
  const oldest = 'oldestId' in read ? { id: read.oldestId, createdAt: read.oldestAt } : null;
  return { kind: 'ranked', reading, after, oldest };
}

export function writeSearchCursor(cursor: SearchCursor): string {
  const { reading } = cursor;
  const place = { id: cursor.after.id, createdAt: cursor.after.createdAt, reading };
  if (cursor.kind === 'older') return encodeCursor(place);
  const { relevance: points } = cursor.after;
  if (cursor.oldest === null) return encodeCursor({ ...place, relevance: points });
  const { id: oldestId, createdAt: oldestAt } = cursor.oldest;
  return encodeCursor({ ...place, relevance: points, oldestId, oldestAt });
}
