import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../scripts/postgres/start-embedded-postgres.ts';
import { hasPostgres15, startPostgres15 } from '../testing/start-debian-servers.ts';

export type MeasuredPostgres = {
  /** An empty database on it. */
  databaseUrl: string;
  /** The postmaster's; each connection has a child of its own. */
  pid: number;
  /** As it names itself. */
  version: string;
  stop: () => Promise<void>;
};

/**
 * The Postgres that is measured, with its default settings: Debian's where it is installed, as an operator runs it. The one
 * of development, which is taken elsewhere, is compiled for a small download (`-Os`) and needs a quarter more CPU for the
 * same statement.
 */
export async function startPostgres(folder: string): Promise<MeasuredPostgres> {
  const server = hasPostgres15
    ? await startPostgres15({ durable: true })
    : await startDevelopmentPostgres(join(folder, 'pg'));
  try {
    await query(server.url('postgres'), 'CREATE DATABASE bench');
    const databaseUrl = server.url('bench');
    const [row] = await query<{ server_version: string }>(databaseUrl, 'SHOW server_version');
    const version = row?.server_version ?? 'unknown';
    return { databaseUrl, pid: server.pid, version, stop: server.stop };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startDevelopmentPostgres(dataDir: string) {
  const { url, stop } = await startEmbeddedPostgres({ dataDir, durable: true });
  const file = await readFile(join(dataDir, 'postmaster.pid'), 'utf8');
  return { url, stop, pid: Number(file.split('\n')[0]) };
}

/** One statement over a connection of its own. */
export async function query<Row extends object>(
  databaseUrl: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
