import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describingEnvironment } from '../../../../scripts/describing-environment.ts';
import { cloneDatabase } from '../../../../testing/clone-database.ts';
import { findScans, type ScanFinder } from '../../../../testing/find-scans.ts';
import { readConfig } from '../../../config/index.ts';
import type { App } from '../../../kernel/app.ts';
import { buildApp } from '../../../main/build-app.ts';
import { createLogger } from '../../../main/create-logger.ts';
import { listCustomers } from '../../accounts/service/list-customers.ts';
import { ORDER_SORTS, type ListOrdersQuery } from '../orders.admin-contract.ts';
import { listAdminOrders } from '../service/list-admin-orders.ts';

/** Enough that a scan would cost more than any index, for a planner with its usual settings. */
const ORDERS = 20_000;

let app: App;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let scans: ScanFinder;

beforeAll(async () => {
  database = await cloneDatabase();
  app = buildApp({
    config: readConfig({ ...describingEnvironment, DATABASE_URL: database.url }),
    log: createLogger({ level: 'silent', environment: 'test' }),
  });
  const { pool } = app.database;
  await pool.query(
    `INSERT INTO popbox.customers (id, email, first_name, last_name, created_at)
     SELECT gen_random_uuid(), 'shopper' || n || '@example.com', 'First' || md5(n::text), 'Last' || md5((n * 7)::text),
       now() - n * interval '1 minute'
     FROM generate_series(1, $1::int) n`,
    [ORDERS],
  );
  await pool.query(
    `INSERT INTO popbox.orders (id, public_id, customer_id, subtotal_cents, shipping_cents, tax_cents, total_cents,
       gst_cents, pst_cents, hst_cents, qst_cents, gst_rate_ppm, pst_rate_ppm, hst_rate_ppm, qst_rate_ppm, shipping_region,
       email, customer_snapshot, shipping_address, hold_expires_at, created_at, payment_state, fulfilment_state, paid_at,
       attention_code, attention_message, attention_hint, attention_at)
     SELECT gen_random_uuid(), 'PBX-' || upper(substr(md5(n::text), 1, 10)), c.id, n % 9000, 0, 0, n % 9000, 0, 0, 0, 0, 0, 0, 0,
       0, 'canada', c.email, jsonb_build_object('email', c.email),
       jsonb_build_object('fullName', c.first_name || ' ' || c.last_name), now(), c.created_at, 'paid',
       CASE WHEN n % 10 = 0 THEN 'none' ELSE 'shipped' END, now(), CASE WHEN n % 500 = 0 THEN 'DISPUTED' END,
       CASE WHEN n % 500 = 0 THEN 'x' END, CASE WHEN n % 500 = 0 THEN 'x' END, CASE WHEN n % 500 = 0 THEN now() END
     FROM (SELECT *, substr(email, 8, position('@' IN email) - 8)::int AS n FROM popbox.customers) c`,
  );
  await pool.query('VACUUM ANALYZE popbox.orders, popbox.customers');
  scans = findScans(pool, database.url, ['orders', 'customers', 'order_lines']);
}, 60_000);
afterAll(async () => {
  await app.database.close();
  await database.drop();
});

const list = (query: Partial<ListOrdersQuery>) =>
  listAdminOrders(app, { sort: 'date_desc', limit: 25, search: [], ...query });

const FILTERS: [string, Partial<ListOrdersQuery>, number | null][] = [
  ['nothing', {}, null],
  ['a status', { status: 'paid' }, null],
  ['what needs attention', { attention: 'open' }, null],
  ['a day', { from: new Date('2020-01-01'), until: new Date('2020-01-02') }, 0],
  ['an order number', { search: [`PBX-C4CA4238A0`] }, 1],
  ['a part of an order number', { search: ['4ca4238'] }, 1],
  ['an e-mail', { search: ['shopper777@example.com'] }, 1],
  ['first and last name', { search: ['Firstc4ca4238', 'last8f14e45f'] }, 1],
  ['what nobody is called', { search: ['zzzyyy'] }, 0],
  ['what everybody is called', { search: ['example'] }, null],
  ['a short beginning', { search: ['zz'] }, 0],
];
describe.each(FILTERS)('orders by %s', (_name, filter, count) => {
  it.each(ORDER_SORTS)('are read from an index in the order %s, page after page', async (sort) => {
    const first = await list({ ...filter, sort });
    if (count !== null) expect(first.items).toHaveLength(count);
    expect(await scans.scansOf(() => list({ ...filter, sort }))).toEqual([]);
    if (first.nextCursor === null) return;
    const cursor = first.nextCursor;
    expect(await scans.scansOf(() => list({ ...filter, sort, cursor }))).toEqual([]);
  });
});

it.each([[[]], [['shopper777@']], [['Firstc4ca4238']], [['zzzyyy']], [['zz']]])(
  'customers by %j are read from an index, and so are their orders',
  async (search) => {
    const query = { search, limit: 25 };
    const { nextCursor } = await listCustomers(app, query);
    expect(await scans.scansOf(() => listCustomers(app, query))).toEqual([]);
    if (nextCursor === null) return;
    const next = { ...query, cursor: nextCursor };
    expect(await scans.scansOf(() => listCustomers(app, next))).toEqual([]);
  },
);
