import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { z } from 'zod';
import { pgError } from './pg-error.ts';

const JOURNAL = new URL('../../drizzle/meta/_journal.json', import.meta.url);

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number() })).min(1) });

/** Of a table, or of its schema, that is not there: nothing was ever migrated. */
const MISSING = ['42P01', '3F000'];

/**
 * Whether the database has every migration of this version. A newer one is fine: while a new version is rolled out, the old
 * one goes on beside it.
 */
export async function isSchemaCurrent(pool: pg.Pool): Promise<boolean> {
  const { entries } = journalSchema.parse(JSON.parse(await readFile(JOURNAL, 'utf8')));
  const wanted = Math.max(...entries.map(({ when }) => when));
  try {
    const { rows } = await pool.query<{ is_current: boolean }>(
      'SELECT coalesce(max(created_at), 0) >= $1::bigint AS is_current FROM drizzle.__drizzle_migrations',
      [wanted],
    );
    return rows[0]?.is_current === true;
  } catch (error) {
    if (MISSING.includes(pgError(error)?.code ?? '')) return false;
    throw error;
  }
}
