import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inTx } from '../../src/db/client.ts';
import { addProductImage, saveTrendingScores } from '../../src/modules/catalog/index.ts';
import { aKuji, anAdmin, aProduct, aVariant, type TestProduct } from '../factories.ts';
import { callAs } from '../call-as.ts';
import { world, type World } from '../world.ts';
import { expectProblem, expectShape, shapes } from './shapes.ts';

/** Endpoints 1 to 13, 70 and 72 of the contract: every field, every null, every code. */

let w: World;
/** With all there can be, and with nothing that can be left out. */
let full: TestProduct;
let bare: { slug: string };
let kuji: { slug: string };

beforeAll(async () => {
  w = await world();
  const admin = await anAdmin(w);
  const call = async (method: 'post' | 'put' | 'patch', path: string, body: object) => {
    const answer = await callAs<{ id: string; slug: string }>(w, admin, [method, path], body);
    expect(answer.status, JSON.stringify(answer)).toBeLessThan(300);
    return answer.data;
  };
  full = await aProduct(w, { name: 'Harbour lantern' });
  await aVariant(w, full.productId, { priceCents: 4_499, onHand: 0 });
  const storageKey = `products/${full.productId}/cover.webp`;
  const picture = { ...full, storageKey, altText: null, actor: 'test', requestId: null };
  await addProductImage(w.app, picture);
  const featured = await call('post', '/admin/collections', { name: 'Featured', slug: 'featured' });
  const brand = await call('post', '/admin/tags', { name: 'Kitsune', slug: '', tagType: 'brand' });
  const memberships = { collectionIds: [featured.id], tagIds: [brand.id], sku: 'LANTERN-1' };
  await call('patch', `/admin/products/${full.productId}`, memberships);
  const { productId, slug } = await aKuji(w);
  kuji = { slug };
  await call('patch', `/admin/products/${productId}`, { collectionIds: [featured.id] });
  bare = await call('post', '/admin/products', {
    ...{ name: 'Harbour cat', productType: 'standard', status: 'active', priceCents: 0 },
    ...{ description: null, currency: 'CAD', sku: null, collectionIds: [], tagIds: [] },
    ...{ onHand: 0, lowStockThreshold: 0 },
  });
  for (const type of ['shipping_returns', 'terms', 'privacy']) {
    await call('post', '/admin/legal', { type, content: 'One.\n\nTwo.' });
  }
  await call('post', '/admin/legal/faq', { question: 'Why?', answer: 'So.', isPublished: true });
  const item = { linkLabel: null, sortOrder: 0, isActive: true };
  await call('put', '/admin/settings/store-banner', {
    enabled: true,
    items: [
      { ...item, message: 'Plain', linkHref: null },
      { ...item, message: 'Linked', linkHref: '/faq' },
    ],
  });
  await inTx(w.app, 'test', (tx) =>
    saveTrendingScores(tx, [{ productId: full.productId, score: 7 }]),
  );
});
afterAll(() => w.close());

const get = (path: string) => w.http.get(path === '/health' ? path : `/api/v1${path}`);

const contactBody = {
  firstName: 'Aiko',
  lastName: '',
  email: 'aiko@example.com',
  inquiryType: 'general',
  message: 'Do you ship to Yukon?',
};

describe('shapes', () => {
  test.each([
    ['1', '/home', shapes.home],
    ['2', '/products', shapes.cards],
    ['2, of one type', '/products?type=kuji', shapes.cards],
    ['2, in its own order', '/products?collection=featured', shapes.cards],
    ['2, of an unknown collection', '/products?collection=none', shapes.nothingFound],
    ['2, of an unknown tag', '/products?tag=none', shapes.nothingFound],
    ['4', '/products/harbour-lantern/recommendations', shapes.recommendations],
    ['5', '/search?q=harbour', shapes.cards],
    ['5, with one character', '/search?q=h', shapes.nothingFound],
    ['6', '/search/autocomplete?q=har', shapes.suggestions],
    ['7', '/collections', shapes.collections],
    ['8', '/tags', shapes.tags],
    ['9, shipping', '/legal/shipping_returns', shapes.legalDocument],
    ['9, terms', '/legal/terms', shapes.legalDocument],
    ['9, privacy', '/legal/privacy', shapes.legalDocument],
    ['10', '/legal/faq', shapes.faq],
    ['11', '/settings/shipping', shapes.shipping],
    ['12', '/settings/store-banner', shapes.banner],
    ['72', '/legal', shapes.legalDocuments],
  ])('endpoint %s: GET %s', async (_number, path, shape) => {
    expectShape(await get(path), 200, shape);
  });

  test.each(['newest', 'trending', 'price_asc', 'price_desc', 'name_asc', 'name_desc'])(
    'endpoint 2 by %s: the cursor leads to the last page, whose cursor is null',
    async (sort) => {
      const cursors: unknown[] = [];
      let query = '';
      do {
        const response = await get(`/products?sort=${sort}&limit=2${query}`);
        expectShape(response, 200, shapes.cards);
        const { nextCursor } = (response.body as { data: { nextCursor: string | null } }).data;
        cursors.push(typeof nextCursor);
        query = nextCursor === null ? '' : `&cursor=${encodeURIComponent(nextCursor)}`;
      } while (query !== '');
      expect(cursors).toEqual(['string', 'object']);
    },
  );

  test('endpoint 3: a product with everything', async () => {
    const response = await get(`/products/${full.slug}`);
    expectShape(response, 200, shapes.product);
    expect(response.body).toMatchObject({
      data: {
        sku: 'LANTERN-1',
        kujiPrizes: [],
        inventory: null,
        tags: [{ tagType: 'brand' }],
        images: [{ altText: null, sortOrder: 1 }],
        collections: [{ slug: 'featured' }],
        variants: [{ isAvailable: true }, { isAvailable: false }],
        priceRange: { minCents: 2_500, maxCents: 4_499, isRange: true },
      },
    });
  });

  test('endpoint 3: a product with nothing has its keys all the same, and never two of them', async () => {
    const response = await get(`/products/${bare.slug}`);
    expectShape(response, 200, shapes.product);
    const { data } = response.body as { data: object };
    expect(data).toMatchObject({
      ...{ description: null, sku: null, inventory: null, isSoldOut: true },
      ...{ images: [], tags: [], collections: [], kujiPrizes: [], hasPriceRange: false },
    });
    expect(Object.keys(data)).not.toContain('ticketSummary');
    expect(Object.keys(data)).not.toContain('soldUnopenedTickets');
  });

  test('endpoint 3: a kuji', async () => {
    const response = await get(`/products/${kuji.slug}`);
    expectShape(response, 200, shapes.product);
    expect(response.body).toMatchObject({
      data: {
        ...{ defaultVariantId: null, variants: [], soldUnopenedTickets: 0 },
        ticketSummary: { remainingTickets: 5, totalTickets: 5 },
        inventory: { onHand: 5, reserved: 0, available: 5, lowStockThreshold: 0 },
        kujiPrizes: [{ description: null, imageUrl: null }, {}, { prizeTier: 'LO' }],
      },
    });
  });

  test('endpoint 6: a suggestion without a picture says null', async () => {
    const response = await get('/search/autocomplete?q=harbour%20cat&limit=1');
    expect(response.body).toMatchObject({ data: { items: [{ thumbnailUrl: null }] } });
    expect((await get('/search/autocomplete?q=h')).body).toMatchObject({ data: { items: [] } });
  });

  test('endpoints 9 to 12 leave nothing empty that must not be', async () => {
    const faq = await get('/legal/faq');
    expect(faq.body).toMatchObject({ data: { items: [{ category: '' }] } });
    const banner = await get('/settings/store-banner');
    expect(banner.body).toMatchObject({
      data: { enabled: true, items: [{ linkHref: null }, { linkHref: '/faq' }] },
    });
  });

  test('endpoint 13', async () => {
    expectShape(await w.http.post('/api/v1/contact').send(contactBody), 200, shapes.null);
  });

  test('endpoint 70, also for who asks for the head only', async () => {
    const response = await get('/health');
    expect(response.body).toMatchObject({
      success: true,
      data: {
        process: {
          uptimeSeconds: expect.any(Number) as number,
          timestamp: expect.any(String) as string,
        },
        database: { state: 'up' },
      },
    });
    const head = await w.http.head('/health');
    expect([head.status, head.text]).toEqual([200, undefined]);
  });
});

describe('refusals', () => {
  test.each([
    ['2', '/products?sort=featured', 'sort'],
    ['2', '/products?sort=', 'sort'],
    ['2', '/products?type=all', 'type'],
    ['2', '/products?limit=51', 'limit'],
    ['2', `/products?collection=${'x'.repeat(201)}`, 'collection'],
    ['4', '/products/harbour-lantern/recommendations?limit=13', 'limit'],
    ['5', `/search?q=${'x'.repeat(201)}`, 'q'],
    ['5', '/search?q=a&q=b', 'q'],
    ['5', '/search?q=lantern&limit=51', 'limit'],
    ['6', `/search/autocomplete?q=${'x'.repeat(201)}`, 'q'],
    ['6', '/search/autocomplete?q=lantern&limit=11', 'limit'],
  ])('endpoint %s: GET %s names the field %s', async (_number, path, field) => {
    const response = await get(path);
    expectProblem(response, 400, 'VALIDATION_FAILED');
    const { fields } = (response.body as { errors: { fields: Record<string, string[]> } }).errors;
    expect(Object.keys(fields)).toEqual([field]);
    expect(fields[field]?.[0]).toMatch(/\S/);
  });

  test.each([
    ['3', '/products/none', 'PRODUCT_NOT_FOUND'],
    ['4', '/products/none/recommendations', 'PRODUCT_NOT_FOUND'],
    ['9', '/legal/none', 'LEGAL_DOCUMENT_NOT_FOUND'],
    ['9, the name of the page', '/legal/shipping-returns', 'LEGAL_DOCUMENT_NOT_FOUND'],
    ['9, a key of every object', '/legal/__proto__', 'LEGAL_DOCUMENT_NOT_FOUND'],
    ['9, another case', '/legal/TERMS', 'LEGAL_DOCUMENT_NOT_FOUND'],
  ])('endpoint %s: GET %s is unknown', async (_number, path, code) => {
    expectProblem(await get(path), 404, code);
  });

  test.each([
    ['firstName', { firstName: '' }],
    ['firstName', { firstName: 'x'.repeat(51) }],
    ['firstName', { firstName: null }],
    ['lastName', { lastName: 'x'.repeat(51) }],
    ['email', { email: 'nobody' }],
    ['inquiryType', { inquiryType: 'complaint' }],
    ['orderNumber', { inquiryType: 'order-support' }],
    ['orderNumber', { inquiryType: 'shipping-support', orderNumber: ' ' }],
    ['orderNumber', { inquiryType: 'ticket-support', orderNumber: 'x'.repeat(51) }],
    ['requestedSeries', { inquiryType: 'product-request' }],
    ['requestedSeries', { inquiryType: 'product-request', requestedSeries: 'x'.repeat(121) }],
    ['message', { message: 'Too short.' }],
    ['message', { message: 'x'.repeat(1_001) }],
  ])('endpoint 13 names the field %s of %j', async (field, wrong) => {
    const response = await w.http.post('/api/v1/contact').send({ ...contactBody, ...wrong });
    expectProblem(response, 400, 'VALIDATION_FAILED');
    expect(Object.keys((response.body as { errors: { fields: object } }).errors.fields)).toEqual([
      field,
    ]);
  });
});
