import pg from 'pg';
import { migrateTables } from '../db/migrate.ts';
import { installQueueSchema } from '../queue/install-queue-schema.ts';

const CONNECT_PATIENCE_MS = 5_000;

/**
 * Brings the database at `url` to this version: our tables, then the queue's. Does nothing where nothing is missing.
 * @throws Error in one sentence where there is no such database
 */
export async function migrateDatabase(url: string): Promise<void> {
  await requireReachable(url);
  await migrateTables(url, installQueueSchema);
}

async function requireReachable(url: string): Promise<void> {
  if (!/^postgres(ql)?:/.test(url) || !URL.canParse(url)) {
    throw new Error('DATABASE_URL must be a postgres:// URL.');
  }
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_PATIENCE_MS,
  });
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    // The URL itself stays untold: it holds a password.
    const { hostname, port, pathname } = new URL(url);
    throw new Error(
      `The database ${pathname.slice(1)} at ${hostname}:${port === '' ? '5432' : port} cannot be reached (${reasonOf(error)}). Check DATABASE_URL.`,
      { cause: error },
    );
  }
}

/** What a person can act on: `ECONNREFUSED`, or the server's own words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The text may be missing, where several addresses were tried, or name an address that nobody typed.
  const code = 'code' in error ? String(error.code) : '';
  return /^E[A-Z]+$/.test(code) ? code : error.message;
}
