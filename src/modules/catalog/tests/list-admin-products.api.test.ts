import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aVariant,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { newId } from '../../../kernel/ids.ts';
import { listAdminProductsRoute, type AdminProductItem } from '../catalog.admin-contract.ts';
import {
  addProductImage,
  createCollection,
  createProduct,
  createTag,
  type CreateProductRequest,
} from '../index.ts';
import { ADMIN_PRODUCT_SORTS } from '../service/read-admin-cursor.ts';

const BY = { actor: 'test', requestId: null };

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

type Page = { items: AdminProductItem[]; nextCursor: string | null; totalCount: number };
type Query = Record<string, string | number>;

const ask = (query: Query) =>
  callAs<Page>(w, admin, [
    'get',
    `/admin/products?${new URLSearchParams(
      Object.entries(query).map(([name, value]) => [name, String(value)]),
    ).toString()}`,
  ]);

async function list(query: Query = {}): Promise<Page> {
  const answer = await ask(query);
  expect(answer.status, JSON.stringify(answer)).toBe(200);
  return listAdminProductsRoute.replies[200].parse(answer.data);
}

const ids = (items: readonly AdminProductItem[]) => items.map((item) => item.id);

async function readAll(query: Query, betweenPages?: () => Promise<unknown>): Promise<Page[]> {
  const pages: Page[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await list({ ...query, ...(cursor === null ? {} : { cursor }) });
    pages.push(page);
    cursor = page.nextCursor;
    await betweenPages?.();
  } while (cursor !== null);
  return pages;
}

async function make(overrides: Partial<CreateProductRequest> = {}) {
  return createProduct(w.app, {
    ...BY,
    name: 'Twin',
    productType: 'standard',
    status: 'active',
    priceCents: 1_000,
    onHand: 3,
    collectionIds: [],
    ...overrides,
  });
}

const aCollection = (name: string) => createCollection(w.app, { ...BY, name });

it('shows every field of a row', async () => {
  const collection = await createCollection(w.app, { ...BY, name: 'Secret', isActive: false });
  const tag = await createTag(w.app, { ...BY, name: 'Sunrise', tagType: 'series' });
  const { id, slug } = await make({
    name: 'Full row',
    sku: 'FULL-1',
    status: 'archived',
    collectionIds: [collection.id],
    tagIds: [tag.id],
    lowStockThreshold: 2,
  });
  await aVariant(w, id, { onHand: 4 });
  const storageKey = `products/${id}/front.webp`;
  await addProductImage(w.app, { ...BY, productId: id, storageKey, altText: 'Front' });
  const { items, nextCursor, totalCount } = await list({ collectionId: collection.id });
  expect(items).toEqual([
    {
      id,
      name: 'Full row',
      slug,
      productType: 'standard',
      status: 'archived',
      priceCents: 1_000,
      currency: 'CAD',
      sku: 'FULL-1',
      collections: [{ id: collection.id, name: 'Secret', slug: 'secret' }],
      inventory: { onHand: 7, reserved: 0, available: 7, lowStockThreshold: 2 },
      tags: [{ id: tag.id, name: 'Sunrise', slug: 'sunrise', tagType: 'series' }],
      primaryImage: { storageKey, altText: 'Front', url: w.app.storage.publicUrl(storageKey) },
      updatedAt: expect.stringMatching(/\.\d{3}Z$/) as string,
    },
  ]);
  expect([nextCursor, totalCount]).toEqual([null, 1]);
});

it('18 the first screen of the dashboard gets its page, every wildcard included', async () => {
  const { items, totalCount } = await list({
    status: 'all',
    productType: 'all',
    collectionId: 'all',
    tagId: 'all',
    sort: 'updated_desc',
    limit: 25,
  });
  expect(items.length).toBeGreaterThan(0);
  expect(totalCount).toBeGreaterThanOrEqual(items.length);
  expect(ids((await list()).items)).toEqual(ids(items));
});

describe('pages', () => {
  /** Seven products in a collection of their own that differ in nothing that a list is sorted by. */
  async function twins(name: string) {
    const collection = await aCollection(name);
    const made: string[] = [];
    for (let i = 0; i < 7; i += 1) made.push((await make({ collectionIds: [collection.id] })).id);
    await giveOneTime(made);
    return { collectionId: collection.id, made };
  }

  async function giveOneTime(made: readonly string[]): Promise<void> {
    const { pool } = w.app.database;
    // The trigger that keeps updated_at would give each its own.
    await pool.query('ALTER TABLE popbox.products DISABLE TRIGGER products_touch');
    await pool.query(
      `UPDATE popbox.products SET created_at = '2026-01-01 00:00:00.123456+00',
         updated_at = '2026-01-01 00:00:00.123456+00' WHERE id = ANY($1::uuid[])`,
      [made],
    );
    await pool.query('ALTER TABLE popbox.products ENABLE TRIGGER products_touch');
  }

  it.each([...ADMIN_PRODUCT_SORTS])(
    '%s shows each of seven equal products once over four pages',
    async (sort) => {
      const { collectionId, made } = await twins(`Twins ${sort}`);
      const pages = await readAll({ collectionId, sort, limit: 2 });
      expect(pages.map((page) => page.items.length)).toEqual([2, 2, 2, 1]);
      expect(pages.map((page) => page.totalCount)).toEqual([7, 7, 7, 7]);
      const expected = made.toSorted();
      if (sort.endsWith('_desc')) expected.reverse();
      expect(pages.flatMap((page) => ids(page.items))).toEqual(expected);
    },
  );

  it.each([...ADMIN_PRODUCT_SORTS])(
    '%s shows each of them once also while further ones are added',
    async (sort) => {
      const { collectionId, made } = await twins(`Growing ${sort}`);
      let left = 5;
      const pages = await readAll({ collectionId, sort, limit: 2 }, async () => {
        // Each lands somewhere among those that are read; an endless list would never be read to its end.
        if ((left -= 1) >= 0) {
          await giveOneTime([(await make({ collectionIds: [collectionId] })).id]);
        }
      });
      const seen = pages.flatMap((page) => ids(page.items));
      expect(seen).toHaveLength(new Set(seen).size);
      expect(made.filter((id) => !seen.includes(id))).toEqual([]);
      expect(pages[1]?.totalCount).toBe(8);
    },
  );

  it('do not skip rows that differ by a microsecond', async () => {
    const collection = await aCollection('Micro');
    const made: string[] = [];
    for (const microsecond of ['000', '001', '999']) {
      const { id } = await make({ collectionIds: [collection.id] });
      const instant = `2026-01-01 00:00:00.123${microsecond}+00`;
      await w.app.database.db.execute(
        sql`UPDATE popbox.products SET created_at = ${instant}::timestamptz WHERE id = ${id}::uuid`,
      );
      made.push(id);
    }
    const page = { collectionId: collection.id, limit: 1 };
    const seen = await readAll({ ...page, sort: 'created_asc' });
    expect(seen.flatMap(({ items }) => ids(items))).toEqual(made);
    const back = await readAll({ ...page, sort: 'created_desc' });
    expect(back.flatMap(({ items }) => ids(items))).toEqual(made.toReversed());
  });

  it('follow the values of each sort', async () => {
    const collection = await aCollection('Mixed');
    const collectionIds = [collection.id];
    const banana = await make({ name: 'banana', priceCents: 300, onHand: 1, collectionIds });
    const apple = await make({ name: 'Apple', priceCents: 100, onHand: 9, collectionIds });
    const cherry = await make({ name: 'cherry', priceCents: 200, onHand: 5, collectionIds });
    const order = async (sort: string) => {
      const pages = await readAll({ collectionId: collection.id, sort, limit: 1 });
      return pages.flatMap((page) => page.items.map((item) => item.name));
    };
    expect(await order('name_asc')).toEqual(['Apple', 'banana', 'cherry']);
    expect(await order('name_desc')).toEqual(['cherry', 'banana', 'Apple']);
    expect(await order('price_asc')).toEqual(['Apple', 'cherry', 'banana']);
    expect(await order('inventory_desc')).toEqual(['Apple', 'cherry', 'banana']);
    expect(await order('created_asc')).toEqual(['banana', 'Apple', 'cherry']);
    const path = `/admin/products/${banana.id}`;
    await callAs(w, admin, ['patch', path], { name: 'banana split' });
    expect(await order('updated_desc')).toEqual(['banana split', 'cherry', 'Apple']);
    expect(new Set([banana.id, apple.id, cherry.id]).size).toBe(3);
  });

  it('sort by what can be sold of a standard product, and by unsold tickets of a kuji', async () => {
    const collection = await aCollection('Levels');
    const figure = await make({ name: 'Figure', onHand: 4, collectionIds: [collection.id] });
    const kuji = await aKuji(w, { tickets: 3 });
    await callAs(w, admin, ['patch', `/admin/products/${kuji.productId}`], {
      collectionIds: [collection.id],
    });
    const variantId = figure.defaultVariantId ?? '';
    await anOpenCheckout(w, [
      { productId: figure.id, productVariantId: variantId, quantity: 2 },
      { productId: kuji.productId, quantity: 2 },
    ]);
    const { items } = await list({ collectionId: collection.id, sort: 'inventory_desc' });
    expect(ids(items)).toEqual([kuji.productId, figure.id]);
    expect(items.map((item) => item.inventory)).toEqual([
      { onHand: 3, reserved: 2, available: 1, lowStockThreshold: 0 },
      { onHand: 4, reserved: 2, available: 2, lowStockThreshold: 0 },
    ]);
  });

  it('begin anew with a cursor that is junk or of another sort', async () => {
    const collection = await aCollection('Cursors');
    for (let i = 0; i < 3; i += 1) await make({ collectionIds: [collection.id] });
    const query = { collectionId: collection.id, sort: 'price_desc', limit: 2 };
    const first = await list(query);
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const junk = [
      'junk',
      encode({ sort: 'price_desc', value: 1 }),
      encode({ sort: 'price_desc', value: '1', id: newId() }),
      encode({ sort: 'price_desc', value: 1, id: 'x' }),
      encode({ sort: 'inventory_desc', value: 1, id: newId() }),
      (await list({ ...query, sort: 'name_asc' })).nextCursor ?? '',
    ];
    for (const cursor of junk) {
      expect(ids((await list({ ...query, cursor })).items)).toEqual(ids(first.items));
    }
  });
});

describe('filters', () => {
  it('combine with AND, and unknown ids give an empty list', async () => {
    const collection = await aCollection('Filtered');
    const tag = await createTag(w.app, { ...BY, name: 'Filter tag', tagType: 'category' });
    const collectionIds = [collection.id];
    const draft = await make({ status: 'draft', collectionIds, tagIds: [tag.id] });
    const active = await make({ collectionIds });
    const kuji = await make({ productType: 'kuji', status: 'draft', collectionIds });
    const found = async (query: Query) =>
      new Set(ids((await list({ collectionId: collection.id, ...query })).items));
    expect(await found({})).toEqual(new Set([draft.id, active.id, kuji.id]));
    expect(await found({ status: 'draft' })).toEqual(new Set([draft.id, kuji.id]));
    expect(await found({ status: 'draft', productType: 'standard' })).toEqual(new Set([draft.id]));
    expect(await found({ tagId: tag.id })).toEqual(new Set([draft.id]));
    expect(await found({ tagId: newId() })).toEqual(new Set());
    expect((await list({ collectionId: newId() })).totalCount).toBe(0);
    const others = await list({ excludeCollectionId: collection.id, limit: 100 });
    expect(ids(others.items)).not.toContain(active.id);
    expect(others.totalCount).toBe((await list()).totalCount - 3);
  });

  it('find words in names, slugs, SKUs of products and variants, and tags', async () => {
    const tag = await createTag(w.app, { ...BY, name: 'Kadokawa 100%', tagType: 'brand' });
    const { id } = await make({ name: 'Ｒei 綾波 Ayanami', sku: 'EVA_00', tagIds: [tag.id] });
    const found = async (search: string) => ids((await list({ search })).items);
    for (const search of ['ayaNAMI', '綾波', 'eva_0', 'kadokawa', '100%', 'yanam eva', ' 綾 ']) {
      expect(await found(search), search).toEqual([id]);
    }
    for (const search of ['ayanami nothing', 'eva%00', 'evaX00', 'a\\yanami']) {
      expect(await found(search), search).toEqual([]);
    }
    expect((await list({ search: '   ' })).totalCount).toBe((await list()).totalCount);
  });
});

it.each([
  ['status=gone', 'status'],
  ['productType=box', 'productType'],
  ['collectionId=x', 'collectionId'],
  ['tagId=1', 'tagId'],
  ['excludeCollectionId=all', 'excludeCollectionId'],
  ['sort=newest', 'sort'],
  ['limit=0', 'limit'],
  ['limit=2.5', 'limit'],
  ['limit=101', 'limit'],
  [`search=${'x'.repeat(201)}`, 'search'],
  [`search=${'x+'.repeat(11)}`, 'search'],
])('refuses %s', async (query, field) => {
  const answer = await callAs(w, admin, ['get', `/admin/products?${query}`]);
  expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  expect(Object.keys(answer.fields)).toEqual([field]);
});
