import { readConfig } from '../src/config/index.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { migrateDatabase } from '../src/main/migrate-database.ts';
import { seedDemoShop } from './seed/seed-demo-shop.ts';

/**
 * `pnpm db:seed`: fills the empty shop in the database of DATABASE_URL with the demo catalogue. Pictures go to the storage
 * of SUPABASE_URL, so it needs the same variables as the API.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  if (config.isProduction) {
    throw new Error('The demo catalogue is not for production: NODE_ENV is production.');
  }
  await migrateDatabase(config.databaseUrl);
  const app = buildApp({
    config,
    log: createLogger({ level: 'warn', environment: config.environment }),
  });
  try {
    await app.queue.start();
    const { created } = await seedDemoShop(app);
    console.log(
      created
        ? 'The shop has its demo catalogue.'
        : 'The shop has products; nothing was added but missing pictures.',
    );
  } finally {
    await app.queue.stop();
    await app.database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
