import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_EMAIL, CUSTOMER_EMAIL } from '../../../../sandbox/supabase/people.ts';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aCustomer,
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  aVariant,
  checkout,
  checkoutBody,
  type CartItem,
  type SignedIn,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { aBrowser } from '../../../../testing/shop-in-browser.ts';
import { world, type World } from '../../../../testing/world.ts';
import { changeProduct } from '../../catalog/index.ts';
import { expireOrder } from '../index.ts';
import type { CheckoutSettings, KujiSettings } from '../../settings/index.ts';
import { detailsOf, statusOf, tellAnswer } from './look-at-checkout.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world({ poolMax: 25 });
  admin = await anAdmin(w);
});
afterEach(async () => {
  w.clock.offsetMs = 0;
  await w.app.database.pool.query(`DELETE FROM popbox.settings WHERE key IN ('kuji', 'checkout')`);
});
afterAll(() => w.close());

const some = ({ productId, variantId }: TestProduct, quantity = 1): CartItem => ({
  productId,
  productVariantId: variantId,
  quantity,
});
const quote = (body: object) => w.http.post('/api/v1/checkout/quote').send(body);

async function aLimited(purchaseLimit: number, onHand = 50): Promise<TestProduct> {
  const product = await aProduct(w, { onHand });
  await changeProduct(w.app, {
    productId: product.productId,
    changes: { purchaseLimit },
    actor: 'test',
    requestId: null,
  });
  return product;
}

async function limitKuji(changes: Partial<KujiSettings>): Promise<void> {
  const { data } = await callAs<KujiSettings>(w, admin, ['get', '/admin/settings/kuji']);
  const saved = await callAs(w, admin, ['put', '/admin/settings/kuji'], { ...data, ...changes });
  expect(saved.status).toBe(200);
}

async function setCheckout(changes: Partial<CheckoutSettings>): Promise<void> {
  const { data } = await callAs<CheckoutSettings>(w, admin, ['get', '/admin/settings/checkout']);
  const body = { ...data, ...changes };
  expect((await callAs(w, admin, ['put', '/admin/settings/checkout'], body)).status).toBe(200);
}

describe('the purchase limit of a product', () => {
  it('holds over one order, its variants together; a quote says so as well', async () => {
    const product = await aLimited(3);
    const { variantId } = await aVariant(w, product.productId, { onHand: 10 });
    const cart = [some(product, 2), some({ ...product, variantId }, 2)];
    for (const answer of [await quote(checkoutBody(cart)), await checkout(w, checkoutBody(cart))]) {
      expect(tellAnswer(answer)).toBe('409 PURCHASE_LIMIT_EXCEEDED');
      const { productId } = product;
      expect(detailsOf(answer)).toMatchObject({
        lines: [{ productId, limit: 3, requested: 4, allowed: 3 }],
      });
    }
    const fits = [some(product, 2), some({ ...product, variantId }, 1)];
    expect(tellAnswer(await checkout(w, checkoutBody(fits)))).toBe('201');
  });

  it('holds over what a guest has paid for and holds, however the inbox is written', async () => {
    const product = await aLimited(3);
    await aPaidOrder(w, [some(product)], { email: 'ann.lee@gmail.com' });
    await anOpenCheckout(w, [some(product)], { email: 'AnnLee+drop@googlemail.com' });
    const email = 'annlee@gmail.com';
    const tooMany = await checkout(w, checkoutBody([some(product, 2)], { email }));
    expect(tellAnswer(tooMany)).toBe('409 PURCHASE_LIMIT_EXCEEDED');
    expect(detailsOf(tooMany)).toMatchObject({ lines: [{ allowed: 1 }] });
    // A quote does not tell a stranger what she bought.
    expect((await quote(checkoutBody([some(product, 2)], { email }))).status).toBe(200);
    expect(tellAnswer(await checkout(w, checkoutBody([some(product)], { email })))).toBe('201');
    const other = await checkout(w, checkoutBody([some(product, 3)]));
    expect(tellAnswer(other)).toBe('201');
  });

  it('does not count what was given up, cancelled or refunded', async () => {
    const product = await aLimited(2);
    const shopper = aBrowser(w);
    const email = 'bob@example.com';
    const first = await shopper.open([some(product, 2)], { email });
    const second = await shopper.open([some(product, 2)], { email });
    expect(await statusOf(w, first)).toBe('cancelled');
    await shopper.cancel(second.publicId);
    const third = await shopper.open([some(product, 2)], { email });
    w.sandbox.pay(third.sessionId, 'paid');
    await w.drain();
    const another = await shopper.checkout(checkoutBody([some(product)], { email }));
    expect(tellAnswer(another)).toBe('409 PURCHASE_LIMIT_EXCEEDED');
    const refunded = await w.http
      .post(`/api/v1/admin/orders/${third.orderId}/refund`)
      .set({ Authorization: `Bearer ${admin.token}`, 'Idempotency-Key': 'refund-third' })
      .send({});
    expect(refunded.status).toBeLessThan(300);
    await w.drain();
    expect(await statusOf(w, third)).toBe('refunded');
    const again = await shopper.checkout(checkoutBody([some(product, 2)], { email }));
    expect(tellAnswer(again)).toBe('201');
  });

  it('of an account counts what strangers paid for under its e-mail, not what they only hold', async () => {
    const product = await aLimited(2);
    const { token } = await aCustomer(w);
    const mine = { email: CUSTOMER_EMAIL };
    const holding = await aBrowser(w).open([some(product, 2)], mine);
    const asGuest = await aBrowser(w).checkout(checkoutBody([some(product)], mine));
    expect(tellAnswer(asGuest)).toBe('409 PURCHASE_LIMIT_EXCEEDED');
    const account = aBrowser(w, token);
    await account.open([some(product, 2)], mine);
    w.sandbox.pay(holding.sessionId, 'paid');
    await w.drain();
    const more = await account.checkout(checkoutBody([some(product)], mine));
    expect(tellAnswer(more)).toBe('409 PURCHASE_LIMIT_EXCEEDED');
  });
});

describe('unpaid checkouts', () => {
  it('are limited for a browser that Stripe keeps from closing its older ones', async () => {
    const product = await aProduct(w, { onHand: 50 });
    const shopper = aBrowser(w);
    w.sandbox.fault({
      match: 'POST /v1/checkout/sessions/:id/expire',
      kind: 'error_500',
      times: 100,
    });
    for (let i = 0; i < 3; i += 1) await shopper.open([some(product)]);
    const fourth = await shopper.checkout(checkoutBody([some(product)]));
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    expect(tellAnswer(fourth)).toBe('409 TOO_MANY_OPEN_CHECKOUTS');
    expect(detailsOf(fourth)).toMatchObject({ allowed: 3 });
    // Stripe is back: the old ones are closed and the next goes through.
    expect(tellAnswer(await shopper.checkout(checkoutBody([some(product)])))).toBe('201');
  });

  it('are limited for an inbox of guests, but a stranger cannot lock its account out', async () => {
    await setCheckout({ maxOpenPerMailbox: 2 });
    const product = await aProduct(w, { onHand: 50 });
    const mine = { email: CUSTOMER_EMAIL };
    const stranger = () => checkout(w, checkoutBody([some(product)], mine));
    const answers = [await stranger(), await stranger(), await stranger()];
    expect(answers.map(tellAnswer)).toEqual(['201', '201', '409 TOO_MANY_OPEN_CHECKOUTS']);
    const { token } = await aCustomer(w);
    const account = await aBrowser(w, token).checkout(checkoutBody([some(product)], mine));
    expect(tellAnswer(account)).toBe('201');
  });
});

describe('kuji limits', () => {
  it('tickets of an order', async () => {
    await limitKuji({ maxTicketsPerOrder: 3 });
    const [a, b] = [await aKuji(w, { tickets: 10 }), await aKuji(w, { tickets: 10 })];
    const cart = [
      { productId: a.productId, quantity: 2 },
      { productId: b.productId, quantity: 2 },
    ];
    for (const answer of [await quote(checkoutBody(cart)), await checkout(w, checkoutBody(cart))]) {
      expect(tellAnswer(answer)).toBe('409 KUJI_LIMIT_EXCEEDED');
      expect(detailsOf(answer)).toMatchObject({ limit: 'order', max: 3, requested: 4, allowed: 3 });
    }
  });

  it('tickets of a person and set, paid and held', async () => {
    await limitKuji({ maxTicketsPerPersonAndSet: 3 });
    const [a, b] = [await aKuji(w, { tickets: 10 }), await aKuji(w, { tickets: 10 })];
    const email = 'cleo@example.com';
    const of = (productId: string, quantity: number) =>
      checkout(w, checkoutBody([{ productId, quantity }], { email }));
    await aPaidOrder(w, [{ productId: a.productId, quantity: 2 }], { email });
    const tooMany = await of(a.productId, 2);
    expect(tellAnswer(tooMany)).toBe('409 KUJI_LIMIT_EXCEEDED');
    expect(detailsOf(tooMany)).toMatchObject({ limit: 'set', max: 3, allowed: 1 });
    expect(tellAnswer(await of(a.productId, 1))).toBe('201');
    expect(tellAnswer(await of(a.productId, 1))).toBe('409 KUJI_LIMIT_EXCEEDED');
    expect(tellAnswer(await of(b.productId, 3))).toBe('201');
  });

  it('tickets of a person and day, by the shop’s calendar', async () => {
    await limitKuji({ maxTicketsPerPersonAndDay: 2 });
    const kuji = await aKuji(w, { tickets: 10 });
    const email = 'dora@example.com';
    const one = [{ productId: kuji.productId, quantity: 1 }];
    await aPaidOrder(w, one, { email });
    await aPaidOrder(w, one, { email });
    const third = await checkout(w, checkoutBody(one, { email }));
    expect(detailsOf(third)).toMatchObject({ limit: 'day', max: 2, requested: 1, allowed: 0 });
    // The same hour of the next day.
    w.clock.offsetMs = 24 * 3600 * 1000;
    expect(tellAnswer(await checkout(w, checkoutBody(one, { email })))).toBe('201');
  });

  // Red if the day is that of the server: in the winter it begins at five in the afternoon of the shop.
  it('and that day ends at midnight in Calgary', async () => {
    await limitKuji({ maxTicketsPerPersonAndDay: 1 });
    const kuji = await aKuji(w, { tickets: 10 });
    const body = checkoutBody([{ productId: kuji.productId, quantity: 1 }]);
    const buyAt = async (time: string) => {
      w.clock.offsetMs = Date.parse(time) - Date.now();
      return tellAnswer(await checkout(w, body));
    };
    expect(await buyAt('2031-01-14T16:30:00-07:00')).toBe('201');
    expect(await buyAt('2031-01-14T23:30:00-07:00')).toBe('409 KUJI_LIMIT_EXCEEDED');
    expect(await buyAt('2031-01-15T00:30:00-07:00')).toBe('201');
  });

  // Red if it is sold like other gifts: a draw follows from a payment, and there is none.
  it('no ticket for nothing', async () => {
    const { data } = await callAs<object>(w, admin, ['get', '/admin/settings/shipping']);
    const ship = (settings: object) =>
      callAs(w, admin, ['put', '/admin/settings/shipping'], settings);
    await ship({ ...data, flatShippingCents: 0 });
    const kuji = await aKuji(w, { priceCents: 0 });
    const answer = await checkout(w, checkoutBody([{ productId: kuji.productId, quantity: 1 }]));
    await ship(data);
    expect(tellAnswer(answer)).toBe('422 KUJI_NEEDS_PAYMENT');
  });

  it('provinces to which kuji are not sold; other goods are', async () => {
    await limitKuji({ blockedProvinces: ['QC', 'AB', 'QC'] });
    const kuji = await aKuji(w);
    const body = checkoutBody([{ productId: kuji.productId, quantity: 1 }]);
    for (const answer of [await quote(body), await checkout(w, body)]) {
      expect(tellAnswer(answer)).toBe('409 KUJI_REGION_BLOCKED');
      expect(detailsOf(answer)).toMatchObject({ province: 'AB' });
    }
    const goods = checkoutBody([some(await aProduct(w))]);
    expect(tellAnswer(await checkout(w, goods))).toBe('201');
  });

  it('the stop switch, and the pause of one box: what is paid is served all the same', async () => {
    const [a, b] = [await aKuji(w), await aKuji(w)];
    const cart = ({ productId }: { productId: string }) => [{ productId, quantity: 1 }];
    const [held, late] = [await anOpenCheckout(w, cart(a)), await anOpenCheckout(w, cart(a))];
    const { rows } = await w.app.database.pool.query<{ id: string }>(
      'SELECT id FROM popbox.kuji_sets WHERE product_id = $1',
      [a.productId],
    );
    const setId = rows[0]?.id ?? '';
    const paused = await callAs<{ pausedAt: string | null }>(w, admin, [
      'post',
      `/admin/kuji-sets/${setId}/pause`,
    ]);
    expect([paused.status, typeof paused.data.pausedAt]).toEqual([200, 'string']);
    const shown = await w.http.get(`/api/v1/kuji/sets/${setId}`);
    expect((shown.body as { data: { isPaused: boolean } }).data.isPaused).toBe(true);
    const body = checkoutBody(cart(a));
    for (const answer of [await quote(body), await checkout(w, body)]) {
      expect(tellAnswer(answer)).toBe('409 KUJI_SALES_PAUSED');
    }
    expect(tellAnswer(await checkout(w, checkoutBody(cart(b))))).toBe('201');
    await limitKuji({ isStopped: true });
    expect(tellAnswer(await checkout(w, checkoutBody(cart(b))))).toBe('409 KUJI_SALES_PAUSED');

    w.sandbox.setWebhookMode('hold');
    w.sandbox.pay(held.sessionId, 'paid');
    w.sandbox.pay(late.sessionId, 'paid');
    await expireOrder(w.app, { orderId: late.orderId, actor: 'test' });
    w.sandbox.setWebhookMode('normal');
    await w.sandbox.releaseWebhooks();
    await w.drain();
    expect([await statusOf(w, held), await statusOf(w, late)]).toEqual(['paid', 'paid']);

    await limitKuji({ isStopped: false });
    const resumed = await callAs(w, admin, ['post', `/admin/kuji-sets/${setId}/resume`]);
    expect(resumed.data).toMatchObject({ pausedAt: null });
    expect(tellAnswer(await checkout(w, body))).toBe('201');
  });

  it('staff cannot buy under their own account', async () => {
    const kuji = await aKuji(w);
    const body = checkoutBody([{ productId: kuji.productId, quantity: 1 }], { email: ADMIN_EMAIL });
    const answer = await aBrowser(w, admin.token).checkout(body);
    expect(tellAnswer(answer)).toBe('403 CUSTOMER_ACCOUNT_REQUIRED');
  });
});

describe('what Stripe is asked for', () => {
  const askedFor = ({ orderId }: { orderId: string }) =>
    w.sandbox.requests().find(({ idempotencyKey }) => idempotencyKey === `checkout/${orderId}`)
      ?.body;

  it('our ids in every place, no codes, no other currency, cards and wallets only', async () => {
    const opened = await anOpenCheckout(w, [some(await aProduct(w))]);
    const metadata = { orderId: opened.orderId, orderPublicId: opened.publicId };
    expect(askedFor(opened)).toMatchObject({
      client_reference_id: opened.orderId,
      metadata,
      payment_intent_data: { metadata },
      allow_promotion_codes: 'false',
      adaptive_pricing: { enabled: 'false' },
      automatic_tax: { enabled: 'false' },
      allowed_payment_method_types: ['card', 'link'],
    });
  });

  it('a bank debit where the shop wants it, and never for kuji', async () => {
    await setCheckout({ delayedPaymentMethods: ['acss_debit'] });
    const goods = some(await aProduct(w));
    const tickets = { productId: (await aKuji(w)).productId, quantity: 1 };
    expect(askedFor(await anOpenCheckout(w, [goods]))).toMatchObject({
      allowed_payment_method_types: ['card', 'link', 'acss_debit'],
    });
    expect(askedFor(await anOpenCheckout(w, [goods, tickets]))).toMatchObject({
      allowed_payment_method_types: ['card', 'link'],
    });
  });
});
