import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { world, type World } from '../../../../testing/world.ts';
import {
  addVariant,
  changeProduct,
  createProduct,
  createTag,
  indexProducts,
  type CreateProductRequest,
} from '../index.ts';
import { searchProductsRoute } from '../catalog.discovery-contract.ts';
import { changeTag } from '../service/change-tag.ts';

const BY = { actor: 'test', requestId: null };
const pageSchema = searchProductsRoute.replies[200];

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

async function search(query: Record<string, string | number>) {
  const response = await w.http.get('/api/v1/search').query(query);
  expect(response.status, response.text).toBe(200);
  return pageSchema.parse((response.body as { data: unknown }).data);
}

const names = async (q: string) => (await search({ q, limit: 50 })).items.map((item) => item.name);

async function make(overrides: Partial<CreateProductRequest> & { name: string }): Promise<string> {
  const { id } = await createProduct(w.app, {
    ...BY,
    productType: 'standard',
    status: 'active',
    priceCents: 1_000,
    onHand: 3,
    collectionIds: [],
    ...overrides,
  });
  return id;
}

describe('words', () => {
  beforeAll(async () => {
    const moonlight = await createTag(w.app, { ...BY, name: 'Moonlight Club', tagType: 'series' });
    await make({ name: 'Lantern Fox Figure', description: 'Sleeps in a teapot.' });
    await make({ name: 'Pokémon Café Mug', tagIds: [moonlight.id] });
    await make({ name: 'Collector’s Box of 100% Dragons', sku: 'BOX-0077' });
    await make({ name: 'Figures of the Harbour', description: 'Three running foxes.' });
    await make({ name: 'Re:Zero X-Men Poster' });
  });

  it.each([
    ['figures', ['Lantern Fox Figure', 'Figures of the Harbour']],
    ['figure', ['Lantern Fox Figure', 'Figures of the Harbour']],
    ['FIGURE', ['Lantern Fox Figure', 'Figures of the Harbour']],
    ['pokemon', ['Pokémon Café Mug']],
    ['POKÉMON CAFE', ['Pokémon Café Mug']],
    ['ｐｏｋｅｍｏｎ', ['Pokémon Café Mug']],
    ['moonlight', ['Pokémon Café Mug']],
    ['box-0077', ['Collector’s Box of 100% Dragons']],
    ['BOX0077', ['Collector’s Box of 100% Dragons']],
    ['0077', ['Collector’s Box of 100% Dragons']],
    ['teapots', ['Lantern Fox Figure']],
    ['run', ['Figures of the Harbour']],
    ['collectors', ['Collector’s Box of 100% Dragons']],
    ["collector's", ['Collector’s Box of 100% Dragons']],
    ['xmen', ['Re:Zero X-Men Poster']],
    ['re zero', ['Re:Zero X-Men Poster']],
    ['the lantern', ['Lantern Fox Figure']],
  ])('%s finds what has it', async (q, expected) => {
    const found = await names(q);
    expect(new Set(found.slice(0, expected.length))).toEqual(new Set(expected));
  });

  it.each([
    ['harb', 'Figures of the Harbour'],
    ['lantern fig', 'Lantern Fox Figure'],
    ['poké', 'Pokémon Café Mug'],
  ])('%s finds what begins so', async (q, expected) => {
    expect((await names(q))[0]).toBe(expected);
  });

  it.each([
    ['lantren', 'Lantern Fox Figure'],
    ['lantern figrue', 'Lantern Fox Figure'],
    ['pokmon', 'Pokémon Café Mug'],
    ['dragns', 'Collector’s Box of 100% Dragons'],
    ['moonligth', 'Pokémon Café Mug'],
    ['harbor', 'Figures of the Harbour'],
  ])('%s finds what was meant', async (q, expected) => {
    expect((await names(q))[0]).toBe(expected);
  });

  it('a phrase must stand together, an exclusion must not be there, "or" takes either', async () => {
    expect(await names('"lantern fox"')).toEqual(['Lantern Fox Figure']);
    expect(await names('"fox lantern"')).toEqual([]);
    expect(await names('figure -lantern')).toEqual(['Figures of the Harbour']);
    expect(new Set(await names('teapot or mug'))).toEqual(
      new Set(['Lantern Fox Figure', 'Pokémon Café Mug']),
    );
  });

  it('a card shows what the lists show', async () => {
    const [card] = (await search({ q: 'lantern' })).items;
    const list = await w.http.get('/api/v1/products').query({ limit: 50 });
    const { items } = (list.body as { data: { items: { id: string }[] } }).data;
    expect(items.find((item) => item.id === card?.id)).toEqual(card);
  });
});

describe('titles without blanks', () => {
  beforeAll(async () => {
    await make({ name: '月うさぎ 一番くじ' });
    await make({ name: '限定版手办' });
    await make({ name: '한정판 피규어' });
    await make({ name: 'ワンピース Figure' });
  });

  it.each([
    ...[
      '月う',
      'うさ',
      'さぎ',
      '月うさぎ',
      'うさぎ',
      '一番',
      '番く',
      'くじ',
      'ウサギ',
      '"一番くじ"',
    ].map((q) => [q, '月うさぎ 一番くじ']),
    ['月 くじ', '月うさぎ 一番くじ'],
    ['ぎ 一', '月うさぎ 一番くじ'],
    ...['限定', '定版', '手办', '限定版手办'].map((q) => [q, '限定版手办']),
    ...['한정', '정판', '피규어', '규어', '한정판'].map((q) => [q, '한정판 피규어']),
    ...['ワンピ', 'ピース', 'ﾜﾝﾋﾟｰｽ', 'わんぴーす'].map((q) => [q, 'ワンピース Figure']),
  ])('%s finds %s', async (q, expected) => {
    expect(await names(q)).toEqual([expected]);
  });

  it('a title in two scripts is the best for both', async () => {
    expect((await names('ワンピース figure'))[0]).toBe('ワンピース Figure');
  });

  it.each(['うさん', '番月', '版限', 'かじ'])('%s finds nothing', async (q) => {
    expect(await names(q)).toEqual([]);
  });
});

describe('what is typed', () => {
  const nothing = { items: [], nextCursor: null };

  it.each(['', ' ', 'f', '月', '%', '_', '%%', '__', '\\', '\\\\', "''", '"', '-', '🦄', '-fox'])(
    '"%s" finds nothing',
    async (q) => {
      expect(await search({ q })).toEqual(nothing);
    },
  );

  it('is not needed', async () => {
    const response = await w.http.get('/api/v1/search');
    expect((response.body as { data: unknown }).data).toEqual(nothing);
  });

  it.each([
    "fox' OR 1=1 --",
    'fox & ! | ( ) : * <->',
    "fox':*A \\",
    '%fox_',
    'a'.repeat(200),
    '月'.repeat(200),
    'a b '.repeat(50),
    '-'.repeat(200),
    '"'.repeat(199),
    'or or or or',
  ])('has no signs that break a statement: %s', async (q) => {
    await search({ q });
    expect((await w.http.get('/api/v1/search/autocomplete').query({ q })).status).toBe(200);
  });

  it('a wildcard is a sign like any other', async () => {
    expect(await names('100%')).toEqual(['Collector’s Box of 100% Dragons']);
    expect(await names('l%n')).toEqual([]);
    expect(await names('lanter_')).toEqual(['Lantern Fox Figure']);
  });

  it.each([
    'q=a%00b',
    `q=${'x'.repeat(201)}`,
    'q=fox&q=box',
    'q=fox&limit=0',
    'q=fox&limit=51',
    'q=fox&limit=2.5',
  ])('%s is refused', async (query) => {
    const response = await w.http.get(`/api/v1/search?${query}`);
    expect(response.status).toBe(400);
    expect((response.body as { errors: { code: string } }).errors.code).toBe('VALIDATION_FAILED');
  });
});

describe('pages', () => {
  const query = { q: 'gondola', limit: 2 };
  let made: string[];
  beforeAll(async () => {
    made = [];
    for (let i = 0; i < 5; i += 1) made.push(await make({ name: 'Gondola' }));
    made.push(await make({ name: 'Boat', description: 'Not a gondola.' }));
  });

  const readAll = async (betweenPages: () => Promise<unknown>, first = query) => {
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const page = await search({ ...first, ...(cursor === null ? {} : { cursor }) });
      pages.push(page.items.map((item) => item.id));
      cursor = page.nextCursor;
      await betweenPages();
    } while (cursor !== null);
    return pages;
  };

  it('show each product once: best first, then newest, also while another is added', async () => {
    const [boat, ...gondolas] = made.toReversed();
    const pages = await readAll(() => make({ name: 'A gondola of the other kind' }));
    const seen = pages.flat();
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.filter((id) => made.includes(id))).toEqual([...gondolas, boat]);
  });

  it('show each product once that was made in one moment and fits equally well', async () => {
    const twins: string[] = [];
    const addTwin = async () => {
      const id = await make({ name: 'Dirigible' });
      for (const [table, key] of [
        ['products', 'id'],
        ['product_search', 'product_id'],
      ]) {
        await w.app.database.pool.query(
          `UPDATE popbox.${table} SET created_at = '2026-01-01 00:00:00.123456+00' WHERE ${key} = $1`,
          [id],
        );
      }
      return id;
    };
    for (let i = 0; i < 7; i += 1) twins.push(await addTwin());
    let left = 5;
    const pages = await readAll(
      async () => {
        if ((left -= 1) >= 0) await addTwin();
      },
      { q: 'dirigible', limit: 2 },
    );
    const seen = pages.flat();
    expect(seen).toHaveLength(new Set(seen).size);
    expect(twins.filter((id) => !seen.includes(id))).toEqual([]);
  });

  it.each(['junk', 'e30', 'bnVsbA', 'a'.repeat(1_900)])(
    'treat the cursor %s as none',
    async (cursor) => {
      expect(await search({ ...query, cursor })).toEqual(await search(query));
    },
  );

  it('go on behind the ranked products, newest first, until nothing is left', async () => {
    // As if half of the shop had the word.
    await w.app.database.db.execute(sql`
      WITH made AS (
        INSERT INTO popbox.products (id, name, slug, product_type, status, price_cents, min_price_cents, max_price_cents,
          created_at)
        SELECT gen_random_uuid(), 'Zeppelin ' || n, 'zeppelin-' || n, 'standard', 'active', 100, 100, 100,
          now() - (n / 10) * interval '1 minute'
        FROM generate_series(1, 950) n
        RETURNING id
      )
      INSERT INTO popbox.variants (id, product_id, name, price_cents, is_default)
      SELECT gen_random_uuid(), id, 'Default', 100, true FROM made`);
    expect(await indexProducts(w.app)).toBe(950);
    const oldest = await make({ name: 'Zeppelin' });
    await w.app.database.db.execute(sql`
      UPDATE popbox.product_search SET created_at = '2020-01-01' WHERE product_id = ${oldest}::uuid`);
    const pages = await readAll(() => Promise.resolve(), { q: 'zeppelin', limit: 50 });
    const seen = pages.flat();
    expect(seen).toHaveLength(951);
    expect(new Set(seen).size).toBe(951);
    expect(seen[0]).toBe(oldest);
    expect(pages.slice(0, -1).every((page) => page.length === 50)).toBe(true);
  });
});

describe('what is found', () => {
  it('follows every change of a product in the same breath', async () => {
    const tag = await createTag(w.app, { ...BY, name: 'Quokka', tagType: 'category' });
    const id = await make({ name: 'Marzipan', description: 'Sweet.', tagIds: [tag.id] });
    const isFound = async (q: string) => (await names(q)).length > 0;
    expect(await isFound('quokka')).toBe(true);
    await changeProduct(w.app, { ...BY, productId: id, changes: { name: 'Nougat' } });
    expect(await isFound('marzipan')).toBe(false);
    expect(await isFound('nougat')).toBe(true);
    await changeTag(w.app, { ...BY, tagId: tag.id, changes: { name: 'Numbat' } });
    expect(await isFound('quokka')).toBe(false);
    expect(await isFound('numbat')).toBe(true);
    await changeProduct(w.app, { ...BY, productId: id, changes: { description: 'Gooseberry' } });
    expect(await isFound('gooseberry')).toBe(true);
    await addVariant(w.app, {
      ...BY,
      productId: id,
      name: 'Large',
      sku: 'NGT-L',
      priceCents: 100,
      sortOrder: 1,
      onHand: 1,
      lowStockThreshold: 0,
    });
    expect(await isFound('ngt-l')).toBe(true);
    await changeProduct(w.app, { ...BY, productId: id, changes: { tagIds: [] } });
    expect(await isFound('numbat')).toBe(false);
    await changeProduct(w.app, { ...BY, productId: id, changes: { status: 'archived' } });
    expect(await isFound('nougat')).toBe(false);
    await changeProduct(w.app, { ...BY, productId: id, changes: { status: 'active' } });
    expect(await isFound('nougat')).toBe(true);
  });

  it('is on sale', async () => {
    await make({ name: 'Xylograph', status: 'draft' });
    expect(await names('xylograph')).toEqual([]);
  });

  it('has what two admins wrote at once', async () => {
    const tag = await createTag(w.app, { ...BY, name: 'Before', tagType: 'category' });
    const id = await make({ name: 'Old', tagIds: [tag.id] });
    for (let round = 0; round < 5; round += 1) {
      const name = `Gingko${String(round)}`;
      const tagName = `Baobab${String(round)}`;
      await Promise.all([
        changeProduct(w.app, { ...BY, productId: id, changes: { name } }),
        changeTag(w.app, { ...BY, tagId: tag.id, changes: { name: tagName } }),
      ]);
      expect(await names(`${name} ${tagName}`)).toEqual([name]);
    }
  });
});
