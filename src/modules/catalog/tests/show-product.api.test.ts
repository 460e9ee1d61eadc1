import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aKuji,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  aVariant,
  guestCookieOf,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { productSchema, type Product } from '../catalog.contract.ts';
import { addProductImage, changeProduct, createCollection, createTag } from '../index.ts';

const BY = { actor: 'test', requestId: null };

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const get = (slug: string) => w.http.get(`/api/v1/products/${slug}`);

async function show(slug: string): Promise<Product> {
  const response = await get(slug);
  expect(response.status, response.text).toBe(200);
  // Strict: a stock number or an internal id that slipped in is as wrong as one that is missing.
  return productSchema.strict().parse((response.body as { data: unknown }).data);
}

describe('a standard product', () => {
  it('shows all that its page needs', async () => {
    const product = await aProduct(w, { name: 'Complete figure', priceCents: 2_500, onHand: 4 });
    const { productId } = product;
    const soldOut = await aVariant(w, productId, { priceCents: 4_499, onHand: 0 });
    await aVariant(w, productId, { priceCents: 100, isActive: false });
    const collection = await createCollection(w.app, { ...BY, name: 'Drops' });
    const tag = await createTag(w.app, { ...BY, name: 'Bandai', tagType: 'brand' });
    const category = await createTag(w.app, { ...BY, name: 'aa figures', tagType: 'category' });
    const changes = { collectionIds: [collection.id], tagIds: [tag.id, category.id] };
    await changeProduct(w.app, { ...BY, productId, changes });
    const keys = ['front', 'back'].map((name) => `products/${productId}/${name}.svg`);
    for (const storageKey of keys) {
      await addProductImage(w.app, { ...BY, productId, storageKey, altText: null });
    }

    const shown = await show('complete-figure');
    expect(shown).toMatchObject({
      id: productId,
      name: 'Complete figure',
      slug: 'complete-figure',
      productType: 'standard',
      status: 'active',
      priceCents: 2_500,
      priceRange: { minCents: 2_500, maxCents: 4_499, isRange: true },
      defaultVariantId: product.variantId,
      hasVariantChoices: true,
      isSoldOut: false,
      collections: [{ id: collection.id, name: 'Drops', slug: 'drops' }],
      kujiPrizes: [],
      inventory: null,
    });
    expect(shown.tags.map((found) => found.name)).toEqual(['aa figures', 'Bandai']);
    expect(shown.images.map((image) => [image.storageKey, image.sortOrder])).toEqual([
      [keys[0], 1],
      [keys[1], 2],
    ]);
    expect(shown.images[0]?.url).toBe(w.app.storage.publicUrl(keys[0] ?? ''));
    expect(shown.variants.map((variant) => [variant.id, variant.isAvailable])).toEqual([
      [product.variantId, true],
      [soldOut.variantId, false],
    ]);
    expect(shown).not.toHaveProperty('ticketSummary');
    expect(shown).not.toHaveProperty('soldUnopenedTickets');
  });

  it('agrees with its card', async () => {
    const { productId } = await aProduct(w, { name: 'Twofold' });
    await addProductImage(w.app, {
      ...BY,
      productId,
      storageKey: `products/${productId}/only.svg`,
      altText: 'Only one',
    });
    const response = await w.http.get('/api/v1/products?limit=50');
    const { items } = (response.body as { data: { items: Record<string, unknown>[] } }).data;
    const card = items.find((item) => item.id === productId);
    expect(card).toBeDefined();
    expect(await show('twofold')).toMatchObject(card ?? {});
  });
});

describe('a kuji', () => {
  it('I25 hides what was drawn until it is opened, and counts unsold tickets exactly', async () => {
    const kuji = await aKuji(w, { tickets: 6 });
    const before = await show(kuji.slug);
    expect(before.kujiPrizes.map((p) => [p.prizeCode, p.remainingQuantity])).toEqual([
      ['A', 1],
      ['D', 5],
      ['LO', 1],
    ]);
    expect(before).toMatchObject({
      soldUnopenedTickets: 0,
      ticketSummary: { remainingTickets: 6, totalTickets: 6 },
      inventory: { onHand: 6, reserved: 0, available: 6 },
      variants: [],
    });

    const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    const paid = await show(kuji.slug);
    expect(paid.kujiPrizes).toEqual(before.kujiPrizes);
    expect(paid).toMatchObject({
      soldUnopenedTickets: 2,
      ticketSummary: { remainingTickets: 4, totalTickets: 6 },
      inventory: { onHand: 4 },
    });

    const cookie = await guestCookieOf(w, order.sessionId);
    const revealed = await w.http
      .post(`/api/v1/orders/${order.publicId}/tickets/reveal-all`)
      .set('Cookie', cookie);
    expect(revealed.status).toBe(200);
    const opened = await show(kuji.slug);
    const left = opened.kujiPrizes
      .filter((prize) => prize.prizeTier !== 'LO')
      .reduce((sum, prize) => sum + prize.remainingQuantity, 0);
    expect(left).toBe(4);
    expect(opened.soldUnopenedTickets).toBe(0);
  });

  it('does not count a held ticket as sold', async () => {
    const kuji = await aKuji(w, { tickets: 3 });
    await anOpenCheckout(w, [{ productId: kuji.productId, quantity: 3 }]);
    expect(await show(kuji.slug)).toMatchObject({
      isSoldOut: true,
      soldUnopenedTickets: 0,
      ticketSummary: { remainingTickets: 3, totalTickets: 3 },
      inventory: { onHand: 3, reserved: 3, available: 0 },
    });
  });
});

describe('what is not there', () => {
  it.each(['no-such-product', 'x'.repeat(3_000), '%25', '%27%20OR%201=1', '%F0%9F%98%80', '..%2F'])(
    'answers 404 for %s',
    async (slug) => {
      const response = await get(slug);
      expect(response.status).toBe(404);
      expect(response.body).toMatchObject({
        success: false,
        code: 404,
        data: null,
        errors: { code: 'PRODUCT_NOT_FOUND' },
      });
    },
  );

  it.each(['a%00b', '%E0%A4%A', '%'])('answers 400 for %s', async (slug) => {
    const response = await get(slug);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ success: false, code: 400, data: null });
  });

  it.each(['draft', 'archived'] as const)(
    'answers 404 for a product that is %s',
    async (status) => {
      const { productId, slug } = await aProduct(w);
      await changeProduct(w.app, { ...BY, productId, changes: { status } });
      expect((await get(slug)).status).toBe(404);
      await changeProduct(w.app, { ...BY, productId, changes: { status: 'active' } });
      expect((await get(slug)).status).toBe(200);
    },
  );
});
