import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import { describingEnvironment } from '../scripts/describing-environment.ts';
import { migrateDatabase } from '../src/main/migrate-database.ts';
import { CONNECTIONS, measureInRounds } from './measure.ts';
import { render } from './report.ts';
import { FULL_SIZE, seedCatalogue, type CatalogueSize } from './seed-catalogue.ts';
import { startChild } from './start-child.ts';
import { startPostgres } from './start-postgres.ts';
import { detailPath, GOALS, LIST_PATH, targetsOf, type Servers } from './targets.ts';

/**
 * `pnpm bench`: public reads over a large catalogue, and in the same run what bare Express can do on this machine. Compare
 * the ratios; absolute figures drift between machines and days. `--quick` for a small catalogue and few runs.
 */
const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 2 : 5;
const SECONDS = quick ? 1 : 3;
const SIZE: CatalogueSize = quick ? { products: 5_000, variants: 12_500, tags: 200 } : FULL_SIZE;

const folder = await mkdtemp(join(tmpdir(), 'popbox-bench-'));
const postgres = await startPostgres(folder);
const stops: (() => Promise<void>)[] = [
  () => rm(folder, { recursive: true, force: true }),
  postgres.stop,
];
try {
  const { databaseUrl } = postgres;
  await migrateDatabase(databaseUrl);
  console.log(`Seeding ${String(SIZE.products)} products, ${String(SIZE.variants)} variants …`);
  await seedCatalogue(databaseUrl, SIZE);
  const servers = await startServers(databaseUrl);
  const runs = await measureInRounds(targetsOf(servers), {
    rounds: ROUNDS,
    seconds: SECONDS,
    postgresPid: postgres.pid,
  });
  const report = render(runs, GOALS);
  console.log(report);
  if (!quick) await writeResults(report);
} finally {
  for (const stop of stops.reverse()) await stop();
}
process.exit(0);

async function startServers(databaseUrl: string): Promise<Servers> {
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
    await save('list.json', LIST_PATH),
    await save('detail.json', detailPath(1, SIZE.products)),
  ];
  const bare = await startChild({
    script: fileURLToPath(new URL('baseline-server.ts', import.meta.url)),
    args: [databaseUrl, String(barePort), ...files],
    env: {},
    logFile: join(folder, 'bare.log'),
    isReady: async () => (await fetch(`http://127.0.0.1:${String(barePort)}/detail`)).ok,
  });
  stops.push(bare.stop);

  return {
    api: { port: apiPort, pid: api.pid },
    bare: { port: barePort, pid: bare.pid },
    products: SIZE.products,
  };
}

async function writeResults(report: string): Promise<void> {
  const machine = `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ${String(Math.round(totalmem() / 2 ** 30))} GiB`;
  const text = [
    '# Public reads over a large catalogue',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.version}, Postgres ${postgres.version}. Client, API and Postgres share the machine.`,
    `${String(SIZE.products)} products, ${String(SIZE.variants)} variants, ${String(SIZE.tags)} tags; ${String(CONNECTIONS)} connections; medians of ${String(ROUNDS)} rounds of ${String(SECONDS)} s each. CPU per request. Made by \`pnpm bench\`.`,
    '',
    report,
    '',
  ].join('\n');
  await writeFile(fileURLToPath(new URL('RESULTS.md', import.meta.url)), text);
}
