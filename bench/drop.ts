import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { migrateDatabase } from '../src/main/migrate-database.ts';
import { measureBareSelect } from './bare-select.ts';
import { recordHold, replayHolds, type BareResult, type Sellable } from './bare-hold.ts';
import { cpuOf, openShop, type Cpu, type Shop } from './open-shop.ts';
import { seedCatalogue } from './seed-catalogue.ts';
import { seedKuji } from './seed-kuji.ts';
import { checkOut, pay, quantile, sideBySide } from './shopper.ts';
import { query, startPostgres } from './start-postgres.ts';

/**
 * `pnpm bench:drop`: how fast the shop sells when everybody comes at once: distinct products, one hot variant, one kuji
 * set. Beside it, in the same run, the bare hold transaction: the same SQL through the driver alone. Compare the ratios.
 * `--quick` for short runs.
 */
const quick = process.argv.includes('--quick');
const HOLD_SECONDS = quick ? 3 : 15;
const PURCHASES = quick ? 200 : 1_000;
const KUJI_TICKETS = quick ? 100 : 500;
const SHOPPERS = 16;
const ROUNDS = quick ? 1 : 3;
/** More and shorter turns, because here two things are compared that are measured one after the other. */
const HOLD_ROUNDS = quick ? 1 : 6;

type Holds = { perSecond: number; p50Ms: number; p99Ms: number };
type Purchases = { perSecond: number; p50Ms: number; p99Ms: number; sold: number; cpu: Cpu };

const folder = await mkdtemp(join(tmpdir(), 'popbox-bench-'));
const postgres = await startPostgres(folder);
const stops: (() => Promise<void>)[] = [
  () => rm(folder, { recursive: true, force: true }),
  postgres.stop,
];
try {
  const { databaseUrl } = postgres;
  await migrateDatabase(databaseUrl);
  console.log('Seeding …');
  await seedCatalogue(databaseUrl, { products: 1_000, variants: 1_000, tags: 40 });
  const report = await run(databaseUrl);
  console.log(report);
  if (!quick) await writeResults(report);
} finally {
  for (const stop of stops.reverse()) await stop();
}
process.exit(0);

async function run(databaseUrl: string): Promise<string> {
  const { shop, env } = await openShop({ databaseUrl, postgresPid: postgres.pid, folder, stops });
  const sellables = await stockUp(databaseUrl);
  const hot = sellables[0];
  if (!hot) throw new Error('Nothing to sell.');
  const recorded = await recordHold(env, hot);
  const distinct = (n: number) => sellables[(n * 7) % sellables.length] ?? hot;

  console.log('Warming up …');
  // The first ones find code that has not run before; the shop of a drop has been up for days.
  await buyAll(shop, databaseUrl, distinct, 'warm-up', PURCHASES);
  const warmUp = await seedKuji(env, KUJI_TICKETS);
  await buyAll(shop, databaseUrl, () => warmUp, 'kuji-warm-up', KUJI_TICKETS);
  await settle(databaseUrl);

  const rows: string[] = [];
  const ratios: string[] = [];
  for (const [name, choose, target] of [
    ['distinct products', distinct, 25],
    ['one hot variant', () => hot, 60],
  ] as const) {
    // Turn by turn, so that whatever else the machine does meets both; the median of the turns' ratios counts.
    const bare: BareResult[] = [];
    const held: Holds[] = [];
    for (let round = 0; round < HOLD_ROUNDS; round += 1) {
      console.log(`  holds of ${name}, round ${String(round + 1)} of ${String(HOLD_ROUNDS)} …`);
      const seconds = HOLD_SECONDS / HOLD_ROUNDS;
      bare.push(
        await replayHolds({ databaseUrl, recorded, from: hot, choose, lanes: SHOPPERS, seconds }),
      );
      held.push(await hold(shop, choose, `${name}-${String(round)}`, seconds));
    }
    const shares = held.map((h, round) => h.perSecond / (bare[round]?.perSecond ?? Number.NaN));
    const bareMedian = median(bare.map((b) => b.perSecond));
    const heldMedian = median(held.map((h) => h.perSecond));
    rows.push(
      `| bare hold, ${name} | ${bareMedian.toFixed(0)} | | ${median(bare.map((b) => b.p99Ms)).toFixed(1)} | | | |`,
      `| hold over HTTP, ${name} | ${heldMedian.toFixed(0)} | ${median(held.map((h) => h.p50Ms)).toFixed(1)} | ${median(held.map((h) => h.p99Ms)).toFixed(1)} | | | |`,
    );
    ratios.push(
      `- holds over HTTP, ${name}: ${(100 * median(shares)).toFixed(0)} % of the bare transaction (target ${String(target)} %); ` +
        `in each round ${shares.map((share) => (100 * share).toFixed(0)).join(', ')}`,
    );
  }
  await settle(databaseUrl);
  const results = new Map<string, Purchases[]>();
  const selects: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const kuji = await seedKuji(env, KUJI_TICKETS);
    selects.push(await measureBareSelect(databaseUrl, shop.processes.postgres));
    for (const [name, choose, count] of [
      ['distinct products', distinct, PURCHASES],
      ['one hot variant', () => hot, PURCHASES],
      ['one kuji set', () => kuji, KUJI_TICKETS],
    ] as const) {
      console.log(
        `  ${String(count)} purchases of ${name}, round ${String(round)} of ${String(ROUNDS)} …`,
      );
      const result = await buyAll(shop, databaseUrl, choose, `${name} ${String(round)}`, count);
      results.set(name, [...(results.get(name) ?? []), result]);
    }
  }
  for (const [name, rounds] of results) {
    const of = (value: (result: Purchases) => number, digits: number) =>
      median(rounds.map(value)).toFixed(digits);
    rows.push(
      `| purchase, ${name} | ${of((r) => r.perSecond, 0)} | ${of((r) => r.p50Ms, 1)} | ${of((r) => r.p99Ms, 1)} | ` +
        `${of((r) => r.cpu.server, 2)} | ${of((r) => r.cpu.worker, 2)} | ${of((r) => r.cpu.postgres, 2)} |`,
    );
    const total = ({ cpu }: Purchases) => cpu.server + cpu.worker + cpu.postgres;
    ratios.push(
      `- a purchase of ${name}: ${of(total, 1)} ms of CPU, server, worker and Postgres together (target 12 ms); ` +
        `in each round ${rounds.map((r) => total(r).toFixed(1)).join(', ')}; ` +
        `${rounds.map((r) => String(r.sold)).join(', ')} sold`,
    );
  }
  ratios.push(
    `- for scale, a bare SELECT through the driver: ${selects.map((us) => us.toFixed(0)).join(', ')} µs of CPU in each round, its process and Postgres together`,
  );
  return [
    '| what | per second | p50 ms | p99 ms | server CPU ms | worker CPU ms | Postgres CPU ms |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
    '',
    ...ratios,
  ].join('\n');
}

/** Enough stock that nothing sells out while it is measured. */
async function stockUp(databaseUrl: string): Promise<Sellable[]> {
  return query<Sellable>(
    databaseUrl,
    `WITH stocked AS (
       UPDATE popbox.inventory SET on_hand = on_hand + 1000000 RETURNING id, product_id, variant_id
     ), recorded AS (
       INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, actor)
       SELECT id, 'received', 1000000, 0, 'bench' FROM stocked
     )
     SELECT id AS "inventoryId", product_id AS "productId", variant_id AS "productVariantId" FROM stocked ORDER BY id`,
  );
}

/** Checkouts only, for some seconds. */
async function hold(
  shop: Shop,
  choose: (n: number) => Sellable,
  label: string,
  seconds: number,
): Promise<Holds> {
  const times: number[] = [];
  let refused = 0;
  const end = performance.now() + seconds * 1000;
  await sideBySide(
    SHOPPERS,
    () => performance.now() < end,
    async (n) => {
      const answer = await checkOut(
        shop.api,
        choose(n),
        `hold-${label.replaceAll(' ', '-')}-${String(n)}`,
      );
      if (answer.status === 201) times.push(answer.ms);
      else refused += 1;
    },
  );
  if (refused > 0) throw new Error(`${String(refused)} checkouts were refused.`);
  return {
    perSecond: times.length / seconds,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
}

/** Whole purchases: session, payment, webhook, finalisation, mails enqueued; until the last order is paid. */
async function buyAll(
  shop: Shop,
  databaseUrl: string,
  choose: (n: number) => { productId: string; productVariantId?: string },
  label: string,
  count: number,
): Promise<Purchases> {
  const before = cpuOf(shop);
  const started = performance.now();
  const orderIds: string[] = [];
  const times: number[] = [];
  await sideBySide(
    SHOPPERS,
    (n) => n < count,
    async (n) => {
      const answer = await checkOut(
        shop.api,
        choose(n),
        `${label.replaceAll(' ', '-')}-${String(n)}`,
      );
      // Losers are counted; anything but a clear refusal is a fault.
      if (answer.status === 409) return;
      if (answer.status !== 201) throw new Error(`A checkout failed: ${answer.body}`);
      const { data } = JSON.parse(answer.body) as { data: { sessionId: string; orderId: string } };
      times.push(answer.ms);
      orderIds.push(data.orderId);
      await pay(shop.sandbox, data.sessionId);
    },
  );
  await waitUntilPaid(databaseUrl, orderIds);
  const after = cpuOf(shop);
  const per = (key: keyof Cpu) => (after[key] - before[key]) / orderIds.length;
  return {
    perSecond: (1000 * orderIds.length) / (performance.now() - started),
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    sold: orderIds.length,
    cpu: { server: per('server'), worker: per('worker'), postgres: per('postgres') },
  };
}

/** Asks about one order until it is paid, and then about all: to ask for all each time would be counted with the purchases. */
async function waitUntilPaid(databaseUrl: string, orderIds: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const findOpen = async (ids: readonly string[]) => {
    const text = `SELECT id FROM popbox.orders WHERE id = ANY($1::uuid[]) AND status = 'pending_payment'`;
    return (await client.query<{ id: string }>(text, [ids])).rows.map(({ id }) => id);
  };
  try {
    let open = await findOpen(orderIds);
    for (let i = 0; i < 1_200; i += 1) {
      if (open.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
      if ((await findOpen(open.slice(-1))).length === 0) open = await findOpen(open);
    }
  } finally {
    await client.end();
  }
  throw new Error('Not every order was paid within two minutes.');
}

/** What the holds left behind would be counted with the purchases: planner statistics and dead rows. */
async function settle(databaseUrl: string): Promise<void> {
  await query(databaseUrl, 'VACUUM ANALYZE');
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

async function writeResults(report: string): Promise<void> {
  const machine = `${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ${String(Math.round(totalmem() / 2 ** 30))} GiB`;
  const text = [
    '# A limited drop',
    '',
    `${new Date().toISOString().slice(0, 10)}, ${machine}, Node ${process.version}, Postgres ${postgres.version}. Client, sandbox, API, worker and Postgres share the machine.`,
    `${String(SHOPPERS)} shoppers at a time; medians of ${String(ROUNDS)} rounds. The bare hold is what the shop itself sends to Postgres to hold one unit, through the driver alone. Made by \`pnpm bench:drop\`.`,
    '',
    report,
    '',
  ].join('\n');
  await writeFile(fileURLToPath(new URL('DROP-RESULTS.md', import.meta.url)), text);
}
