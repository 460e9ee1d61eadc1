import pg from 'pg';
import type { ChildWorld } from '../child/child-world.ts';

/** A lock that somebody runs into; see `holdLock`. */
export type HeldLock = {
  /** Resolves once a backend waits for it. */
  untilSomebodyWaits: () => Promise<void>;
  /** Ends the backends that wait for it, as if the process had died before it sent their statement. */
  cutOffWaiting: () => Promise<void>;
  /** Lets it go and waits until whoever waited for it is gone; for after the kill. */
  letGo: () => Promise<void>;
};

/**
 * Takes locks in a transaction of the test's own, so that the API stops inside its transaction. A backend that waits
 * does not notice that its client died: it gets the lock, finishes the statement, notices, and rolls back.
 */
export async function holdLock(
  w: ChildWorld,
  statement: string,
  ...values: unknown[]
): Promise<HeldLock> {
  const client = new pg.Client({ connectionString: w.app.config.databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(statement, values);
  return {
    untilSomebodyWaits: () =>
      w.until('a backend waits for the lock', async () => {
        const { rowCount } = await w.app.database.pool.query(
          `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rowCount !== null && rowCount > 0;
      }),
    cutOffWaiting: async () => {
      await w.app.database.pool.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
    },
    letGo: async () => {
      await client.query('ROLLBACK');
      await client.end();
      await w.untilForgotten();
    },
  };
}
