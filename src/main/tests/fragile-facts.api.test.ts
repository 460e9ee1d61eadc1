import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ADMIN_EMAIL } from '../../../sandbox/supabase/people.ts';
import { supabaseOf } from '../../../sandbox/supabase/supabase-state.ts';
import {
  aCustomer,
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aPerson,
  aProduct,
  aVariant,
  checkout,
  checkoutBody,
  guestCookieOf,
} from '../../../testing/factories.ts';
import { world, type World } from '../../../testing/world.ts';
import { addProductImage, createCollection, createProduct } from '../../modules/catalog/index.ts';

/**
 * What the storefront breaks on if it is wrong, by the numbers of its contract. The shapes are written here again, as the
 * storefront checks them, so that a change of ours does not change what is expected.
 */

const BY = { actor: 'test', requestId: null };
/** As strict as the cart: with a version and a variant digit. */
const id = z
  .string()
  .regex(/^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i);
const count = z.int().min(0);
const filled = z.string().min(1);
const iso = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let w: World;
let admin: string;
beforeAll(async () => {
  w = await world();
  admin = (await anAdmin(w)).token;
});
afterAll(() => w.close());

const dataOf = (response: Response): unknown => {
  expect(response.status, response.text).toBeLessThan(300);
  return (response.body as { data: unknown }).data;
};
const codeOf = (response: Response) =>
  (response.body as { errors?: { code?: unknown } }).errors?.code;
const quote = (body: object) => w.http.post('/api/v1/checkout/quote').send(body);
const asAdmin = (method: 'get' | 'post' | 'patch', path: string) =>
  w.http[method](`/api/v1/admin${path}`).set('Authorization', `Bearer ${admin}`);
const line = async () => {
  const { productId, variantId } = await aProduct(w);
  return { productId, productVariantId: variantId, quantity: 1 };
};
const show = async (slug: string) => dataOf(await w.http.get(`/api/v1/products/${slug}`));

test('fact 1: a checkout session answers 201', async () => {
  expect((await checkout(w, checkoutBody([await line()]))).status).toBe(201);
});

test('fact 2: the checkout URL is the one of Stripe, untouched', async () => {
  const opened = await anOpenCheckout(w, [await line()]);
  const session = await w.app.stripe.retrieveSession(opened.sessionId);
  expect(opened.checkoutUrl).toBe(session?.url);
});

describe('errors of every layer', () => {
  const json = { 'Content-Type': 'application/json' };
  const layers: [string, string, () => PromiseLike<Response>][] = [
    ['validation', 'VALIDATION_FAILED', () => w.http.post('/api/v1/contact').send({})],
    ['an unknown route', 'NOT_FOUND', () => w.http.get('/api/v1/nothing')],
    [
      'the body parser',
      'MALFORMED_REQUEST',
      () => w.http.post('/api/v1/contact').set(json).send('{'),
    ],
    [
      'the size limit',
      'BODY_TOO_LARGE',
      () => w.http.post('/api/v1/contact').send({ message: 'x'.repeat(1_100_000) }),
    ],
    ['the guard', 'AUTH_REQUIRED', () => w.http.get('/api/v1/admin/products')],
    ['a use case', 'PRODUCT_NOT_FOUND', () => w.http.get('/api/v1/products/nothing')],
    ['the path decoder', 'MALFORMED_REQUEST', () => w.http.get('/api/v1/products/%ff')],
    [
      'the upload parser',
      'MALFORMED_REQUEST',
      async () => {
        const { productId } = await aProduct(w);
        return asAdmin('post', `/products/${productId}/images`)
          .set('Content-Type', 'multipart/form-data; boundary=b')
          .send('--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx');
      },
    ],
    [
      'the check of an image',
      'IMAGE_TYPE_UNSUPPORTED',
      async () => {
        const { productId } = await aProduct(w);
        const request = asAdmin('post', `/products/${productId}/images`);
        return request.attach('file', Buffer.from('GIF89a'), 'x.png');
      },
    ],
    ['a limit', 'RATE_LIMITED', writeTooOften],
    ['a crash', 'INTERNAL_ERROR', crash],
  ];

  test.each(layers)('fact 3: %s answers the envelope', async (_layer, _code, provoke) => {
    const response = await provoke();
    const envelope = z.object({
      status: z.literal('error'),
      code: z.literal(response.status),
      success: z.literal(false),
      message: z.string().regex(/\S/),
      data: z.null(),
      requestId: z.literal(response.headers['x-request-id'] ?? ''),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.type).toBe('application/json');
    envelope.parse(response.body);
  });

  test.each(layers)('fact 4: %s tells %s in errors.code', async (_layer, code, provoke) => {
    const { errors } = z.object({ errors: z.looseObject({}) }).parse((await provoke()).body);
    expect(errors.code).toBe(code);
  });

  async function writeTooOften(): Promise<Response> {
    const message = {
      ...{ firstName: 'Aiko', email: 'often@example.com', inquiryType: 'general' },
      message: 'The same question again and again.',
    };
    let response = await w.http.post('/api/v1/contact').send(message);
    for (let time = 0; time < 50 && response.status !== 429; time += 1) {
      response = await w.http.post('/api/v1/contact').send(message);
    }
    expect(response.headers['retry-after']).toMatch(/^\d+$/);
    return response;
  }

  /** A table is gone while somebody asks for it. */
  async function crash(): Promise<Response> {
    const { pool } = w.app.database;
    await pool.query('ALTER TABLE popbox.faq_items RENAME TO faq_items_gone');
    try {
      return await asAdmin('get', '/legal/faq');
    } finally {
      await pool.query('ALTER TABLE popbox.faq_items_gone RENAME TO faq_items');
    }
  }
});

test('fact 5: admin routes answer 403 to who is no admin only, prize writes 409 to a duplicate code only', async () => {
  const customer = await aCustomer(w);
  const refused = await w.http
    .get('/api/v1/admin/products')
    .set('Authorization', `Bearer ${customer.token}`);
  expect(refused.status).toBe(403);
  const addTo = async (productId: string) => {
    const response = await asAdmin('post', `/products/${productId}/kuji-prizes`).send({
      prizeCode: 'B',
      prizeTier: 'B',
      name: 'Lantern',
      initialQuantity: 1,
    });
    return response.status;
  };
  const draft = await createProduct(w.app, {
    ...BY,
    name: 'Box to be',
    productType: 'kuji',
    status: 'draft',
    priceCents: 1_500,
    collectionIds: [],
  });
  expect([await addTo(draft.id), await addTo(draft.id)]).toEqual([201, 409]);
  // One on sale is frozen, a standard product has no prizes: neither is a duplicate.
  const elsewhere = [(await aKuji(w)).productId, (await aProduct(w)).productId];
  for (const productId of elsewhere) expect([403, 409]).not.toContain(await addTo(productId));
});

test('fact 6: a bad customer token is a 401 AUTH_TOKEN_INVALID', async () => {
  const bad = ['Authorization', 'Bearer bad.token.here'] as const;
  const body = checkoutBody([await line()]);
  const expired = await supabaseOf(w.sandbox.core).issueToken({
    claims: { exp: Math.floor(Date.now() / 1000) - 60 },
  });
  for (const response of [
    await quote(body).set(...bad),
    await w.http.get('/api/v1/account/profile').set(...bad),
    await w.http.get('/api/v1/account/orders').set('Authorization', `Bearer ${expired}`),
  ]) {
    expect([response.status, codeOf(response)]).toEqual([401, 'AUTH_TOKEN_INVALID']);
  }
});

test('fact 7: the profile answers CUSTOMER_ACCOUNT_REQUIRED to an admin, who may shop as a guest', async () => {
  const response = await w.http
    .get('/api/v1/account/profile')
    .set('Authorization', `Bearer ${admin}`);
  expect([response.status, codeOf(response)]).toEqual([403, 'CUSTOMER_ACCOUNT_REQUIRED']);
  expect((await quote(checkoutBody([await line()]))).status).toBe(200);
});

test('fact 8: the profile makes the customer at its first call and answers the verified e-mail', async () => {
  const person = await aPerson(w, { email: 'Fact.Eight@Example.com' });
  const read = async () =>
    dataOf(
      await w.http.get('/api/v1/account/profile').set('Authorization', `Bearer ${person.token}`),
    );
  const profile = await read();
  expect(profile).toMatchObject({
    account: { id: person.userId, email: 'fact.eight@example.com', emailVerified: true },
    profile: { firstName: null, lastName: null, phone: null },
  });
  expect(await read()).toEqual(profile);
  // What the storefront does next with it.
  const body = checkoutBody([await line()], { email: 'fact.eight@example.com' });
  expect((await quote(body).set('Authorization', `Bearer ${person.token}`)).status).toBe(200);
});

const card = z
  .object({
    id,
    name: filled,
    slug: filled,
    description: z.string().nullable(),
    updatedAt: iso,
    productType: z.enum(['standard', 'kuji']),
    status: z.literal('active'),
    priceCents: count,
    minPriceCents: count,
    maxPriceCents: count,
    hasPriceRange: z.boolean(),
    isSoldOut: z.boolean(),
    defaultVariantId: id.nullable(),
    hasVariantChoices: z.boolean(),
    currency: z.literal('CAD'),
    images: z.array(
      z.object({
        id: filled,
        storageKey: filled,
        url: filled,
        altText: z.string().nullable(),
        sortOrder: z.int(),
      }),
    ),
    inventory: z
      .object({ onHand: count, reserved: count, available: count, lowStockThreshold: count })
      .nullable(),
    ticketSummary: z.object({ remainingTickets: count, totalTickets: count }).optional(),
  })
  .refine((one) => one.minPriceCents <= one.maxPriceCents, 'the range is upside down');

test('fact 9: cards carry a price range, flags and the time of their last change', async () => {
  const { productId } = await aProduct(w);
  await aVariant(w, productId, { priceCents: 4_499, onHand: 0 });
  await aKuji(w);
  const home = z
    .object({ allProductsPreview: z.array(card).min(2) })
    .parse(dataOf(await w.http.get('/api/v1/home')));
  const { items } = z
    .object({ items: z.array(card).min(2) })
    .parse(dataOf(await w.http.get('/api/v1/products')));
  for (const list of [home.allProductsPreview, items]) {
    expect(list.find((one) => one.id === productId)).toMatchObject({
      minPriceCents: 2_500,
      maxPriceCents: 4_499,
      hasPriceRange: true,
      isSoldOut: false,
      hasVariantChoices: true,
    });
  }
});

test('fact 10: a standard product has variants and names one as the default', async () => {
  const product = await aProduct(w);
  const shown = z
    .object({ variants: z.array(z.object({ id })).min(1), defaultVariantId: id })
    .parse(await show(product.slug));
  expect(shown.variants.map((variant) => variant.id)).toContain(shown.defaultVariantId);
});

test('fact 11: product pages pass the check of the cart', async () => {
  const product = await aProduct(w);
  const storageKey = `products/${product.productId}/cover.webp`;
  await addProductImage(w.app, { ...BY, ...product, storageKey, altText: null });
  const standard = await show(product.slug);
  card.parse(standard);
  expect(standard).toMatchObject({ inventory: null, images: [{ storageKey }] });
  expect(standard).not.toHaveProperty('ticketSummary');
  const kuji = await show((await aKuji(w)).slug);
  card.parse(kuji);
  expect(kuji).toHaveProperty('ticketSummary');
});

test('fact 12: explicit nulls are taken and no billing address is missed', async () => {
  const body = checkoutBody([await line()]);
  expect(body).toMatchObject({
    shippingAddress: { line2: null, phone: null },
    customerNote: null,
    billingSameAsShipping: true,
  });
  expect(body).not.toHaveProperty('billingAddress');
  expect((await quote(body)).status).toBe(200);
  expect((await checkout(w, body)).status).toBe(201);
});

test('fact 13: a suggestion is complete and not repeated once it is confirmed', async () => {
  const typed = checkoutBody([await line()]);
  // The letter O where the digit 0 belongs.
  const shippingAddress = { ...typed.shippingAddress, postalCode: 'T2G OX3' };
  const typo = await quote({ ...typed, shippingAddress });
  expect([typo.status, codeOf(typo)]).toEqual([422, 'ADDRESS_NEEDS_CONFIRMATION']);
  const { suggestedAddress } = z
    .object({
      suggestedAddress: z.object({
        line1: filled,
        city: filled,
        province: z.string().length(2),
        postalCode: filled,
        countryCode: z.literal('CA'),
      }),
    })
    .parse((typo.body as { errors: unknown }).errors);
  const confirmed = {
    ...typed,
    shippingAddress: { ...shippingAddress, ...suggestedAddress },
    confirmedAddress: true,
  };
  expect((await quote(confirmed)).status).toBe(200);
});

test('fact 14: the success page may be read again and again, before and after the order is final', async () => {
  const kuji = await aKuji(w);
  const standard = await line();
  const order = await aPaidOrder(w, [standard, { productId: kuji.productId, quantity: 1 }]);
  for (let time = 0; time < 2; time += 1) {
    const response = await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: order.sessionId });
    expect([response.status, response.headers['set-cookie']]).toEqual([200, [expect.any(String)]]);
    expect(dataOf(response)).toMatchObject({
      pending: false,
      order: {
        items: expect.arrayContaining([
          expect.objectContaining({ variantId: standard.productVariantId }),
        ]) as unknown,
        tickets: [{ prize: null }],
      },
    });
  }
  const unpaid = await anOpenCheckout(w, [await line()]);
  const early = await w.http
    .get('/api/v1/checkout/success')
    .query({ session_id: unpaid.sessionId });
  expect(early.status).toBe(409);
});

test('fact 14: what is pending says so in words and sets no cookie', async () => {
  const opened = await anOpenCheckout(w, [await line()]);
  w.sandbox.pay(opened.sessionId, 'processing');
  await w.drain();
  const response = await w.http
    .get('/api/v1/checkout/success')
    .query({ session_id: opened.sessionId });
  expect([response.status, response.headers['set-cookie']]).toEqual([202, undefined]);
  expect(dataOf(response)).toEqual({
    pending: true,
    retryable: true,
    publicId: opened.publicId,
    status: 'pending_payment',
    message: expect.stringMatching(/\S/) as string,
  });
});

test('fact 15: the link in the mail sets the cookie, too', async () => {
  const order = await aPaidOrder(w, [await line()]);
  const mail = w.sandbox.mails().find(({ key }) => key === `order-confirmed/${order.orderId}`);
  const link = new RegExp(`/orders/${order.publicId}\\?token=([\\w.~%-]+)`).exec(mail?.html ?? '');
  const response = await w.http
    .get(`/api/v1/orders/${order.publicId}/access?token=${link?.[1] ?? ''}`)
    .redirects(0);
  expect(response.status).toBe(302);
  const [cookie] = z.array(z.string()).parse(response.headers['set-cookie']);
  expect(cookie).toMatch(/; Path=\/(;|$)/);
  const shown = await w.http
    .get(`/api/v1/orders/${order.publicId}`)
    .set('Cookie', cookie?.split(';')[0] ?? '');
  expect(dataOf(shown)).toMatchObject({ publicId: order.publicId });
});

test('fact 15: the guest cookie is for every path of the host, also without https', async () => {
  const { sessionId } = await aPaidOrder(w, [await line()]);
  const response = await w.http.get('/api/v1/checkout/success').query({ session_id: sessionId });
  const [cookie] = z.array(z.string()).parse(response.headers['set-cookie']);
  expect(cookie).toMatch(/; Path=\/(;|$)/);
  expect(cookie).toMatch(/; SameSite=Lax/);
  expect(cookie).not.toMatch(/; (Secure|Domain)/);
});

test('fact 16: a prize stays hidden until its ticket is opened', async () => {
  const kuji = await aKuji(w);
  const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
  const cookie = await guestCookieOf(w, order.sessionId);
  const tickets = `/api/v1/orders/${order.publicId}/tickets`;
  const view = z.object({
    tickets: z.array(z.object({ id: filled, prize: z.object({ name: filled }).nullable() })),
  });
  const before = view.parse(dataOf(await w.http.get(tickets).set('Cookie', cookie)));
  expect(before.tickets.map((ticket) => ticket.prize)).toEqual([null, null]);
  const ticketId = before.tickets[0]?.id ?? '';
  const opened = dataOf(await w.http.post(`${tickets}/${ticketId}/reveal`).set('Cookie', cookie));
  expect(opened).toMatchObject({ id: ticketId, prize: { name: expect.any(String) as string } });
  const all = view.parse(dataOf(await w.http.post(`${tickets}/reveal-all`).set('Cookie', cookie)));
  expect(all.tickets.filter((ticket) => ticket.prize !== null)).toHaveLength(2);
});

test('fact 16: the same in an account, and the answer has the id that was asked for', async () => {
  const person = await aPerson(w);
  const kuji = await aKuji(w);
  const { publicId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }], {
    email: person.email,
  });
  const call = async (method: 'get' | 'post', path: string) =>
    dataOf(
      await w.http[method](`/api/v1/account${path}`).set('Authorization', `Bearer ${person.token}`),
    );
  const entry = z.object({ id: filled, prize: z.object({ name: filled }).nullable() });
  const history = z.object({ items: z.array(entry) });
  const before = history.parse(await call('get', '/kuji-history'));
  expect(before.items.map(({ prize }) => prize)).toEqual([null, null]);
  const ticketId = before.items[0]?.id ?? '';
  const tickets = `/orders/${publicId}/tickets`;
  const opened = entry.parse(await call('post', `${tickets}/${ticketId}/reveal`));
  expect([opened.id, opened.prize === null]).toEqual([ticketId, false]);
  const all = z
    .object({ results: z.array(entry) })
    .parse(await call('post', `${tickets}/reveal-all`));
  expect(all.results.filter(({ prize }) => prize !== null)).toHaveLength(2);
});

test('fact 17: shipping settings have five fields, thresholds in order', async () => {
  const shipping = z
    .object({
      flatShippingCents: count,
      calgaryFreeShippingThresholdCents: count,
      albertaFreeShippingThresholdCents: count,
      freeShippingThresholdCents: count,
      currency: z.literal('CAD'),
    })
    .parse(dataOf(await w.http.get('/api/v1/settings/shipping')));
  const thresholds = [
    shipping.calgaryFreeShippingThresholdCents,
    shipping.albertaFreeShippingThresholdCents,
    shipping.freeShippingThresholdCents,
  ];
  expect(thresholds).toEqual(thresholds.toSorted((a, b) => a - b));
});

test('fact 18: the admin product list takes “all” for each filter and counts', async () => {
  const collection = await createCollection(w.app, { ...BY, name: 'New', slug: 'new' });
  const { productId } = await aProduct(w);
  const first = { limit: 25, sort: 'created_desc' };
  const filters = { status: 'all', productType: 'all', collectionId: 'all', tagId: 'all' };
  const list = z.object({
    items: z.array(z.object({ id })),
    nextCursor: z.string().nullable(),
    totalCount: count,
  });
  const get = async (query: object) =>
    list.parse(dataOf(await asAdmin('get', '/products').query({ ...first, ...query })));
  const page = await get(filters);
  expect(page.items[0]?.id).toBe(productId);
  expect(page.totalCount).toBeGreaterThanOrEqual(page.items.length);
  expect((await get({ ...filters, collectionId: collection.id })).totalCount).toBe(0);
});

test('fact 18: the admin order list takes what the dashboard sends first', async () => {
  const { orderId } = await aPaidOrder(w, [await line()]);
  const first = { status: 'all', sort: 'date_desc', limit: 25 };
  const list = z.object({
    items: z.array(
      z.object({
        id,
        publicId: filled,
        status: filled,
        attention: z.object({ message: filled }).nullable(),
        customerNote: z.string().nullable(),
        totalCents: count,
        currency: z.literal('CAD'),
        placedAt: iso.nullable(),
        createdAt: iso,
        customer: z.object({
          id,
          email: filled,
          firstName: z.string().nullable(),
          lastName: z.string().nullable(),
        }),
      }),
    ),
    nextCursor: z.string().nullable(),
  });
  const get = async (query: object) =>
    list.parse(dataOf(await asAdmin('get', '/orders').query({ ...first, ...query })));
  expect((await get({})).items[0]?.id).toBe(orderId);
  expect((await get({ search: '', cursor: '' })).items[0]?.id).toBe(orderId);
  expect((await get({ status: 'shipped' })).items).toEqual([]);
});

test('fact 19: image URLs are public addresses of the bucket below products/', async () => {
  const product = await aProduct(w);
  const storageKey = `products/${product.productId}/cover.webp`;
  await addProductImage(w.app, { ...BY, ...product, storageKey, altText: null });
  expect(await show(product.slug)).toMatchObject({
    images: [{ url: `${w.sandbox.url}/storage/v1/object/public/product-images/${storageKey}` }],
  });
});

test('fact 20: a customer needs a confirmed address', async () => {
  const person = await aPerson(w, { isVerified: false });
  const response = await w.http
    .get('/api/v1/account/profile')
    .set('Authorization', `Bearer ${person.token}`);
  expect([response.status, codeOf(response)]).toEqual([403, 'EMAIL_NOT_VERIFIED']);
});

test('fact 20: admins need a session and a time of sign-in, signed by a key with a name', async () => {
  const ask = async (options: object) => {
    const token = await supabaseOf(w.sandbox.core).issueToken({ email: ADMIN_EMAIL, ...options });
    const response = await w.http
      .get('/api/v1/admin/products')
      .set('Authorization', `Bearer ${token}`);
    return response.status;
  };
  expect(await ask({})).toBe(200);
  expect(await ask({ claims: { session_id: undefined } })).toBe(401);
  expect(await ask({ claims: { amr: undefined } })).toBe(401);
  expect(await ask({ alg: 'HS256' })).toBe(401);
});
