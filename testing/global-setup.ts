import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../scripts/postgres/start-embedded-postgres.ts';
import { migrateDatabase } from '../src/main/migrate-database.ts';
import { runSql, withDatabase } from './run-sql.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the server's maintenance database. */
    adminDatabaseUrl: string;
    /** The migrated database that every test file gets a copy of. */
    templateDatabase: string;
  }
}

/** Enough for two test files at once with forty contestants each, and for a pool that a test forgot to close. */
const MAX_CONNECTIONS = 400;

/** Linux's file system in memory. In a container it may be small. */
const MEMORY = '/dev/shm';
/** Four times what a whole run fills: databases of two test files and the log of what they wrote. */
const ENOUGH_BYTES = 1024 ** 3;

/**
 * Starts one Postgres for the whole run, or takes that of TEST_DATABASE_URL, and migrates one database on it. Vitest calls
 * this for each kind of test in turn; a run of unit tests alone never comes here.
 */
export default async function setup({
  vitest,
}: TestProject): Promise<(() => Promise<void>) | undefined> {
  if ('templateDatabase' in vitest.getProvidedContext()) return undefined;
  const { adminUrl, stop } = await openServer();
  try {
    const template = `popbox_template_${String(process.pid)}`;
    await runSql(adminUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await runSql(adminUrl, `CREATE DATABASE ${template}`);
    await migrateDatabase(withDatabase(adminUrl, template));
    vitest.provide('adminDatabaseUrl', adminUrl);
    vitest.provide('templateDatabase', template);
    return async () => {
      await runSql(adminUrl, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
      await stop();
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openServer(): Promise<{ adminUrl: string; stop: () => Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== '')
    return { adminUrl: given, stop: () => Promise.resolve() };
  const folder = await mkdtemp(join(await chooseParent(), 'popbox-test-'));
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    durable: false,
    maxConnections: MAX_CONNECTIONS,
  });
  return {
    adminUrl: server.url('postgres'),
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Each test file makes and drops some hundred files of a database, which costs a disk's file system more than the tests. */
async function chooseParent(): Promise<string> {
  const space = await statfs(MEMORY).catch(() => null);
  if (space === null) return tmpdir();
  const free = Math.min(space.bavail * space.bsize, process.availableMemory());
  return free >= ENOUGH_BYTES ? MEMORY : tmpdir();
}
