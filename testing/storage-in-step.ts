import { supabaseOf } from '../sandbox/supabase/supabase-state.ts';
import type { World } from './world.ts';

const BUCKET = 'product-images';

/** The storage as it is, and as the rows say it is; all lists sorted. */
export type StorageView = {
  stored: string[];
  /** Keys that a row shows. */
  shown: string[];
  /** Keys that are to go, or that nobody has claimed yet. */
  listed: string[];
};

export async function viewStorage(w: World): Promise<StorageView> {
  const { pool } = w.app.database;
  const images = await pool.query<{ key: string }>(
    'SELECT storage_key AS key FROM popbox.product_images ORDER BY 1',
  );
  const prizes = await pool.query<{ url: string }>(
    'SELECT DISTINCT image_url AS url FROM popbox.kuji_prizes WHERE image_url IS NOT NULL',
  );
  const deletions = await pool.query<{ key: string }>(
    'SELECT key FROM popbox.storage_deletions ORDER BY 1',
  );
  const root = w.app.storage.publicUrl('');
  const prizeKeys = prizes.rows.flatMap(({ url }) =>
    url.startsWith(root) ? [url.slice(root.length)] : [],
  );
  const objects = supabaseOf(w.sandbox.core).buckets.get(BUCKET)?.objects.keys() ?? [];
  return {
    stored: [...objects].sort(),
    shown: [...images.rows.map((row) => row.key), ...prizeKeys].sort(),
    listed: deletions.rows.map((row) => row.key),
  };
}

/** What breaks the rule that every row has its object and every object its row; empty if nothing does. */
export async function findOutOfStep(w: World): Promise<string[]> {
  const { stored, shown, listed } = await viewStorage(w);
  return [
    ...shown.filter((key) => !stored.includes(key)).map((key) => `no object: ${key}`),
    ...shown.filter((key) => listed.includes(key)).map((key) => `shown and to be deleted: ${key}`),
    ...stored
      .filter((key) => !shown.includes(key) && !listed.includes(key))
      .map((key) => `nobody's: ${key}`),
  ];
}
