import { afterAll, beforeAll, expect, it } from 'vitest';
import { describingEnvironment } from '../../../../scripts/describing-environment.ts';
import { cloneDatabase } from '../../../../testing/clone-database.ts';
import { findScans, type ScanFinder } from '../../../../testing/find-scans.ts';
import { seedOrders } from '../../../../testing/seed-orders.ts';
import { readConfig } from '../../../config/index.ts';
import type { App } from '../../../kernel/app.ts';
import { buildApp } from '../../../main/build-app.ts';
import { createLogger } from '../../../main/create-logger.ts';
import { listCustomers } from '../service/list-customers.ts';

/** Enough that a scan would cost more than any index, for a planner with its usual settings. */
const CUSTOMERS = 5_000;

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
  await seedOrders(pool, CUSTOMERS);
  scans = findScans(pool, database.url, ['orders', 'customers']);
}, 60_000);
afterAll(async () => {
  await app.database.close();
  await database.drop();
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
