import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findBinaries } from '../postgres/find-binaries.ts';
import { isRunningPostgres } from '../postgres/wait-until-free.ts';
import { startEmbeddedPostgres, type PostgresServer } from '../postgres/start-embedded-postgres.ts';

const HOLDER = fileURLToPath(new URL('hold-postgres.ts', import.meta.url));

let folder: string;
let dataDir: string;
const running: PostgresServer[] = [];

// mkdtemp's folder is private: as root, this is also the case of a server that runs as another account below /root.
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'popbox-pg-'));
  dataDir = join(folder, 'deep', 'postgres');
});

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(options: { port?: number } = {}): Promise<PostgresServer> {
  const server = await startEmbeddedPostgres({ dataDir, durable: true, ...options });
  running.push(server);
  return server;
}

async function query(server: PostgresServer, database: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: server.url(database) });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
    return rows.flat();
  } finally {
    await client.end();
  }
}

async function hold(): Promise<ChildProcess> {
  // A process group of its own stands for a terminal's foreground job.
  const child = spawn(process.execPath, [HOLDER, dataDir], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await until(child, 'ready');
  return child;
}

/** Waits until it has printed the word; the pipe stays open for the next wait. */
async function until(child: ChildProcess, word: string): Promise<void> {
  if (child.stdout === null) throw new Error('Nobody listens to it.');
  let said = '';
  for await (const text of child.stdout.iterator({ destroyOnReturn: false })) {
    said += String(text);
    if (said.includes(word)) return;
  }
  throw new Error(`It ended before it said "${word}": ${said}`);
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

describe('the embedded Postgres', () => {
  test('keeps its data between two runs and leaves no other folder behind', async () => {
    const first = await start();
    await first.createDatabase('shop');
    await query(first, 'shop', 'CREATE TABLE kept AS SELECT 7 AS value');
    await first.stop();
    const second = await start();
    await second.createDatabase('shop');
    expect(await query(second, 'shop', 'SELECT value FROM kept')).toEqual([7]);
    expect(await readdir(join(folder, 'deep'))).toEqual(['postgres']);
  });

  test('sorts text by code point, whatever locale the machine has', async () => {
    const sorted = `SELECT word FROM unnest(ARRAY['b', 'É', 'a', 'Z', 'é']) word ORDER BY word`;
    expect(await query(await start(), 'postgres', sorted)).toEqual(['Z', 'a', 'b', 'É', 'é']);
  });

  test('refuses a folder in which another run works', async () => {
    const server = await start();
    await expect(start()).rejects.toThrow(
      `${dataDir} is in use by another run (process ${String(await postmasterPid())}).`,
    );
    expect(await query(server, 'postgres', 'SELECT 1')).toEqual([1]);
  });

  test('starts after its last owner was killed, and leaves no orphan', async () => {
    const holder = await hold();
    const orphan = await postmasterPid();
    holder.kill('SIGKILL');
    const server = await start();
    expect(await query(server, 'postgres', 'SELECT 1')).toEqual([1]);
    expect(await isRunningPostgres(orphan)).toBe(false);
  });

  test('starts over a process id that belongs to somebody else by now', async () => {
    await (await start()).stop();
    const somebody = spawn(process.execPath, ['-e', 'setInterval(() => {}, 60_000)']);
    const lines = [somebody.pid, dataDir, 0, 5432, '', '127.0.0.1', '0 0'];
    await writeFile(join(dataDir, 'postmaster.pid'), `${lines.join('\n')}\n`);
    expect(await query(await start(), 'postgres', 'SELECT 1')).toEqual([1]);
    somebody.kill();
  });

  test('answers until its owner stops it, also after Ctrl-C', async () => {
    const holder = await hold();
    if (holder.pid === undefined) throw new Error('It did not start.');
    const ended = once(holder, 'exit');
    process.kill(-holder.pid, 'SIGINT');
    await until(holder, 'answered 42');
    expect(await ended).toEqual([0, null]);
  });

  test('refuses a folder with something else in it', async () => {
    await mkdir(dataDir, { recursive: true });
    await writeFile(join(dataDir, 'letter.txt'), 'mine');
    await expect(start()).rejects.toThrow(`${dataDir} is not empty and holds no database.`);
    expect(await readdir(dataDir)).toEqual(['letter.txt']);
  });

  test('refuses the data of another major version', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow('holds data of Postgres 17, and this is 18.');
  });

  test('says which port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    await expect(start({ port })).rejects.toThrow(`Port ${String(port)} is taken.`);
    blocker.close();
  });

  test('names the way out where there is no build for the machine', () => {
    expect(() => findBinaries({ platform: 'linux', arch: 's390x' })).toThrow(
      'There is no embedded Postgres for this machine (linux s390x). Set DATABASE_URL to a Postgres of your own.',
    );
  });
});
