import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHILD_ENVIRONMENT } from '../../testing/child/child-environment.ts';
import { cloneDatabase } from '../../testing/clone-database.ts';
import { describingEnvironment } from '../describing-environment.ts';
import { startEmbeddedPostgres } from '../postgres/start-embedded-postgres.ts';
import { ROOT } from '../run-tool.ts';

type Environment = Record<string, string>;
type Ending = { code: number | null; stdout: string; stderr: string };

const PATIENCE_MS = 25_000;

let folder: string;
let takenPort: number;
let occupier: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'popbox-bad-starts-'));
  occupier = createServer();
  await new Promise<void>((listening) => occupier.listen(0, listening));
  takenPort = (occupier.address() as AddressInfo).port;
});

afterAll(async () => {
  await new Promise((closed) => occupier.close(closed));
  await rm(folder, { recursive: true, force: true });
});

/** Runs a program with this environment and no other, to its end. One that keeps running is killed, and has no code. */
async function start(program: string, env: Environment, nodeFlags: string[] = []): Promise<Ending> {
  const child = spawn(process.execPath, [...nodeFlags, join(ROOT, program)], {
    cwd: folder,
    env: { ...CHILD_ENVIRONMENT, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (said.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (said.stderr += text.toString()));
  const code = await new Promise<number | null>((ended) => child.once('close', ended));
  return { code, ...said };
}

/** One line, one sentence, nothing of the code's own. */
function expectOneSentence({ code, stderr }: Ending, sentence: string): void {
  expect({ code, stderr }).toEqual({ code: 1, stderr: `${sentence}\n` });
}

function expectFaults({ code, stderr }: Ending, faults: string[]): void {
  const [first, ...lines] = stderr.trimEnd().split('\n');
  expect(code).toBe(1);
  expect(first).toBe('The configuration is not usable:');
  expect(lines.sort()).toEqual(faults.map((fault) => `  - ${fault}`).sort());
}

const production: Environment = {
  ...describingEnvironment,
  NODE_ENV: 'production',
  CORS_ORIGIN: 'https://shop.example',
  CLIENT_BASE_URL: 'https://shop.example',
  SUPABASE_URL: 'https://auth.example',
  STRIPE_SUCCESS_URL: 'https://shop.example/success?session_id={CHECKOUT_SESSION_ID}',
  STRIPE_CANCEL_URL: 'https://shop.example/cart',
};

describe('the server', () => {
  const server = 'src/main/server.ts';

  test('lists every missing variable', async () => {
    const needed = Object.keys(describingEnvironment).filter(
      (name) => name !== 'NODE_ENV' && name !== 'RATE_LIMITS',
    );
    expectFaults(
      await start(server, {}),
      needed.map((name) => `${name} is missing`),
    );
  });

  test('lists every malformed variable', async () => {
    const ending = await start(server, {
      ...describingEnvironment,
      PORT: 'http',
      DATABASE_URL: 'mysql://localhost/shop',
      STRIPE_WEBHOOK_SECRET: 'secret',
      RESEND_FROM_EMAIL: 'PopBox',
      LOG_LEVEL: 'loud',
    });
    expectFaults(ending, [
      'PORT must be a whole number',
      'DATABASE_URL must be a postgres:// URL',
      'STRIPE_WEBHOOK_SECRET must begin with whsec_',
      'RESEND_FROM_EMAIL must be an e-mail address',
      'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent',
    ]);
  });

  test('refuses providers without https in production', async () => {
    const ending = await start(server, {
      ...production,
      SUPABASE_URL: 'http://auth.example',
      STRIPE_API_BASE_URL: 'http://localhost:4010',
      RESEND_BASE_URL: 'http://localhost:4010',
    });
    expectFaults(
      ending,
      ['SUPABASE_URL', 'STRIPE_API_BASE_URL', 'RESEND_BASE_URL'].map(
        (name) => `${name} must be https in production`,
      ),
    );
  });

  test('says that its port is taken', async () => {
    const ending = await start(server, { ...describingEnvironment, PORT: String(takenPort) });
    expectOneSentence(ending, `Port ${String(takenPort)} is taken. Set PORT to a free one.`);
  });
});

describe('the migration', () => {
  const migrate = 'src/main/migrate.ts';

  test('wants DATABASE_URL', async () => {
    expectOneSentence(await start(migrate, {}), 'DATABASE_URL is missing.');
    expectOneSentence(
      await start(migrate, { DATABASE_URL: 'shop' }),
      'DATABASE_URL must be a postgres:// URL.',
    );
  });

  test('says that the database is unreachable, and keeps its password', async () => {
    const port = await getPort();
    const url = `postgres://popbox:hush@localhost:${String(port)}/shop`;
    expectOneSentence(
      await start(migrate, { DATABASE_URL: url }),
      `The database shop at localhost:${String(port)} cannot be reached (ECONNREFUSED). Check DATABASE_URL.`,
    );
  });
});

describe('dev', () => {
  const dev = 'scripts/dev.ts';
  let database: Awaited<ReturnType<typeof cloneDatabase>>;

  beforeAll(async () => {
    database = await cloneDatabase();
  });
  afterAll(() => database.drop());

  async function freePorts(): Promise<Environment> {
    return { PORT: String(await getPort()), SANDBOX_PORT: String(await getPort()) };
  }

  test('lists every malformed variable before it starts anything', async () => {
    const dataDir = join(folder, 'malformed');
    const ending = await start(dev, {
      DATA_DIR: dataDir,
      PORT: '0',
      SANDBOX_PORT: '70000',
      LOG_LEVEL: 'loud',
    });
    expectFaults(ending, [
      'PORT must be between 1 and 65535',
      'SANDBOX_PORT must be a port number from 1 to 65535',
      'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent',
    ]);
    expect(await readdir(dataDir)).not.toContain('postgres');
  });

  test('says that the database is unreachable', async () => {
    const port = await getPort();
    const ending = await start(dev, {
      ...(await freePorts()),
      DATA_DIR: join(folder, 'unreachable'),
      DATABASE_URL: `postgres://popbox:hush@127.0.0.1:${String(port)}/shop`,
    });
    expect(ending.stderr).toContain(`at 127.0.0.1:${String(port)} cannot be reached`);
    expect(ending.stderr.trim().split('\n')).toHaveLength(1);
    expect(ending.stderr).not.toContain('hush');
    expect(ending.code).toBe(1);
  });

  test.each(['PORT', 'SANDBOX_PORT'])('says that %s is taken', async (name) => {
    const ending = await start(dev, {
      ...(await freePorts()),
      DATA_DIR: join(folder, 'taken'),
      DATABASE_URL: database.url,
      [name]: String(takenPort),
    });
    expectOneSentence(ending, `Port ${String(takenPort)} is taken. Set ${name} to a free one.`);
  });

  test('says that DATA_DIR is in use', async () => {
    const dataDir = join(folder, 'in-use');
    const postgres = join(dataDir, 'postgres');
    const other = await startEmbeddedPostgres({ dataDir: postgres, durable: false });
    try {
      const ending = await start(dev, { ...(await freePorts()), DATA_DIR: dataDir });
      expect(ending.code).toBe(1);
      expect(ending.stderr).toMatch(
        /^\S+ is in use by another run \(process \d+\)\. Stop that one, or set DATA_DIR to another folder\.\n$/,
      );
    } finally {
      await other.stop();
    }
  });

  test('says that DATA_DIR is no folder', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    expectOneSentence(
      await start(dev, { ...(await freePorts()), DATA_DIR: file }),
      `The folder ${file} cannot be written to. Set DATA_DIR to another.`,
    );
  });

  test('says that there is no Postgres for this machine', async () => {
    // Told to the one who looks for Postgres only: other packages with native code do have a build for such a machine.
    const otherMachine = join(folder, 'other-machine.mjs');
    await writeFile(
      otherMachine,
      `Object.defineProperty(process, 'arch', {
        get: () => (new Error().stack.includes('find-binaries') ? 'riscv64' : '${process.arch}'),
      });`,
    );
    const ending = await start(
      dev,
      { ...(await freePorts()), DATA_DIR: join(folder, 'unsupported') },
      ['--import', pathToFileURL(otherMachine).href],
    );
    expectOneSentence(
      ending,
      `There is no embedded Postgres for this machine (${process.platform} riscv64). Set DATABASE_URL to a Postgres of your own.`,
    );
  });
});
