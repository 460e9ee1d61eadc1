import pg from 'pg';
import type { World } from '../../../../testing/world.ts';

/** Holds the lock of a set's row until it is let go, so that whoever comes next stops inside its transaction. */
export async function stopAtSet(w: World, setId: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: w.app.config.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT 1 FROM popbox.kuji_sets WHERE id = $1 FOR NO KEY UPDATE', [setId]);
  return async () => {
    await client.query('COMMIT');
    await client.end();
  };
}
