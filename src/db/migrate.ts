import { fileURLToPath } from 'node:url';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as applyMigrations } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';

const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));

/**
 * Brings our tables in the database at `url` to this version's schema, then runs `andThen` for what else stands there. Does
 * nothing where nothing is missing. Two at once wait for each other, because replicas start together.
 */
export async function migrateTables(
  url: string,
  andThen: (url: string) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // Session-level on purpose: one direct connection, closed below, and the migrator's own transactions
    // come and go inside it.
    await client.query(`SELECT pg_advisory_lock(hashtextextended('popbox:migrate', 0))`);
    await applyMigrations(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
    await andThen(url);
  } finally {
    await client.end();
  }
}
