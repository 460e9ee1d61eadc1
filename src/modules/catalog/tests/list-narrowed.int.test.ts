import { sql, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillCatalogue } from '../../../../testing/fill-catalogue.ts';
import { world, type World } from '../../../../testing/world.ts';
import { PRODUCT_SORTS, type ListProductsQuery } from '../catalog.contract.ts';
import { listProducts } from '../service/list-products.ts';

/** How a list is read depends on how many belong to it, and where they stand; see `load-product-page.ts`. */
const SETS = {
  few: (n: number) => n % 100 === 0,
  'one-of-six': (n: number) => n % 6 === 0,
  most: (n: number) => n % 4 !== 0,
  // In some orders no walk from the beginning comes so far.
  'the-last': (n: number) => n > 6_500,
};
type SetName = keyof typeof SETS;
const PRODUCTS = 8_000;
const PAGES = 3;

const numbers = Array.from({ length: PRODUCTS }, (_, index) => index + 1);
const membersOf = (...names: SetName[]) =>
  numbers.filter((n) => names.every((name) => SETS[name](n)));

/** Seven products share a price, many a score, and names are mixed; the times fall with the number. */
const priceOf = (n: number) => 100 + Math.floor(n / 7);
const nameOf = (n: number) => `Name ${String((n * 4_001) % PRODUCTS).padStart(5, '0')}`;
const scoreOf = (n: number) => n % 50;

let w: World;
beforeAll(async () => {
  w = await world();
  await fillCatalogue(w.app.config.databaseUrl, [
    sql`INSERT INTO popbox.products (id, name, slug, product_type, status, price_cents, min_price_cents, max_price_cents,
        trending_score, created_at)
      SELECT ('01900000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, given.name, 'p-' || n, 'standard', 'active',
        given.price, given.price, given.price, given.score, now() - n * interval '1 minute'
      FROM unnest(${sql.param(numbers)}::int[], ${sql.param(numbers.map(nameOf))}::text[],
        ${sql.param(numbers.map(priceOf))}::int[], ${sql.param(numbers.map(scoreOf))}::int[]) AS given (n, name, price, score)`,
    sql`INSERT INTO popbox.variants (id, product_id, name, price_cents, is_default)
      SELECT id, id, 'Default', price_cents, true FROM popbox.products`,
    sql`INSERT INTO popbox.inventory (id, product_id, variant_id, on_hand)
      SELECT id, product_id, id, 0 FROM popbox.variants`,
    ...(Object.keys(SETS) as SetName[]).flatMap(collectionAndTag),
  ]);
}, 120_000);
afterAll(() => w.close());

function collectionAndTag(name: SetName, index: number): SQL[] {
  const slugs = sql.param(membersOf(name).map((n) => `p-${String(n)}`));
  return [
    sql`WITH made AS (
        INSERT INTO popbox.collections (id, name, slug, sort_order)
        VALUES (gen_random_uuid(), ${name}, ${name}, ${101 + index}::int) RETURNING id
      )
      INSERT INTO popbox.product_collections (product_id, collection_id, position)
      SELECT product.id, made.id, 0 FROM popbox.products product, made WHERE product.slug = ANY(${slugs}::text[])`,
    sql`WITH made AS (
        INSERT INTO popbox.tags (id, name, slug, tag_type)
        VALUES (gen_random_uuid(), ${name}, ${name}, 'series') RETURNING id
      )
      INSERT INTO popbox.product_tags (product_id, tag_id)
      SELECT product.id, made.id FROM popbox.products product, made WHERE product.slug = ANY(${slugs}::text[])`,
  ];
}

/** The first pages, as the shop answers them. */
async function listed(filter: Partial<ListProductsQuery>, sort: ListProductsQuery['sort']) {
  const slugs: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const { items, nextCursor } = await listProducts(w.app, { limit: 20, ...filter, sort, cursor });
    slugs.push(...items.map((item) => item.slug));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return slugs;
}

/** What comes first falls back on the id, which falls: of two alike the later one. */
const COMPARE: Record<(typeof PRODUCT_SORTS)[number], (a: number, b: number) => number> = {
  newest: (a, b) => a - b,
  trending: (a, b) => scoreOf(b) - scoreOf(a) || a - b,
  price_asc: (a, b) => priceOf(a) - priceOf(b) || b - a,
  price_desc: (a, b) => priceOf(b) - priceOf(a) || b - a,
  name_asc: (a, b) => (nameOf(a) < nameOf(b) ? -1 : 1),
  name_desc: (a, b) => (nameOf(a) > nameOf(b) ? -1 : 1),
};

describe.each<[string, Partial<ListProductsQuery>, SetName[]]>([
  ...(Object.keys(SETS) as SetName[]).flatMap(
    (name): [string, Partial<ListProductsQuery>, SetName[]][] => [
      [`the collection ${name}`, { collection: name }, [name]],
      [`the tag ${name}`, { tag: [name] }, [name]],
    ],
  ),
  [
    'a large collection and a tag',
    { collection: 'most', tag: ['one-of-six'] },
    ['most', 'one-of-six'],
  ],
  ['two that hardly meet', { collection: 'the-last', tag: ['few'] }, ['the-last', 'few']],
])('%s', (_name, filter, sets) => {
  it.each(PRODUCT_SORTS)('in the order %s: nothing missing, nothing else', async (sort) => {
    const expected = membersOf(...sets).sort(COMPARE[sort]);
    expect(await listed(filter, sort)).toEqual(
      expected.slice(0, PAGES * 20).map((n) => `p-${String(n)}`),
    );
  });
});
