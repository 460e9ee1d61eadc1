import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describingEnvironment } from '../../../../scripts/describing-environment.ts';
import { cloneDatabase } from '../../../../testing/clone-database.ts';
import { findScans, type ScanFinder } from '../../../../testing/find-scans.ts';
import { seedOrders } from '../../../../testing/seed-orders.ts';
import { readConfig } from '../../../config/index.ts';
import type { App } from '../../../kernel/app.ts';
import { buildApp } from '../../../main/build-app.ts';
import { createLogger } from '../../../main/create-logger.ts';
import { ORDER_SORTS, type ListOrdersQuery } from '../orders.admin-contract.ts';
import { listAdminOrders } from '../service/list-admin-orders.ts';

/** Enough that a scan would cost more than any index, for a planner with its usual settings. */
const ORDERS = 5_000;

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
  await seedOrders(pool, ORDERS);
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
