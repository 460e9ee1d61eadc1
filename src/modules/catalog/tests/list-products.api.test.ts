import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKuji, anOpenCheckout, aProduct, aVariant } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import {
  changeProduct,
  createCollection,
  createProduct,
  createTag,
  type CreateProductRequest,
} from '../index.ts';
import { listProductsRoute, PRODUCT_SORTS, type ProductCard } from '../catalog.contract.ts';

const BY = { actor: 'test', requestId: null };
const pageSchema = listProductsRoute.replies[200];

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

async function list(query: Record<string, string | number> = {}) {
  const response = await w.http.get('/api/v1/products').query(query);
  expect(response.status, response.text).toBe(200);
  return pageSchema.parse((response.body as { data: unknown }).data);
}

const refusal = async (query: string) => {
  const response = await w.http.get(`/api/v1/products?${query}`);
  return {
    status: response.status,
    code: (response.body as { errors?: { code?: unknown } }).errors?.code,
  };
};

const ids = (items: readonly ProductCard[]) => items.map((item) => item.id);
const names = (items: readonly ProductCard[]) => items.map((item) => item.name);

/** Every page from the first, with something done between two of them. */
async function readAll(
  query: Record<string, string | number>,
  betweenPages: () => Promise<unknown> = () => Promise.resolve(),
): Promise<ProductCard[][]> {
  const pages: ProductCard[][] = [];
  let cursor: string | null = null;
  do {
    const page = await list({ ...query, ...(cursor === null ? {} : { cursor }) });
    pages.push(page.items);
    cursor = page.nextCursor;
    if (cursor !== null) await betweenPages();
  } while (cursor !== null);
  return pages;
}

async function make(overrides: Partial<CreateProductRequest> = {}): Promise<string> {
  const { id } = await createProduct(w.app, {
    ...BY,
    name: 'Twin',
    productType: 'standard',
    status: 'active',
    priceCents: 1_000,
    onHand: 3,
    collectionIds: [],
    ...overrides,
  });
  return id;
}

describe('pages', () => {
  /** Seven products that differ in nothing but their id, in a collection of their own. */
  async function twins(slug: string) {
    const collection = await createCollection(w.app, { ...BY, name: slug, slug });
    const another = async () => {
      const id = await make({ collectionIds: [collection.id] });
      await w.app.database.db.execute(sql`
        UPDATE popbox.products SET created_at = '2026-01-01 00:00:00.123456+00', trending_score = 5
        WHERE id = ${id}::uuid`);
      return id;
    };
    const made: string[] = [];
    for (let i = 0; i < 7; i += 1) made.push(await another());
    return { collection, made, another };
  }

  it.each([...PRODUCT_SORTS])(
    '%s shows each of seven equal products once over four pages, also while others are added',
    async (sort) => {
      const { made, another, collection } = await twins(`twins-${sort.replace('_', '-')}`);
      const pages = await readAll({ collection: collection.slug, sort, limit: 2 }, another);
      const seen = pages.flatMap(ids);
      expect(new Set(seen).size).toBe(seen.length);
      // New rows have higher ids and ties fall, so they stand before the page that is being read.
      expect(seen).toEqual([...made].sort().reverse());
      expect(pages.map((page) => page.length)).toEqual([2, 2, 2, 1]);
    },
  );

  it('do not skip rows that differ by a microsecond', async () => {
    const collection = await createCollection(w.app, { ...BY, name: 'Micro', slug: 'micro' });
    const made: string[] = [];
    for (const microsecond of [0, 1, 2, 999]) {
      const id = await make({ collectionIds: [collection.id] });
      const instant = `2026-01-01 00:00:00.123${String(microsecond).padStart(3, '0')}+00`;
      await w.app.database.db.execute(
        sql`UPDATE popbox.products SET created_at = ${instant}::timestamptz WHERE id = ${id}::uuid`,
      );
      made.unshift(id);
    }
    const pages = await readAll({ collection: 'micro', limit: 1 });
    expect(pages.flatMap(ids)).toEqual(made);
  });

  it('follow the sort across pages where values differ', async () => {
    const collection = await createCollection(w.app, { ...BY, name: 'Mixed', slug: 'mixed' });
    const made: Record<string, string> = {};
    for (const [name, priceCents, score] of [
      ['banana', 300, 2],
      ['Apple', 200, 9],
      ['Émile', 200, 2],
      ['cherry', 100, 9],
      ['Zine', 400, 0],
    ] as const) {
      const id = await make({ name, priceCents, collectionIds: [collection.id] });
      await w.app.database.db.execute(
        sql`UPDATE popbox.products SET trending_score = ${score} WHERE id = ${id}::uuid`,
      );
      made[name] = id;
    }
    const read = async (sort: string) =>
      (await readAll({ collection: 'mixed', sort, limit: 2 })).flatMap(names);
    expect(await read('newest')).toEqual(['Zine', 'cherry', 'Émile', 'Apple', 'banana']);
    expect(await read('trending')).toEqual(['cherry', 'Apple', 'Émile', 'banana', 'Zine']);
    expect(await read('price_asc')).toEqual(['cherry', 'Émile', 'Apple', 'banana', 'Zine']);
    expect(await read('price_desc')).toEqual(['Zine', 'banana', 'Émile', 'Apple', 'cherry']);
    expect(await read('name_asc')).toEqual(['Apple', 'banana', 'cherry', 'Zine', 'Émile']);
    expect(await read('name_desc')).toEqual(['Émile', 'Zine', 'cherry', 'banana', 'Apple']);
  });

  it('are 20 long unless told otherwise, at most 50, and end with null', async () => {
    const collection = await createCollection(w.app, { ...BY, name: 'Many', slug: 'many' });
    for (let i = 0; i < 22; i += 1) await make({ collectionIds: [collection.id] });
    const first = await list({ collection: 'many' });
    expect(first.items).toHaveLength(20);
    expect(typeof first.nextCursor).toBe('string');
    const second = await list({ collection: 'many', cursor: first.nextCursor ?? '' });
    expect(second.items).toHaveLength(2);
    expect(second.nextCursor).toBeNull();
    const exact = await list({ collection: 'many', limit: 22 });
    expect(exact.items).toHaveLength(22);
    expect(exact.nextCursor).toBeNull();
    expect((await list({ collection: 'many', limit: 50 })).items).toHaveLength(22);
  });

  it.each(['0', '51', '-1', '2.5', '1e1', 'x', '', '99999999999'])(
    'refuse the limit "%s"',
    async (limit) => {
      expect(await refusal(`limit=${limit}`)).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
    },
  );

  it.each(['junk', '%F0%9F%98%80', 'e30', 'bnVsbA', 'a'.repeat(1_900)])(
    'treat the cursor %s as none',
    async (cursor) => {
      const page = await w.http.get(`/api/v1/products?limit=3&cursor=${cursor}`);
      expect(page.status).toBe(200);
      expect((page.body as { data: unknown }).data).toEqual(await list({ limit: 3 }));
    },
  );

  it('treat the cursor of another sort as none', async () => {
    const { nextCursor } = await list({ sort: 'price_asc', limit: 2 });
    expect(nextCursor).not.toBeNull();
    for (const sort of ['newest', 'trending', 'name_asc']) {
      const page = await list({ sort, limit: 3, cursor: nextCursor ?? '' });
      expect(page).toEqual(await list({ sort, limit: 3 }));
    }
  });
});

describe('the order of featured', () => {
  it('is the shop’s own without a sort; a sort wins over it', async () => {
    const featured = await createCollection(w.app, { ...BY, name: 'Featured', slug: 'featured' });
    const made: string[] = [];
    for (const priceCents of [500, 300, 400, 100, 200]) {
      made.push(await make({ priceCents, collectionIds: [featured.id] }));
    }
    const pages = await readAll({ collection: 'featured', limit: 2 });
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    expect(pages.flatMap(ids)).toEqual(made);
    const byPrice = await list({ collection: 'featured', sort: 'price_asc' });
    expect(byPrice.items.map((item) => item.priceCents)).toEqual([100, 200, 300, 400, 500]);
    expect(ids((await list({ collection: 'featured', sort: 'newest' })).items)).toEqual(
      [...made].reverse(),
    );
  });

  it('keeps equal places apart by id', async () => {
    await w.app.database.db.execute(sql`
      UPDATE popbox.product_collections SET position = 4
      WHERE collection_id = (SELECT id FROM popbox.collections WHERE slug = 'featured')`);
    const seen = (await readAll({ collection: 'featured', limit: 2 })).flatMap(ids);
    expect(seen).toHaveLength(5);
    expect(seen).toEqual([...seen].sort().reverse());
  });
});

describe('filters', () => {
  it('show active products only', async () => {
    const draft = await make({ status: 'draft', name: 'Secret draft' });
    const archived = await make({ name: 'Old one' });
    await changeProduct(w.app, { ...BY, productId: archived, changes: { status: 'archived' } });
    const all = (await readAll({ limit: 50 })).flatMap(ids);
    expect(all).not.toContain(draft);
    expect(all).not.toContain(archived);
  });

  it('match a type', async () => {
    const kuji = await aKuji(w);
    const found = (await readAll({ type: 'kuji', limit: 50 })).flat();
    expect(ids(found)).toContain(kuji.productId);
    expect(found.every((item) => item.productType === 'kuji')).toBe(true);
    const standard = (await readAll({ type: 'standard', limit: 50 })).flat();
    expect(standard.every((item) => item.productType === 'standard')).toBe(true);
    expect(await refusal('type=box')).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
  });

  it('refuse an unknown sort, ignore an unknown key', async () => {
    expect(await refusal('sort=featured')).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
    expect((await w.http.get('/api/v1/products?utm_source=mail')).status).toBe(200);
  });

  it('answer an unknown collection or tag with an empty list', async () => {
    const nothing = { items: [], nextCursor: null };
    expect(await list({ collection: 'no-such' })).toEqual(nothing);
    expect(await list({ collection: "x' OR 1=1 --" })).toEqual(nothing);
    expect(await list({ collection: '%' })).toEqual(nothing);
    expect(await list({ tag: 'no-such' })).toEqual(nothing);
    expect(await list({ collection: 'featured', tag: 'no-such' })).toEqual(nothing);
  });

  it.each(['collection=a%00b', 'tag=%00', 'cursor=%00', 'tag=a&tag=b'])(
    'refuse %s',
    async (query) => {
      expect(await refusal(query)).toEqual({ status: 400, code: 'VALIDATION_FAILED' });
    },
  );

  it('hide an inactive collection as filter and on cards', async () => {
    const collection = await createCollection(w.app, {
      ...BY,
      name: 'Hidden',
      slug: 'hidden',
      isActive: false,
    });
    const shown = await createCollection(w.app, { ...BY, name: 'Shown', slug: 'shown' });
    await make({ collectionIds: [collection.id, shown.id] });
    expect((await list({ collection: 'hidden' })).items).toEqual([]);
    expect((await list({ collection: 'hidden', sort: 'newest' })).items).toEqual([]);
    const [card] = (await list({ collection: 'shown' })).items;
    expect(card?.collections).toEqual([{ id: shown.id, name: 'Shown', slug: 'shown' }]);
  });

  it('take tags with OR within a type and AND between types', async () => {
    const tag = async (slug: string, tagType: 'brand' | 'series') =>
      (await createTag(w.app, { ...BY, name: slug, slug, tagType })).id;
    const bandai = await tag('bandai', 'brand');
    const sega = await tag('sega', 'brand');
    const onePiece = await tag('one-piece', 'series');
    const gundam = await tag('gundam', 'series');
    const a = await make({ tagIds: [bandai, onePiece] });
    const b = await make({ tagIds: [sega, onePiece] });
    const c = await make({ tagIds: [bandai, gundam] });
    const d = await make({ tagIds: [bandai, sega] });
    const found = async (tags: string) => new Set(ids((await list({ tag: tags })).items));
    expect(await found('bandai')).toEqual(new Set([a, c, d]));
    expect(await found('bandai,sega')).toEqual(new Set([a, b, c, d]));
    expect(await found('bandai,one-piece')).toEqual(new Set([a]));
    expect(await found('bandai,sega,one-piece')).toEqual(new Set([a, b]));
    expect(await found('gundam,one-piece,sega')).toEqual(new Set([b]));
    expect(await found(' BANDAI , one-piece,,')).toEqual(new Set([a]));
    expect(await found('bandai,no-such')).toEqual(new Set());
    const paged = await readAll({ tag: 'bandai,sega', limit: 1, sort: 'price_desc' });
    expect(new Set(paged.flatMap(ids))).toEqual(new Set([a, b, c, d]));
  });
});

describe('a card', () => {
  const cardOf = async (collection: string) => (await list({ collection })).items[0];
  let n = 0;
  /** The only card of a new collection that the product is put in. */
  async function card(productId: string): Promise<ProductCard> {
    const slug = `shelf-${String((n += 1))}`;
    const { id } = await createCollection(w.app, { ...BY, name: slug, slug });
    await changeProduct(w.app, { ...BY, productId, changes: { collectionIds: [id] } });
    const found = await cardOf(slug);
    if (!found) throw new Error('The collection is empty.');
    return found;
  }

  it('of a standard product shows prices over active variants and no stock number', async () => {
    const product = await aProduct(w, { priceCents: 2_500, onHand: 5 });
    await aVariant(w, product.productId, { priceCents: 1_900, onHand: 0 });
    await aVariant(w, product.productId, { priceCents: 900, isActive: false });
    expect(await card(product.productId)).toMatchObject({
      priceCents: 2_500,
      minPriceCents: 1_900,
      maxPriceCents: 2_500,
      hasPriceRange: true,
      isSoldOut: false,
      defaultVariantId: product.variantId,
      hasVariantChoices: true,
      currency: 'CAD',
      inventory: null,
      images: [],
    });
    expect(await card(product.productId)).not.toHaveProperty('ticketSummary');
  });

  it('is sold out when all that is left is held, or only an inactive variant has stock', async () => {
    const product = await aProduct(w, { onHand: 2 });
    await aVariant(w, product.productId, { onHand: 9, isActive: false });
    expect(await card(product.productId)).toMatchObject({
      isSoldOut: false,
      hasVariantChoices: false,
    });
    await anOpenCheckout(w, [
      { productId: product.productId, productVariantId: product.variantId, quantity: 2 },
    ]);
    expect((await card(product.productId)).isSoldOut).toBe(true);
  });

  it('of a kuji shows stock and tickets without the Last One', async () => {
    const kuji = await aKuji(w, { tickets: 5, priceCents: 1_200 });
    await anOpenCheckout(w, [{ productId: kuji.productId, quantity: 2 }]);
    expect(await card(kuji.productId)).toMatchObject({
      priceCents: 1_200,
      minPriceCents: 1_200,
      maxPriceCents: 1_200,
      hasPriceRange: false,
      isSoldOut: false,
      defaultVariantId: null,
      hasVariantChoices: false,
      inventory: { onHand: 5, reserved: 2, available: 3, lowStockThreshold: 0 },
      ticketSummary: { remainingTickets: 5, totalTickets: 5 },
    });
    await anOpenCheckout(w, [{ productId: kuji.productId, quantity: 3 }]);
    expect((await card(kuji.productId)).isSoldOut).toBe(true);
  });
});

describe('collections and tags', () => {
  it('lists active collections in their order and all tags by type and name', async () => {
    const found = await w.http.get('/api/v1/collections');
    expect(found.status).toBe(200);
    const collections = (found.body as { data: { slug: string; sortOrder: number }[] }).data;
    const orders = collections.map((collection) => collection.sortOrder);
    expect(orders).toEqual([...orders].sort((a, b) => a - b));
    const slugs = collections.map((collection) => collection.slug);
    expect(slugs).toContain('featured');
    expect(slugs).not.toContain('hidden');

    await createTag(w.app, { ...BY, name: 'Figures', tagType: 'category' });
    const listed = await w.http.get('/api/v1/tags');
    const tags = (listed.body as { data: { name: string; tagType: string }[] }).data;
    expect(tags.map((tag) => `${tag.tagType} ${tag.name}`)).toEqual([
      'brand bandai',
      'brand sega',
      'category Figures',
      'series gundam',
      'series one-piece',
    ]);
  });
});
