import type { World } from './world.ts';

/**
 * Deadlocks that Postgres had to break so far. `inTx` repeats their victims, so that outcomes alone do not tell of them.
 * Backends keep their counts for a second or more; each is made to hand its own over first.
 */
export async function countDeadlocks(w: World): Promise<number> {
  const { pool } = w.app.database;
  const clients = await Promise.all(Array.from({ length: pool.totalCount }, () => pool.connect()));
  for (const client of clients) {
    await client.query('SELECT pg_stat_force_next_flush()');
    client.release();
  }
  const { rows } = await pool.query<{ deadlocks: number }>(
    'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()',
  );
  return rows[0]?.deadlocks ?? -1;
}
