import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillCatalogue } from '../../../../testing/fill-catalogue.ts';
import { world, type World } from '../../../../testing/world.ts';
import { openDatabase, type Database } from '../../../db/client.ts';
import { indexProducts } from '../index.ts';
import { recommendProducts } from '../service/recommend-products.ts';
import { searchProducts } from '../service/search-products.ts';
import { showHome } from '../service/show-home.ts';
import { suggestProducts } from '../service/suggest-products.ts';

const PRODUCTS = 8_000;

let w: World;
/** One connection, so that what it read can be told from what the others read. */
let database: Database;
beforeAll(async () => {
  w = await world();
  await fill();
  database = openDatabase({
    url: w.app.config.databaseUrl,
    poolMax: 1,
    clock: w.clock,
    onIdleError: () => undefined,
  });
}, 120_000);
afterAll(async () => {
  await database.close();
  await w.close();
});

/** A shop whose products share one word, have one of a hundred others, and one of their own. */
async function fill(): Promise<void> {
  await fillCatalogue(w.app.config.databaseUrl, [
    sql`INSERT INTO popbox.products (id, name, slug, product_type, status, price_cents, min_price_cents,
          max_price_cents, created_at)
        SELECT gen_random_uuid(), 'Figure Wool' || n % 100 || ' Unique' || n, 'p-' || n, 'standard', 'active', n, n, n,
          now() - n * interval '1 minute'
        FROM generate_series(1, ${PRODUCTS}::int) n`,
    sql`INSERT INTO popbox.variants (id, product_id, name, price_cents, is_default)
        SELECT id, id, 'Default', price_cents, true FROM popbox.products`,
    sql`INSERT INTO popbox.inventory (id, product_id, variant_id, on_hand)
        SELECT id, product_id, id, 0 FROM popbox.variants`,
    sql`INSERT INTO popbox.tags (id, name, slug, tag_type)
        SELECT gen_random_uuid(), 'Label ' || n, 'label-' || n, 'series' FROM generate_series(1, 50) n`,
    sql`INSERT INTO popbox.product_tags (product_id, tag_id)
        SELECT product.id, tag.id FROM popbox.products product
        JOIN popbox.tags tag ON tag.slug = 'label-' || product.price_cents % 50`,
    sql`INSERT INTO popbox.search_words
        SELECT translate(md5(n::text), '0123456789', 'ghijklmnop') FROM generate_series(1, ${PRODUCTS}::int) n`,
  ]);
  expect(await indexProducts(w.app)).toBe(PRODUCTS);
  await w.app.database.db.execute(sql`ANALYZE`);
}

type Reads = { table: string; wholeTable: number; rows: number };

async function countReads(): Promise<Map<string, Reads>> {
  await database.pool.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await database.pool.query<Reads>(`
    SELECT relname AS table, seq_scan::int AS "wholeTable",
      (coalesce(idx_tup_fetch, 0) + seq_tup_read)::int AS rows
    FROM pg_stat_user_tables WHERE schemaname = 'popbox'`);
  return new Map(rows.map((row) => [row.table, row]));
}

const LARGE = [
  'products',
  'product_search',
  'variants',
  'inventory',
  'product_tags',
  'search_words',
];

type App = World['app'];

/**
 * Runs `work` often enough for a prepared plan, and tells what a run read. Other connections hand in their counts late, which
 * can only add to a run: of three the one that read least is told.
 */
async function readsOf(work: (app: App) => Promise<unknown>) {
  const app = { ...w.app, database };
  for (let i = 0; i < 7; i += 1) await work(app);
  const runs = [await readsOfOneRun(app, work)];
  for (let i = 0; i < 2; i += 1) runs.push(await readsOfOneRun(app, work));
  return runs.reduce((least, run) => (run.rows < least.rows ? run : least));
}

async function readsOfOneRun(app: App, work: (app: App) => Promise<unknown>) {
  const before = await countReads();
  await work(app);
  const after = await countReads();
  const of = (table: string, what: 'wholeTable' | 'rows') =>
    (after.get(table)?.[what] ?? 0) - (before.get(table)?.[what] ?? 0);
  return {
    wholeTables: LARGE.filter((table) => of(table, 'wholeTable') > 0),
    rows: LARGE.reduce((sum, table) => sum + of(table, 'rows'), 0),
  };
}

const search = (q: string) => (app: World['app']) =>
  searchProducts(app, { q, limit: 20, cursor: undefined });
const suggest = (q: string) => (app: World['app']) => suggestProducts(app, { q, limit: 5 });

it.each([
  ['a word that all products have', search('figure'), 2_000],
  ['two words that many have', search('figure wool7'), 2_500],
  ['a word that one has', search('unique4321'), 2_500],
  ['misspelt words', search('figrue labl'), 4_000],
  ['a word that none has', search('xxyyzz'), 2_500],
  ['a phrase', search('"figure wool7"'), 2_500],
  ['a beginning that all have', suggest('fi'), 2_000],
  ['a beginning that few have', suggest('unique432'), 2_500],
  ['beginnings', suggest('fig woo'), 4_000],
  ['home', showHome, 30_000],
  ['recommendations', (app: World['app']) => recommendProducts(app, 'p-777', 4), 6_000],
])('%s: no large table is read as a whole', async (_what, work, mostRows) => {
  const reads = await readsOf(work);
  expect(reads.wholeTables).toEqual([]);
  expect(reads.rows).toBeLessThan(mostRows);
});
