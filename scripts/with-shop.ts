import type { Level } from 'pino';
import { readConfig, type Config } from '../src/config/index.ts';
import type { App } from '../src/kernel/app.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { readLocalSettings } from './local-shop.ts';
import { withDatabase } from './postgres/with-database.ts';

/**
 * Runs a command's work in the shop that the environment describes; without DATABASE_URL, in that of `pnpm dev` on this
 * machine, whose providers are the stand-ins.
 * @throws ConfigFault with the list of all wrong variables; Error if there is no such shop
 */
export function withShop<T>(level: Level, work: (app: App) => Promise<T>): Promise<T> {
  return withDatabase(async ({ url, dataDir }) => {
    const config = await readConfigOf(dataDir);
    return runIn({ ...config, databaseUrl: url }, level, work);
  });
}

async function readConfigOf(dataDir: string | null): Promise<Omit<Config, 'databaseUrl'>> {
  const { env } = process;
  return dataDir === null ? readConfig(env) : (await readLocalSettings({ env, dataDir })).config;
}

async function runIn<T>(config: Config, level: Level, work: (app: App) => Promise<T>): Promise<T> {
  const app = buildApp({ config, log: createLogger({ level, environment: config.environment }) });
  try {
    return await work(app);
  } finally {
    await app.queue.stop();
    await app.database.close();
  }
}
