import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { describingEnvironment } from '../scripts/describing-environment.ts';
import { startEmbeddedPostgres } from '../scripts/postgres/start-embedded-postgres.ts';
import { migrateDatabase } from '../src/main/migrate-database.ts';
import { measure, type Measured, type Target } from './measure.ts';
import { FULL_SIZE, seedCatalogue, type CatalogueSize } from './seed-catalogue.ts';
import { startChild } from './start-child.ts';

/**
 * `pnpm bench`: public reads over a large catalogue, and in the same run what bare Express can do on this machine. Compare
 * the ratios; absolute figures drift between machines and days. `--quick` for a small catalogue and short runs.
 */
const quick = process.argv.includes('--quick');
const SECONDS = quick ? 2 : 10;
const SIZE: CatalogueSize = quick ? { products: 5_000, variants: 12_500, tags: 200 } : FULL_SIZE;

const WORDS = [
  'starlight',
  'courier',
  'kitsune',
  'lantern',
  'lullaby',
  'detective',
  'figure',
  'plush',
  'sakura',
  'garden',
];
const word = (n: number) => WORDS[n % WORDS.length] ?? 'figure';
const slug = (n: number) => `product-${String(1 + ((n * 7919) % SIZE.products))}`;
const SORTS = ['newest', 'price_asc', 'price_desc', 'name_asc', 'name_desc', 'trending'];

const folder = await mkdtemp(join(tmpdir(), 'popbox-bench-'));
const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'pg'), durable: true });
const stops: (() => Promise<void>)[] = [
  () => rm(folder, { recursive: true, force: true }),
  postgres.stop,
];
try {
  await postgres.createDatabase('bench');
  const databaseUrl = postgres.url('bench');
  await migrateDatabase(databaseUrl);
  console.log(`Seeding ${String(SIZE.products)} products, ${String(SIZE.variants)} variants …`);
  await seedCatalogue(databaseUrl, SIZE);
  const measured = await runAll(databaseUrl, await readPostmasterPid());
  const report = render(measured);
  console.log(report);
  if (!quick) await writeResults(report);
} finally {
  for (const stop of stops.reverse()) await stop();
}
process.exit(0);

async function readPostmasterPid(): Promise<number> {
  return Number((await readFile(join(folder, 'pg', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function runAll(databaseUrl: string, postgresPid: number): Promise<Measured[]> {
  const [apiPort, barePort] = [await getPort(), await getPort()];
  const api = await startChild({
    script: fileURLToPath(new URL('../src/main/server.ts', import.meta.url)),
    env: {
      ...describingEnvironment,
      NODE_ENV: 'development',
      PROCESS_ROLE: 'api',
      DATABASE_URL: databaseUrl,
      PORT: String(apiPort),
    },
    logFile: join(folder, 'api.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${String(apiPort)}/health`)).ok,
  });
  stops.push(api.stop);
  const save = async (name: string, path: string) => {
    const file = join(folder, name);
    await writeFile(file, await (await fetch(`http://127.0.0.1:${String(apiPort)}${path}`)).text());
    return file;
  };
  const files = [
    await save('list.json', '/api/v1/products'),
    await save('detail.json', `/api/v1/products/${slug(1)}`),
  ];
  const bare = await startChild({
    script: fileURLToPath(new URL('baseline-server.ts', import.meta.url)),
    args: [databaseUrl, String(barePort), ...files],
    env: {},
    logFile: join(folder, 'bare.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${String(barePort)}/detail`)).ok,
  });
  stops.push(bare.stop);

  const onBare = (name: string, path: string): Target => ({
    name,
    path: () => path,
    port: barePort,
    serverPid: bare.pid,
  });
  // A query key that nobody reads makes each URL new, so nothing comes from memory.
  const onApi = (name: string, path: (n: number) => string): Target => ({
    name,
    path,
    port: apiPort,
    serverPid: api.pid,
  });
  const targets = [
    onBare('bare Express, constant JSON of the list', '/list'),
    onApi('list, hot', () => '/api/v1/products'),
    onBare('bare Express, constant JSON of the detail', '/detail'),
    onApi('detail, hot', () => `/api/v1/products/${slug(1)}`),
    onBare('bare Express, one prepared select', '/select'),
    onApi('list, uncached', (n) => `/api/v1/products?n=${String(n)}`),
    onApi(
      'list in every order, uncached',
      (n) => `/api/v1/products?sort=${SORTS[n % SORTS.length] ?? ''}&n=${String(n)}`,
    ),
    onApi('detail, uncached', (n) => `/api/v1/products/${slug(n)}?n=${String(n)}`),
    onApi(
      'autocomplete, uncached',
      (n) => `/api/v1/search/autocomplete?q=${word(n).slice(0, 3 + (n % 4))}&n=${String(n)}`,
    ),
    onApi(
      'search, uncached',
      (n) => `/api/v1/search?q=${word(n)}%20${word(n * 3 + 1)}&n=${String(n)}`,
    ),
  ];
  const measured: Measured[] = [];
  for (const target of targets) {
    console.log(`  ${target.name} …`);
    measured.push(await measure(target, { seconds: SECONDS, postgresPid }));
  }
  return measured;
}

function render(measured: readonly Measured[]): string {
  const rps = (name: string) =>
    measured.find((m) => m.name === name)?.requestsPerSecond ?? Number.NaN;
  const rows = measured.map(
    (m) =>
      `| ${m.name} | ${m.requestsPerSecond.toFixed(0)} | ${m.p50Ms.toFixed(1)} | ${m.p99Ms.toFixed(1)} | ` +
      `${m.serverCpuMs.toFixed(3)} | ${m.postgresCpuMs.toFixed(3)} | ${String(m.failures)} |`,
  );
  const share = (name: string, of: string) => `${((100 * rps(name)) / rps(of)).toFixed(0)} %`;
  return [
    '| read | requests/s | p50 ms | p99 ms | server CPU ms | Postgres CPU ms | failures |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
    '',
    `- list from memory: ${share('list, hot', 'bare Express, constant JSON of the list')} of the constant JSON`,
    `- detail from memory: ${share('detail, hot', 'bare Express, constant JSON of the detail')} of the constant JSON`,
    `- list uncached: ${share('list, uncached', 'bare Express, one prepared select')} of one prepared select`,
    `- detail uncached: ${share('detail, uncached', 'bare Express, one prepared select')} of one prepared select`,
  ].join('\n');
}

async function writeResults(report: string): Promise<void> {
  const machine = `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ${String(Math.round(totalmem() / 2 ** 30))} GiB`;
  const text = [
    '# Public reads over a large catalogue',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.version}. Client, API and Postgres share the machine.`,
    `${String(SIZE.products)} products, ${String(SIZE.variants)} variants, ${String(SIZE.tags)} tags; 32 connections, ${String(SECONDS)} s each. Made by \`pnpm bench\`.`,
    '',
    report,
    '',
  ].join('\n');
  await writeFile(fileURLToPath(new URL('RESULTS.md', import.meta.url)), text);
}
