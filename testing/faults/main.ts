import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbeddedPostgres } from '../../scripts/postgres/start-embedded-postgres.ts';
import { migrateDatabase } from '../../src/main/migrate-database.ts';
import { childWorld } from '../child/child-world.ts';
import { runFaults, type FaultReport, type FaultRun } from './run-faults.ts';

const DEFAULT_HISTORIES = 2_000;
/** 50 kills in 2,000 histories. */
const HISTORIES_PER_KILL = 40;
/** A provider that has not answered by then is given up; in production it is fifteen times as long. */
const TIMEOUT_MS = 1_000;
const MOST_TOLD = 30;

/**
 * `pnpm test:faults [--histories=N] [--kills=N] [--seed=N]`: exits 1 if anything went wrong that must not.
 * The seed chooses what shoppers, providers and the killer do; how these meet is up to the machine.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      histories: { type: 'string', default: String(DEFAULT_HISTORIES) },
      kills: { type: 'string' },
      seed: { type: 'string', default: String(randomInt(1_000_000)) },
    },
  });
  const histories = readNumber('histories', values.histories);
  const kills = readNumber(
    'kills',
    values.kills ?? String(Math.ceil(histories / HISTORIES_PER_KILL)),
  );
  const seed = readNumber('seed', values.seed);
  const run: FaultRun = { histories, kills, seed, shoppers: 24, timeoutMs: TIMEOUT_MS };
  const started = performance.now();
  console.log(`${String(histories)} histories, ${String(kills)} kills, seed ${String(seed)}`);
  const report = await runInShop({
    ...run,
    onProgress: (finished, killed) => {
      if (finished % Math.ceil(histories / 20) !== 0) return;
      const seconds = Math.round((performance.now() - started) / 1_000);
      console.log(`${String(finished)} finished, ${String(killed)} kills, ${String(seconds)} s`);
    },
  });
  tell(report);
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.log(
    report.violations.length === 0
      ? `Nothing went wrong in ${String(seconds)} s. Seed ${String(seed)}.`
      : `${String(report.violations.length)} violations in ${String(seconds)} s. Again: --seed=${String(seed)}`,
  );
  return report.violations.length === 0 ? 0 : 1;
}

function readNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number.`);
  return Number(text);
}

async function runInShop(run: FaultRun): Promise<FaultReport> {
  const folder = await mkdtemp(join(tmpdir(), 'popbox-faults-'));
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, 'postgres'),
    durable: false,
    maxConnections: 100,
  });
  try {
    await server.createDatabase('popbox');
    const url = server.url('popbox');
    await migrateDatabase(url);
    const w = await childWorld({
      database: { url, drop: () => Promise.resolve() },
      poolMax: 20,
      providerTimeoutMs: TIMEOUT_MS,
    });
    try {
      return await runFaults(w, run);
    } finally {
      await w.abandon();
    }
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function tell({ counts, violations }: FaultReport): void {
  for (const [what, times] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    console.log(`${String(times).padStart(7)}  ${what}`);
  }
  for (const violation of violations.slice(0, MOST_TOLD)) console.error(`✗ ${violation}`);
  const rest = violations.length - MOST_TOLD;
  if (rest > 0) console.error(`… and ${String(rest)} more`);
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
