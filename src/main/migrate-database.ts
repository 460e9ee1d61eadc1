import { migrateTables } from '../db/migrate.ts';
import { installQueueSchema } from '../queue/install-queue-schema.ts';

/** Brings the database at `url` to this version: our tables, then the queue's. Does nothing where nothing is missing. */
export async function migrateDatabase(url: string): Promise<void> {
  await migrateTables(url, installQueueSchema);
}
