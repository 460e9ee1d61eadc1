import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PASSWORD_FILE, SUPERUSER } from './initialise-cluster.ts';
import { startEmbeddedPostgres } from './start-embedded-postgres.ts';
import { isRunningPostgres } from './wait-until-free.ts';

/** Name of the shop's database on the embedded server. */
export const DATABASE = 'popbox';

export type ReachedDatabase = { url: string; leave: () => Promise<void> };

/** In postmaster.pid, counted from 0. */
const PID_LINE = 0;
const PORT_LINE = 3;

/**
 * The database of `pnpm dev` in this folder: that of the running one, else it is started for as long as it is needed.
 * @throws Error if `dev` never ran there
 */
export async function reachDevDatabase(dataDir: string): Promise<ReachedDatabase> {
  const password = await readFile(join(dataDir, PASSWORD_FILE), 'utf8').catch(() => null);
  if (password === null) {
    throw new Error(
      `There is no database in ${dataDir}. Set DATABASE_URL, or start the shop once with: pnpm dev`,
    );
  }
  const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')).split(
    '\n',
  );
  const [pid, port] = [Number(lines[PID_LINE]), Number(lines[PORT_LINE])];
  if (pid > 0 && port > 0 && (await isRunningPostgres(pid))) {
    const url = `postgres://${SUPERUSER}:${password.trim()}@127.0.0.1:${String(port)}/${DATABASE}`;
    return { url, leave: () => Promise.resolve() };
  }
  const server = await startEmbeddedPostgres({ dataDir, durable: true });
  return { url: server.url(DATABASE), leave: server.stop };
}
