import pg from 'pg';
import { openDatabase } from '../src/db/client.ts';
import { indexProducts } from '../src/modules/catalog/index.ts';

export type CatalogueSize = { products: number; variants: number; tags: number };

export const FULL_SIZE: CatalogueSize = { products: 100_000, variants: 250_000, tags: 1_000 };

/**
 * Fills an empty database with a large catalogue, by plain SQL because use cases would take an hour. Names, prices and times
 * are spread, but the same in every run.
 */
export async function seedCatalogue(url: string, size: CatalogueSize): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const indexes = await dropIndexes(client);
    // No triggers and no looking up of foreign keys, row by row: what they would write is written below.
    await client.query('SET session_replication_role = replica');
    for (const [statement, values] of statements(size)) await client.query(statement, values);
    await client.query('ANALYZE');
    await indexAll(url);
    await client.query(`SET maintenance_work_mem = '256MB'`);
    for (const index of indexes) await client.query(index);
    // Looked up product by product: only now there are indexes to answer.
    await client.query('SELECT popbox.refresh_storefront(array(SELECT id FROM popbox.products))');
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

/**
 * Drops the indexes of the large tables, all but those of constraints, and returns how to make them: made over all rows at
 * once they take a fraction of the time.
 */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
     FROM pg_index WHERE indrelid = ANY($1::regclass[]) AND NOT EXISTS (
       SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'f'))
     ORDER BY 1`,
    [LARGE_TABLES.map((table) => `popbox.${table}`)],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  return rows.map((row) => row.definition);
}

const LARGE_TABLES = [
  'products',
  'variants',
  'inventory',
  'inventory_movements',
  'product_slugs',
  'product_tags',
  'product_collections',
  'product_images',
  'product_search',
];

/** Search documents are made by the shop's own code; SQL alone cannot write them. */
async function indexAll(url: string): Promise<void> {
  const database = openDatabase({
    url,
    poolMax: 4,
    clock: { offsetMs: 0 },
    limits: { statementTimeoutMs: 120_000 },
    onIdleError: () => undefined,
  });
  try {
    // In batches; it says how many it did.
    while ((await indexProducts({ database })) > 0);
  } finally {
    await database.close();
  }
}

// A UUIDv7 whose time part follows the number, so that ids are as sortable as the real ones.
const UUID_FUNCTION = `
CREATE OR REPLACE FUNCTION pg_temp.bench_id(kind int, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex(1700000000000 + n), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8' ||
    substr(md5(kind || ':' || n), 1, 15))::uuid
$$`;

const WORDS = `ARRAY['Starlight','Courier','Moonrabbit','Kitsune','Lantern','Iron','Lullaby','Teahouse','Detective',
  'Aurora','Harbor','Clockwork','Sakura','Nebula','Phantom','Garden','Velvet','Thunder','Crystal','Paper']`;
const KINDS = `ARRAY['figure','plush','keychain','poster','mug','notebook','T-shirt','pin set','acrylic stand','art book']`;

function statements({ products, variants, tags }: CatalogueSize): [string, unknown[]][] {
  return [
    [UUID_FUNCTION, []],
    [
      `INSERT INTO popbox.collections (id, name, slug, sort_order)
       SELECT pg_temp.bench_id(1, n), 'Collection ' || n, CASE WHEN n = 1 THEN 'featured' ELSE 'collection-' || n END, n
       FROM generate_series(1, 40) n`,
      [],
    ],
    [
      `INSERT INTO popbox.tags (id, name, slug, tag_type)
       SELECT pg_temp.bench_id(2, n), 'Tag ' || n, 'tag-' || n, (ARRAY['brand','series','category'])[1 + n % 3]
       FROM generate_series(1, $1) n`,
      [tags],
    ],
    [
      `INSERT INTO popbox.products (id, name, slug, description, product_type, status, price_cents, min_price_cents,
         max_price_cents, trending_score, created_at, updated_at)
       SELECT pg_temp.bench_id(3, n),
         (${WORDS})[1 + (n * 7) % 20] || ' ' || (${WORDS})[1 + (n / 20) % 20] || ' ' || (${KINDS})[1 + n % 10] || ' ' || n,
         'product-' || n, 'Made of ' || (${WORDS})[1 + (n * 3) % 20] || ' and patience. Number ' || n || '.',
         'standard', 'active', 500 + (n * 37) % 20000, 500 + (n * 37) % 20000, 900 + (n * 37) % 20000,
         (n * 13) % 500, now() - (n % 50000) * interval '1 minute', now()
       FROM generate_series(1, $1) n`,
      [products],
    ],
    [
      `INSERT INTO popbox.product_slugs (slug, product_id) SELECT slug, id FROM popbox.products`,
      [],
    ],
    [
      `INSERT INTO popbox.variants (id, product_id, name, sku, price_cents, is_default, sort_order)
       SELECT pg_temp.bench_id(4, n), pg_temp.bench_id(3, 1 + (n - 1) % $2), 'Variant ' || (1 + (n - 1) / $2), 'SKU-' || n,
         500 + ((1 + (n - 1) % $2) * 37) % 20000 + 200 * ((n - 1) / $2), n <= $2, (n - 1) / $2
       FROM generate_series(1, $1) n`,
      [variants, products],
    ],
    [`INSERT INTO popbox.skus (sku, owner_id) SELECT sku, id FROM popbox.variants`, []],
    [
      `INSERT INTO popbox.inventory (id, product_id, variant_id, on_hand)
       SELECT pg_temp.bench_id(5, row_number() OVER ()), product_id, id, 25 FROM popbox.variants`,
      [],
    ],
    [
      `INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, actor)
       SELECT id, 'received', on_hand, 0, 'bench' FROM popbox.inventory`,
      [],
    ],
    [
      `INSERT INTO popbox.product_tags (product_id, tag_id)
       SELECT pg_temp.bench_id(3, n), pg_temp.bench_id(2, 1 + (n * k * 31) % $2)
       FROM generate_series(1, $1) n, generate_series(1, 3) k ON CONFLICT DO NOTHING`,
      [products, tags],
    ],
    [
      `INSERT INTO popbox.product_collections (product_id, collection_id, position)
       SELECT pg_temp.bench_id(3, n), pg_temp.bench_id(1, 1 + n % 40), n FROM generate_series(1, $1) n WHERE n % 4 <> 0`,
      [products],
    ],
    [
      `INSERT INTO popbox.product_images (id, product_id, storage_key, alt_text, sort_order)
       SELECT pg_temp.bench_id(6, n), pg_temp.bench_id(3, n), 'products/' || pg_temp.bench_id(3, n) || '/cover-' || n || '.webp',
         'Cover', 0 FROM generate_series(1, $1) n`,
      [products],
    ],
  ];
}
