import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import { logEntrySchema, type PublicLogEntry } from '../kuji.contract.ts';
import { loadLog } from '../queries/load-published.ts';
import { requirePublishedSet } from './show-set.ts';

const cursorShape = z.object({ index: z.int().min(0) });

/**
 * Use case: a page of a set's history, oldest first, each entry with the head after it.
 * @throws Problem KUJI_SET_NOT_FOUND
 */
export async function listLog(
  app: App,
  request: { setId: string; cursor: string | undefined; limit: number },
): Promise<{ items: PublicLogEntry[]; nextCursor: string | null }> {
  const { setId, limit } = request;
  const { db } = app.database;
  await requirePublishedSet(db, setId);
  const after = decodeCursor(request.cursor, cursorShape)?.index ?? 0;
  const rows = await loadLog(db, { setId, after, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    items: page.map(presentLogEntry),
    nextCursor: last ? encodeCursor({ index: last.index }) : null,
  };
}

/** Entry and hash side by side, as every answer and every saved file shows them. */
export function presentLogEntry(row: { entry: object; hash: string }): PublicLogEntry {
  return logEntrySchema.parse({ ...row.entry, hash: row.hash });
}
