import type { World } from './world.ts';

/** Waits until this many transactions stand before a lock that somebody else has. */
export function untilBlocked(w: World, backends: number): Promise<void> {
  return w.until(`${String(backends)} backends wait for a lock`, async () => {
    const { rows } = await w.app.database.pool.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.waiting === backends;
  });
}
