import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKuji, anOpenCheckout } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { showHomeRoute } from '../catalog.discovery-contract.ts';
import { changeProduct, createCollection, createProduct } from '../index.ts';

const BY = { actor: 'test', requestId: null };
const homeSchema = showHomeRoute.replies[200];

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

async function home() {
  const response = await w.http.get('/api/v1/home');
  expect(response.status, response.text).toBe(200);
  return homeSchema.parse((response.body as { data: unknown }).data);
}

async function make(
  name: string,
  options: { collectionIds?: string[]; onHand?: number; score?: number } = {},
) {
  const made = await createProduct(w.app, {
    ...BY,
    name,
    productType: 'standard',
    status: 'active',
    priceCents: 1_000,
    onHand: options.onHand ?? 3,
    collectionIds: options.collectionIds ?? [],
  });
  await w.app.database.db.execute(sql`
    UPDATE popbox.products SET trending_score = ${options.score ?? 0} WHERE id = ${made.id}::uuid`);
  return made;
}

const names = (items: readonly { name: string }[]) => items.map((item) => item.name);

describe('home', () => {
  it('of an empty shop has three empty lists', async () => {
    expect(await home()).toEqual({ featured: [], trendingNow: [], allProductsPreview: [] });
  });

  it('shows featured products in the order of the shop, at most 24, then newest', async () => {
    const featured = await createCollection(w.app, { ...BY, name: 'Featured', slug: 'featured' });
    for (let i = 0; i < 26; i += 1) {
      await make(`Featured ${String(i)}`, { collectionIds: [featured.id] });
    }
    const expected = Array.from({ length: 24 }, (_, i) => `Featured ${String(i)}`);
    expect(names((await home()).featured)).toEqual(expected);
    await w.app.database.db.execute(sql`UPDATE popbox.product_collections SET position = 7`);
    expect(names((await home()).featured).slice(0, 3)).toEqual([
      'Featured 25',
      'Featured 24',
      'Featured 23',
    ]);
  });

  it('shows the 16 newest products, sold out or not', async () => {
    await make('Newest and sold out', { onHand: 0 });
    const { allProductsPreview } = await home();
    expect(allProductsPreview).toHaveLength(16);
    expect(names(allProductsPreview).slice(0, 2)).toEqual(['Newest and sold out', 'Featured 25']);
    expect(allProductsPreview[0]?.isSoldOut).toBe(true);
  });

  it('shows eight trending products that can be bought; the list shows the others, too', async () => {
    await make('Hot but sold out', { score: 100, onHand: 0 });
    const held = await make('Hot but held', { score: 99, onHand: 1 });
    await anOpenCheckout(w, [
      { productId: held.id, productVariantId: held.defaultVariantId ?? '', quantity: 1 },
    ]);
    const archived = await make('Hot but archived', { score: 98 });
    await changeProduct(w.app, { ...BY, productId: archived.id, changes: { status: 'archived' } });
    await make('Hot', { score: 50 });
    const kuji = await aKuji(w, { tickets: 2 });
    await w.app.database.db.execute(sql`
      UPDATE popbox.products SET trending_score = 60 WHERE id = ${kuji.productId}::uuid`);
    const { trendingNow } = await home();
    expect(trendingNow).toHaveLength(8);
    expect(trendingNow.map((item) => item.id)[0]).toBe(kuji.productId);
    // Behind the scored ones the newest without a score.
    expect(names(trendingNow).slice(1, 3)).toEqual(['Hot', 'Featured 25']);
    const list = await w.http.get('/api/v1/products').query({ sort: 'trending', limit: 3 });
    const { items } = (list.body as { data: { items: { name: string }[] } }).data;
    expect(names(items)).toEqual(['Hot but sold out', 'Hot but held', names(trendingNow)[0]]);
    await anOpenCheckout(w, [{ productId: kuji.productId, quantity: 2 }]);
    expect(names((await home()).trendingNow)[0]).toBe('Hot');
  });

  it('shows no product twice in a row, and the same card in each', async () => {
    const { featured, trendingNow, allProductsPreview } = await home();
    for (const list of [featured, trendingNow, allProductsPreview]) {
      expect(new Set(list.map((item) => item.id)).size).toBe(list.length);
    }
    const newest = featured[0];
    expect(newest).toEqual(allProductsPreview.find((item) => item.id === newest?.id));
  });

  it('shows nothing of an inactive featured collection', async () => {
    await w.app.database.db.execute(sql`
      UPDATE popbox.collections SET is_active = false WHERE slug = 'featured'`);
    expect((await home()).featured).toEqual([]);
  });
});
