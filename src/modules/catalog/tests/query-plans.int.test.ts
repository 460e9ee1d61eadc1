import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedCatalogue } from '../../../../bench/seed-catalogue.ts';
import { describingEnvironment } from '../../../../scripts/describing-environment.ts';
import { cloneDatabase } from '../../../../testing/clone-database.ts';
import { readConfig } from '../../../config/index.ts';
import type { App } from '../../../kernel/app.ts';
import { buildApp } from '../../../main/build-app.ts';
import { createLogger } from '../../../main/create-logger.ts';
import { PRODUCT_SORTS, type ListProductsQuery } from '../catalog.contract.ts';
import { ADMIN_PRODUCT_SORTS } from '../service/read-admin-cursor.ts';
import { listAdminProducts } from '../service/list-admin-products.ts';
import { listCollections } from '../service/list-collections.ts';
import { listProducts } from '../service/list-products.ts';
import { listTags } from '../service/list-tags.ts';
import { recommendProducts } from '../service/recommend-products.ts';
import { searchProducts } from '../service/search-products.ts';
import { showHome } from '../service/show-home.ts';
import { showProduct } from '../service/show-product.ts';
import { suggestProducts } from '../service/suggest-products.ts';

/** Enough that a scan would cost more than any index, for a planner with its usual settings. */
const SIZE = { products: 12_000, variants: 30_000, tags: 600 };

/** Tables that grow with the shop; collections and tags are lists that are shown whole. */
const LARGE = [
  'products',
  'variants',
  'inventory',
  'product_search',
  'product_tags',
  'product_collections',
  'product_images',
  'product_slugs',
  'storefront_products',
];

let app: App;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let statements: pg.QueryConfig[] = [];

beforeAll(async () => {
  database = await cloneDatabase();
  await seedCatalogue(database.url, SIZE);
  app = buildApp({
    config: readConfig({ ...describingEnvironment, DATABASE_URL: database.url }),
    log: createLogger({ level: 'silent', environment: 'test' }),
  });
  recordStatements(app.database.pool);
}, 180_000);
afterAll(async () => {
  await app.database.close();
  await database.drop();
});

/** Keeps every statement that goes through the pool, so that what is explained is what was really asked. */
function recordStatements(pool: pg.Pool): void {
  const query = pool.query.bind(pool) as (...given: unknown[]) => unknown;
  pool.query = ((...given: unknown[]) => {
    const [config, values] = given;
    if (typeof config === 'string') statements.push({ text: config, values: listOf(values) });
    else if (isQuery(config)) {
      statements.push({ text: config.text, values: config.values ?? listOf(values) });
    }
    return query(...given);
  }) as typeof pool.query;
}

const listOf = (values: unknown): unknown[] => (Array.isArray(values) ? values : []);
const isQuery = (config: unknown): config is pg.QueryConfig =>
  typeof config === 'object' && config !== null && 'text' in config;

/** The large tables that a read scans from end to end, with the plan that says so. */
async function scansOf(read: () => Promise<unknown>): Promise<string[]> {
  statements = [];
  await read();
  const asked = statements;
  expect(asked.length).toBeGreaterThan(0);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const scans: string[] = [];
    for (const { text, values } of asked) {
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      const scanned = [...plan.matchAll(/Seq Scan on (?:popbox\.)?(\w+)/g)].map(([, name]) => name);
      if (scanned.some((name) => name !== undefined && LARGE.includes(name))) {
        scans.push(`${text}\n\n${plan}`);
      }
    }
    return scans;
  } finally {
    await client.end();
  }
}

const SLUG = 'product-777';

describe('lists', () => {
  const FILTERS: [string, Partial<ListProductsQuery>][] = [
    ['nothing', {}],
    ['a collection', { collection: 'collection-7' }],
    ['the featured collection', { collection: 'featured' }],
    ['a tag', { tag: ['tag-7'] }],
    ['tags of two types', { tag: ['tag-7', 'tag-8'] }],
    ['a type', { type: 'standard' }],
    ['boxes', { type: 'kuji' }],
    ['a collection and a tag', { collection: 'collection-7', tag: ['tag-7'] }],
  ];
  describe.each(FILTERS)('of %s', (_name, filter) => {
    it.each([...PRODUCT_SORTS, undefined])('in the order %s', async (sort) => {
      const order = sort === undefined ? {} : { sort };
      const query = { limit: 20, ...filter, ...order };
      const first = await listProducts(app, query);
      expect(await scansOf(() => listProducts(app, query))).toEqual([]);
      if (first.nextCursor === null) return;
      const cursor = first.nextCursor;
      expect(await scansOf(() => listProducts(app, { ...query, cursor }))).toEqual([]);
    });
  });
});

describe('searches', () => {
  it.each([
    'figure',
    'starlight courier',
    'moonrabit lantrn',
    'SKU-4711',
    'tag 77',
    'ab',
    '"paper garden"',
    'figure -plush',
    'starlight courier figure 20',
  ])('for %s', async (q) => {
    expect(await scansOf(() => searchProducts(app, { q, limit: 20 }))).toEqual([]);
    expect(await scansOf(() => suggestProducts(app, { q, limit: 5 }))).toEqual([]);
  });

  it('on their next pages', async () => {
    const { nextCursor } = await searchProducts(app, { q: 'figure', limit: 50 });
    if (nextCursor === null) throw new Error('One page is not enough to see.');
    const query = { q: 'figure', limit: 50, cursor: nextCursor };
    expect(await scansOf(() => searchProducts(app, query))).toEqual([]);
  });
});

describe('pages', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['of a product', () => showProduct(app, SLUG)],
    ['with recommendations', () => recommendProducts(app, SLUG, 12)],
    ['home', () => showHome(app)],
    ['of collections', () => listCollections(app)],
    ['of tags', () => listTags(app)],
  ])('%s', async (_name, read) => {
    expect(await scansOf(read)).toEqual([]);
  });
});

describe('the dashboard’s list', () => {
  // By stock it adds up all rows; see the data model.
  it.each(ADMIN_PRODUCT_SORTS.filter((sort) => !sort.startsWith('inventory')))(
    'in the order %s',
    async (sort) => {
      const query = { sort, limit: 25, search: [] };
      expect(await scansOf(() => listAdminProducts(app, query))).toEqual([]);
    },
  );

  it.each([
    ['words', { search: ['product-47', '4711'] }],
    ['a SKU', { search: ['SKU-4711'] }],
  ])('with %s', async (_what, filter) => {
    const query = { sort: 'updated_desc', limit: 25, ...filter } as const;
    expect(await scansOf(() => listAdminProducts(app, query))).toEqual([]);
  });
});
