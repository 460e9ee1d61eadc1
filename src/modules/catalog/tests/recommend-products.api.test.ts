import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKuji, anOpenCheckout } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { recommendProductsRoute } from '../catalog.discovery-contract.ts';
import {
  changeProduct,
  createCollection,
  createProduct,
  createTag,
  type CreateProductRequest,
} from '../index.ts';

const BY = { actor: 'test', requestId: null };
const replySchema = recommendProductsRoute.replies[200];

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

async function recommend(slug: string, query: Record<string, string | number> = {}) {
  const response = await w.http.get(`/api/v1/products/${slug}/recommendations`).query(query);
  expect(response.status, response.text).toBe(200);
  return replySchema.parse((response.body as { data: unknown }).data);
}

const make = (name: string, overrides: Partial<CreateProductRequest> = {}) =>
  createProduct(w.app, {
    ...BY,
    name,
    productType: 'standard',
    status: 'active',
    priceCents: 50_000,
    onHand: 3,
    collectionIds: [],
    ...overrides,
  });

const names = async (slug: string, limit = 12) =>
  (await recommend(slug, { limit })).items.map((item) => item.name);

describe('recommendations', () => {
  it('follow the points of what is shared', async () => {
    const shelf = await createCollection(w.app, { ...BY, name: 'Shelf' });
    const hidden = await createCollection(w.app, { ...BY, name: 'Hidden', isActive: false });
    const [a, b, c] = await Promise.all(
      ['A', 'B', 'C'].map(async (name) => {
        const tag = await createTag(w.app, { ...BY, name: `Tag ${name}`, tagType: 'series' });
        return tag.id;
      }),
    );
    const tags = [a, b, c].filter((id) => id !== undefined);
    const source = await make('Source', {
      priceCents: 10_000,
      collectionIds: [shelf.id, hidden.id],
      tagIds: tags,
    });
    // Each with 18 points for its type and stock. Made in another order than the expected one.
    await make('18 hidden collection', { collectionIds: [hidden.id] });
    await make('23 near price', { priceCents: 12_000 });
    await make('18 price too far', { priceCents: 12_001 });
    await make('63 three tags', { tagIds: tags });
    await make('58 collection', { collectionIds: [shelf.id] });
    await make('33 one tag', { tagIds: tags.slice(0, 1) });
    await make('48 two tags', { tagIds: tags.slice(1) });
    await make('103 all', { tagIds: tags, collectionIds: [shelf.id] });
    await make('108 all and price', { priceCents: 8_000, tagIds: tags, collectionIds: [shelf.id] });
    expect(await names(source.slug)).toEqual([
      '108 all and price',
      '103 all',
      '63 three tags',
      '58 collection',
      '48 two tags',
      '33 one tag',
      '23 near price',
      // Equal ones: the newest first.
      '18 price too far',
      '18 hidden collection',
    ]);
    const kuji = await aKuji(w, { priceCents: 10_000 });
    const kujiName = `Kuji ${kuji.slug.slice('kuji-'.length)}`;
    // 13 points: in stock and near in price, but of another type.
    expect((await names(source.slug)).at(-1)).toBe(kujiName);
  });

  it('take five dollars as near for cheap products', async () => {
    const source = await make('Cheap', { priceCents: 100 });
    await make('Within five dollars', { priceCents: 600 });
    await make('Beyond five dollars', { priceCents: 601 });
    expect((await names(source.slug, 1))[0]).toBe('Within five dollars');
  });

  it('leave out what cannot be bought, and the product itself', async () => {
    const shelf = await createCollection(w.app, { ...BY, name: 'Stock' });
    const on = { collectionIds: [shelf.id] };
    const source = await make('Self', on);
    await make('Never in stock', { ...on, onHand: 0 });
    await make('Draft', { ...on, status: 'draft' });
    const archived = await make('Archived', on);
    await changeProduct(w.app, { ...BY, productId: archived.id, changes: { status: 'archived' } });
    const held = await make('All held', { ...on, onHand: 2 });
    await anOpenCheckout(w, [
      { productId: held.id, productVariantId: held.defaultVariantId ?? '', quantity: 2 },
    ]);
    await make('There', on);
    const found = await names(source.slug);
    expect(found[0]).toBe('There');
    for (const name of ['Self', 'Never in stock', 'Draft', 'Archived', 'All held']) {
      expect(found).not.toContain(name);
    }
  });

  it('are four unless told otherwise, at most twelve, and say how many they are', async () => {
    const { slug } = await make('Counted');
    const four = await recommend(slug);
    expect(four.meta).toEqual({ count: 4, limit: 4 });
    expect(four.items).toHaveLength(4);
    expect((await recommend(slug, { limit: 12 })).meta).toEqual({ count: 12, limit: 12 });
    for (const limit of ['0', '13', '1.5', 'x']) {
      const response = await w.http
        .get(`/api/v1/products/${slug}/recommendations`)
        .query({ limit });
      expect(response.status).toBe(400);
    }
  });

  it('of a product that is not on sale are not found', async () => {
    const draft = await make('Unreleased', { status: 'draft' });
    for (const slug of [draft.slug, 'no-such', '%']) {
      const response = await w.http.get(
        `/api/v1/products/${encodeURIComponent(slug)}/recommendations`,
      );
      expect(response.status).toBe(404);
      expect((response.body as { errors: { code: string } }).errors.code).toBe('PRODUCT_NOT_FOUND');
    }
  });

  it('find an old product that shares much behind thousands of new ones that share little', async () => {
    const shelf = await createCollection(w.app, { ...BY, name: 'Deep' });
    const tags = [];
    for (const name of ['Deep one', 'Deep two']) {
      tags.push((await createTag(w.app, { ...BY, name, tagType: 'brand' })).id);
    }
    await make('Old soulmate', { collectionIds: [shelf.id], tagIds: tags });
    await w.app.database.db.execute(sql`
      WITH made AS (
        INSERT INTO popbox.products (id, name, slug, product_type, status, price_cents, min_price_cents, max_price_cents)
        SELECT ('ffffffff-ffff-7fff-8fff-' || lpad(to_hex(n), 12, '0'))::uuid, 'Crowd ' || n, 'crowd-' || n, 'standard',
          'active', 100, 100, 100
        FROM generate_series(1, 900) n RETURNING id
      ), offered AS (
        INSERT INTO popbox.variants (id, product_id, name, price_cents, is_default)
        SELECT id, id, 'Default', 100, true FROM made RETURNING id
      )
      INSERT INTO popbox.product_collections (product_id, collection_id, position)
      SELECT id, ${shelf.id}::uuid, 0 FROM made`);
    const source = await make('Deep source', { collectionIds: [shelf.id], tagIds: tags });
    expect((await names(source.slug))[0]).toBe('Old soulmate');
  });
});
