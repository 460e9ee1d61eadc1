import { join, resolve } from 'node:path';
import { reachDevDatabase } from './reach-dev-database.ts';

/** `dataDir` is the folder of the shop of `pnpm dev`; null where the environment names a database. */
export type GivenDatabase = { url: string; dataDir: string | null };

/**
 * Runs a command's work on the database of DATABASE_URL; without that variable, on that of `pnpm dev` on this machine.
 * @throws Error if there is no such database
 */
export async function withDatabase<T>(work: (database: GivenDatabase) => Promise<T>): Promise<T> {
  const { env } = process;
  const given = (env.DATABASE_URL ?? '').trim();
  if (given !== '') return work({ url: given, dataDir: null });
  const dataDir = resolve((env.DATA_DIR ?? '').trim() || '.data');
  const { url, leave } = await reachDevDatabase(join(dataDir, 'postgres'));
  try {
    return await work({ url, dataDir });
  } finally {
    await leave();
  }
}
