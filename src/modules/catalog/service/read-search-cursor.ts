import { z } from 'zod';
import { cursorInstant, decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { AgePlace, SearchPlace } from '../queries/rank-products.ts';

/** Where a page ended: among the ranked products (with the end of the window), or behind them. */
export type SearchCursor =
  | { kind: 'ranked'; after: SearchPlace; oldest: AgePlace | null }
  | { kind: 'older'; after: AgePlace };

const id = z.guid();
const relevance = z.int().min(0).max(2_147_483_647);
const older = z.strictObject({ id, createdAt: cursorInstant });
const ranked = z.strictObject({ id, createdAt: cursorInstant, relevance });
const bounded = ranked.extend({ oldestId: id, oldestAt: cursorInstant });

/** Null, which means page one, for what no search wrote. */
export function readSearchCursor(cursor: string | undefined): SearchCursor | null {
  const read = decodeCursor(cursor, z.union([older, ranked, bounded]));
  if (read === null) return null;
  if (!('relevance' in read)) return { kind: 'older', after: read };
  const after = { id: read.id, createdAt: read.createdAt, relevance: read.relevance };
  const oldest = 'oldestId' in read ? { id: read.oldestId, createdAt: read.oldestAt } : null;
  return { kind: 'ranked', after, oldest };
}

export function writeSearchCursor(cursor: SearchCursor): string {
  const { id: at, createdAt } = cursor.after;
  if (cursor.kind === 'older') return encodeCursor({ id: at, createdAt });
  const place = { id: at, createdAt, relevance: cursor.after.relevance };
  if (cursor.oldest === null) return encodeCursor(place);
  const { id: oldestId, createdAt: oldestAt } = cursor.oldest;
  return encodeCursor({ ...place, oldestId, oldestAt });
}
