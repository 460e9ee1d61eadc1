import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { openDatabase, type Database } from '../src/db/client.ts';
import { runSql, withDatabase } from './run-sql.ts';

/** A copy of the migrated template, of its own for one test file. */
export async function cloneDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const adminUrl = inject('adminDatabaseUrl');
  const name = `popbox_${randomUUID().replaceAll('-', '')}`;
  // FILE_COPY: writing every page to the log first takes longer, and dropping such a copy three times as long.
  await runSql(
    adminUrl,
    `CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')} STRATEGY FILE_COPY`,
  );
  return {
    url: withDatabase(adminUrl, name),
    drop: () => runSql(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** The same with a pool of our own client on it, for tests of queries and steps that need no app. */
export async function openClone(options: {
  poolMax: number;
}): Promise<{ database: Database; close: () => Promise<void> }> {
  const { url, drop } = await cloneDatabase();
  const clock = { offsetMs: 0 };
  const database = openDatabase({ url, clock, onIdleError: () => undefined, ...options });
  return {
    database,
    close: async () => {
      await database.close();
      await drop();
    },
  };
}
