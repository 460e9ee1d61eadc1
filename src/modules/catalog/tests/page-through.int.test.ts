import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cloneDatabase } from '../../../../testing/clone-database.ts';
import { fillCatalogue } from '../../../../testing/fill-catalogue.ts';
import { describingEnvironment } from '../../../../scripts/describing-environment.ts';
import { readConfig } from '../../../config/index.ts';
import type { App } from '../../../kernel/app.ts';
import { buildApp } from '../../../main/build-app.ts';
import { createLogger } from '../../../main/create-logger.ts';
import { PRODUCT_SORTS } from '../catalog.contract.ts';
import { listProducts } from '../service/list-products.ts';

const COUNT = 10_000;
const PAGE = 50;

let app: App;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let collectionId: string;

beforeAll(async () => {
  database = await cloneDatabase();
  app = buildApp({
    config: readConfig({ ...describingEnvironment, DATABASE_URL: database.url }),
    log: createLogger({ level: 'silent', environment: 'test' }),
  });
  collectionId = await insertCollection();
  await fillCatalogue(database.url, [twins(COUNT)]);
});
afterAll(async () => {
  await app.database.close();
  await database.drop();
});

async function insertCollection(): Promise<string> {
  const { rows } = await app.database.db.execute<{ id: string }>(
    sql`INSERT INTO popbox.collections (id, name, slug, sort_order)
     VALUES (gen_random_uuid(), 'Featured', 'featured', 0)
     ON CONFLICT (slug) DO UPDATE SET is_active = true RETURNING id`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('There is no collection.');
  return row.id;
}

/** Products that differ in nothing that a listing is sorted by, so only the id can part their pages. */
const twins = (count: number) => sql`
    WITH made AS (
       INSERT INTO popbox.products (id, name, slug, product_type, status, price_cents, min_price_cents,
         max_price_cents, trending_score, created_at, updated_at)
       SELECT id, 'Twin', 'twin-' || id, 'kuji', 'active', 1000, 1000, 1000, 5,
         '2026-01-01 00:00:00.123456+00', now()
       FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, ${count}::int)) twin RETURNING id
     )
     INSERT INTO popbox.product_collections (product_id, collection_id, position)
     SELECT id, ${collectionId}, 7 FROM made`;

it.each([...PRODUCT_SORTS, 'manual' as const])(
  'pages in the order %s show each product once while others are added',
  async (sort) => {
    const { rows } = await app.database.db.execute<{ id: string }>(
      sql`SELECT id FROM popbox.products`,
    );
    const shown: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listProducts(app, {
        limit: PAGE,
        ...(sort === 'manual' ? { collection: 'featured' } : { sort }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      shown.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
      if (shown.length % (20 * PAGE) === 0) await app.database.db.execute(twins(3));
    } while (cursor !== undefined);
    const seen = new Set(shown);
    expect(shown).toHaveLength(seen.size);
    expect(rows.filter(({ id }) => !seen.has(id))).toEqual([]);
    expect(rows.length).toBeGreaterThanOrEqual(COUNT);
  },
);
