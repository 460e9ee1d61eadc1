import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import pg from 'pg';
import { chooseAccount, type Account } from '../scripts/postgres/choose-account.ts';
import { runPostgres, spawnPostgres } from '../scripts/postgres/cluster.ts';
import { binariesIn } from '../scripts/postgres/find-binaries.ts';
import { leaveNoOrphan } from '../scripts/postgres/leave-no-orphan.ts';

/** A server from Debian's packages that a test started. */
export type DebianServer = {
  /** Address of a database on it. */
  url: (database: string) => string;
  stop: () => Promise<void>;
};

const POSTGRES_15 = '/usr/lib/postgresql/15';
const PGBOUNCER = '/usr/sbin/pgbouncer';

export const hasPostgres15 = existsSync(`${POSTGRES_15}/bin/postgres`);
export const hasPgBouncer = existsSync(PGBOUNCER);

/** The oldest Postgres that the shop promises to run on, empty. Durable: with its default settings, as for a shop. */
export async function startPostgres15({
  durable,
}: {
  durable: boolean;
}): Promise<DebianServer & { pid: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'popbox-postgres-15-'));
  const installation = {
    binaries: binariesIn(POSTGRES_15),
    account: await chooseAccount(folder),
  };
  await handOver(folder, installation.account);
  await runPostgres(
    installation,
    'initdb',
    ['--pgdata=.', '--username=postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    folder,
  );
  const port = await getPort();
  const server = spawnPostgres(
    installation,
    'postgres',
    [
      ...['-D', '.', '-p', String(port), '-c', 'listen_addresses=127.0.0.1'],
      ...['-c', 'unix_socket_directories=', ...(durable ? [] : ['-c', 'fsync=off'])],
    ],
    folder,
  );
  const { pid } = server;
  if (pid === undefined) throw new Error(`${POSTGRES_15} did not start.`);
  const callOff = leaveNoOrphan(pid);
  const url = (database: string) => `postgres://postgres@127.0.0.1:${String(port)}/${database}`;
  await untilItAnswers(url('postgres'));
  return {
    url,
    pid,
    stop: async () => {
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGQUIT');
      await gone;
      callOff();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/**
 * PgBouncer in transaction mode in front of the server at `serverUrl`: each transaction may meet another connection, and
 * nothing that belongs to a session survives.
 */
export async function startPgBouncer(serverUrl: string): Promise<DebianServer> {
  const { hostname, port: serverPort, username, password } = new URL(serverUrl);
  const folder = await mkdtemp(join(tmpdir(), 'popbox-pgbouncer-'));
  const port = await getPort();
  const account = await chooseAccount(folder);
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(
    file,
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort} user=${username} password=${decodeURIComponent(password)}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${String(port)}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      // Few, so that a statement really meets another connection than the one before.
      'default_pool_size = 6',
      'max_client_conn = 200',
    ].join('\n'),
  );
  for (const path of [folder, file]) await handOver(path, account);
  const pooler = spawn(PGBOUNCER, [file], { stdio: 'ignore', ...(account ?? {}) });
  const url = (database: string) =>
    `postgres://${username}@127.0.0.1:${String(port)}/${database}?pgbouncer=true`;
  await untilItAnswers(url('postgres'));
  return {
    url,
    stop: async () => {
      const gone = new Promise((resolve) => pooler.once('exit', resolve));
      pooler.kill('SIGKILL');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function handOver(path: string, account: Account | null): Promise<void> {
  await chmod(path, 0o700);
  if (account !== null) await chown(path, account.uid, account.gid);
}

async function untilItAnswers(url: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
