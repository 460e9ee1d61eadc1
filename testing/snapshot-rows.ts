import { supabaseOf } from '../sandbox/supabase/supabase-state.ts';
import type { World } from './world.ts';

/** A fingerprint of each table of the shop and of the storage, by name; equal before and after means nothing was written. */
export async function snapshotRows(w: World): Promise<Record<string, string>> {
  const { pool } = w.app.database;
  const tables = await pool.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'popbox' ORDER BY tablename`,
  );
  const parts = tables.rows.map(
    ({ name }) =>
      `SELECT '${name}' AS name, count(*) || ' rows, ' || coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') AS print
       FROM popbox."${name}" t`,
  );
  const { rows } = await pool.query<{ name: string; print: string }>(parts.join(' UNION ALL '));
  const stored = [...supabaseOf(w.sandbox.core).buckets].map(
    ([name, bucket]) => [`storage ${name}`, [...bucket.objects.keys()].sort().join(' ')] as const,
  );
  return Object.fromEntries([...rows.map((row) => [row.name, row.print] as const), ...stored]);
}
