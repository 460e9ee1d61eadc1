import { migrateDatabase } from './migrate-database.ts';

/** Brings the database of DATABASE_URL to this version: `node dist/main/migrate.js`, before the new version starts. */
async function main(): Promise<void> {
  const url = process.env.DATABASE_URL?.trim() ?? '';
  if (url === '') throw new Error('DATABASE_URL is missing.');
  await migrateDatabase(url);
  process.stdout.write('The database is at the schema of this version.\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
