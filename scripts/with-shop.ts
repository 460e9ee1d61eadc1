import { join, resolve } from 'node:path';
import type { Level } from 'pino';
import { readConfig, type Config } from '../src/config/index.ts';
import type { App } from '../src/kernel/app.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { readLocalSettings } from './local-shop.ts';
import { reachDevDatabase } from './postgres/reach-dev-database.ts';

/**
 * Runs a command's work in the shop that the environment describes; without DATABASE_URL, in that of `pnpm dev` on this
 * machine, whose providers are the stand-ins.
 * @throws ConfigFault with the list of all wrong variables; Error if there is no such shop
 */
export async function withShop<T>(level: Level, work: (app: App) => Promise<T>): Promise<T> {
  const { env } = process;
  if ((env.DATABASE_URL ?? '').trim() !== '') return runIn(readConfig(env), level, work);
  const dataDir = resolve((env.DATA_DIR ?? '').trim() || '.data');
  const reached = await reachDevDatabase(join(dataDir, 'postgres'));
  try {
    const { config } = await readLocalSettings({ env, dataDir });
    return await runIn({ ...config, databaseUrl: reached.url }, level, work);
  } finally {
    await reached.leave();
  }
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
