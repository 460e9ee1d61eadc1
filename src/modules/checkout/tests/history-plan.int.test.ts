import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describingEnvironment } from '../../../../scripts/describing-environment.ts';
import { cloneDatabase } from '../../../../testing/clone-database.ts';
import { readConfig } from '../../../config/index.ts';
import { clientOf, inTx, openDatabase, readNow, type Reader } from '../../../db/client.ts';
import { newId } from '../../../kernel/ids.ts';
import type { App } from '../../../kernel/app.ts';
import { buildApp } from '../../../main/build-app.ts';
import { createLogger } from '../../../main/create-logger.ts';
import { createProduct } from '../../catalog/index.ts';
import { findUnpaidOrders } from '../../orders/index.ts';
import { loadHistory } from '../queries/load-history.ts';

/** Enough that a scan would cost more than any index, for a planner with its usual settings. */
const ORDERS = 20_000;

let app: App;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
beforeAll(async () => {
  database = await cloneDatabase();
  app = buildApp({
    config: readConfig({ ...describingEnvironment, DATABASE_URL: database.url }),
    log: createLogger({ level: 'silent', environment: 'test' }),
  });
  const { id, defaultVariantId } = await createProduct(app, {
    actor: 'test',
    requestId: null,
    name: 'Figure',
    productType: 'standard',
    status: 'active',
    priceCents: 100,
    collectionIds: [],
  });
  const { pool } = app.database;
  await pool.query(
    `INSERT INTO popbox.orders (id, public_id, subtotal_cents, shipping_cents, tax_cents, total_cents, gst_cents,
       pst_cents, hst_cents, qst_cents, gst_rate_ppm, pst_rate_ppm, hst_rate_ppm, qst_rate_ppm, shipping_region, email,
       browser_hash, customer_snapshot, shipping_address, hold_expires_at)
     SELECT gen_random_uuid(), 'PBX-' || lpad(n::text, 10, '0'), 100, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0, 'canada',
       'shopper' || n || '@example.com', md5(n::text) || md5(n::text), '{}', '{}', now()
     FROM generate_series(1, $1::int) AS n`,
    [ORDERS],
  );
  await pool.query(
    `INSERT INTO popbox.order_lines (id, order_id, line_number, product_id, variant_id, product_name, product_type,
       unit_price_cents, quantity, line_total_cents, metadata)
     SELECT gen_random_uuid(), o.id, 1, $1, $2, 'Figure', 'standard', 100, 1, 100, '{}' FROM popbox.orders o`,
    [id, defaultVariantId],
  );
  await pool.query('VACUUM ANALYZE');
}, 60_000);
afterAll(async () => {
  await app.database.close();
  await database.drop();
});

/** The plan of the one statement that `read` sends on this connection. */
async function planOf(reader: Reader, read: () => Promise<unknown>): Promise<string> {
  const sender = clientOf(reader);
  const query = sender.query.bind(sender) as (...given: unknown[]) => Promise<pg.QueryResult>;
  const asked: [string, unknown][] = [];
  sender.query = ((config: { text: string }, values: unknown) => {
    asked.push([config.text, values]);
    return query(config, values);
  }) as typeof sender.query;
  try {
    await read();
  } finally {
    sender.query = query as typeof sender.query;
  }
  expect(asked).toHaveLength(1);
  const [[text, values] = ['', []]] = asked;
  const { rows } = await query({ text: `EXPLAIN ${text}` }, values);
  return (rows as { 'QUERY PLAN': string }[]).map((row) => row['QUERY PLAN']).join('\n');
}

const THEIRS = '0123456789abcdef'.repeat(4);

it.each([
  ['a guest', null, null],
  ['a browser', null, THEIRS],
  ['an account in a browser', newId(), THEIRS],
])('what %s holds is found by indexes, among many orders', async (_, userId, browserHash) => {
  const shopper = { userId, browserHash, email: 'shopper77@example.com' };
  const now = await readNow(app);
  const history = { shopper, except: [], productIds: [newId()], now };
  const { db } = app.database;
  const plan = await planOf(db, () => loadHistory(db, history));
  expect(plan).not.toMatch(/Seq Scan on (orders|order_lines)/);
  if (userId === null && browserHash === null) return;
  const unpaid = await planOf(db, () => findUnpaidOrders(db, shopper));
  expect(unpaid).not.toMatch(/Seq Scan on orders/);
});

it('is found by indexes in an empty shop, too: a connection keeps that plan for the first drop', async () => {
  const empty = await cloneDatabase();
  const database = openDatabase({
    url: empty.url,
    poolMax: 2,
    clock: { offsetMs: 0 },
    onIdleError: () => undefined,
  });
  try {
    await database.pool.query('VACUUM ANALYZE');
    const shopper = { userId: null, browserHash: THEIRS, email: 'shopper77@example.com' };
    const request = { shopper, except: [], productIds: [newId()], now: new Date() };
    const plan = await inTx({ database }, 'plan', (tx) =>
      planOf(tx, () => loadHistory(tx, request)),
    );
    expect(plan).toMatch(/Index|Bitmap/);
    expect(plan).not.toMatch(/Seq Scan/);
  } finally {
    await database.close();
    await empty.drop();
  }
});
