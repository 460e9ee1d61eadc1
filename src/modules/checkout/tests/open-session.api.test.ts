import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aKuji,
  anOpenCheckout,
  aProduct,
  aVariant,
  checkout,
  checkoutBody,
  newKey,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { loadPayment } from '../../payments/index.ts';
import { openPaymentPage } from '../service/open-payment-page.ts';
import { resumeCheckouts } from '../service/resume-checkouts.ts';
import { cancelCheckout } from '../service/cancel-checkout.ts';
import { finaliseOrder } from '../service/finalise-order.ts';
import { pruneAttempts } from '../service/prune-attempts.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

type Stock = { on_hand: number; reserved: number };
const stockOf = async (productId: string): Promise<Stock> => {
  const { rows } = await w.app.database.pool.query<Stock>(
    'SELECT on_hand, reserved FROM popbox.inventory WHERE product_id = $1',
    [productId],
  );
  if (!rows[0]) throw new Error('no stock row');
  return rows[0];
};

const codeOf = (response: { body: unknown }) =>
  (response.body as { errors: { code: string } }).errors.code;

describe('POST /checkout/session', () => {
  it('reserves the cart and opens a payment page', async () => {
    const product = await aProduct(w, { onHand: 5 });
    const response = await checkout(
      w,
      checkoutBody([
        { productId: product.productId, productVariantId: product.variantId, quantity: 2 },
      ]),
    );
    expect(response.status).toBe(201);
    expect(response.body).toMatchObject({ status: 'success', code: 201, success: true });
    const { data } = response.body as {
      data: { publicId: string; checkoutUrl: string; sessionId: string };
    };
    expect(data.publicId).toMatch(/^PBX-[0-9A-Z]{10}$/);
    expect(data.checkoutUrl).toContain(data.sessionId);
    expect(await stockOf(product.productId)).toEqual({ on_hand: 5, reserved: 2 });
  });

  it('sends Stripe our own amounts, ids and key', async () => {
    const product = await aProduct(w, { priceCents: 4_999 });
    const opened = await anOpenCheckout(
      w,
      [{ productId: product.productId, productVariantId: product.variantId, quantity: 1 }],
      {
        shippingAddress: {
          fullName: 'B C',
          line1: '1 Main St',
          line2: null,
          city: 'Vancouver',
          province: 'BC',
          postalCode: 'V6C 0C3',
          countryCode: 'CA',
          phone: null,
        },
      },
    );
    const { rows } = await w.app.database.pool.query(
      'SELECT subtotal_cents, shipping_cents, gst_cents, pst_cents, tax_cents, total_cents FROM popbox.orders WHERE id = $1',
      [opened.orderId],
    );
    // Goods 49.99 + shipping 15.99 = 65.98; GST 5 % = 3.299 -> 3.30, PST 7 % = 4.6186 -> 4.62.
    expect(rows[0]).toEqual({
      subtotal_cents: 4_999,
      shipping_cents: 1_599,
      gst_cents: 330,
      pst_cents: 462,
      tax_cents: 792,
      total_cents: 7_390,
    });
    const session = await w.app.stripe.retrieveSession(opened.sessionId);
    expect(session).toMatchObject({
      amountTotalCents: 7_390,
      orderId: opened.orderId,
      currency: 'CAD',
    });
    const created = w.sandbox
      .requests()
      .find((request) => request.idempotencyKey === `checkout/${opened.orderId}`);
    expect(created?.path).toBe('/v1/checkout/sessions');
  });

  it('replays the same key and body without a second order', async () => {
    const product = await aProduct(w);
    const body = checkoutBody([
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const key = newKey();
    const first = await checkout(w, body, key);
    const second = await checkout(w, body, key);
    expect(second.status).toBe(201);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect((second.body as { data: unknown }).data).toEqual((first.body as { data: unknown }).data);
    expect((await stockOf(product.productId)).reserved).toBe(1);
  });

  it('H04 a key is bound to its body', async () => {
    const product = await aProduct(w);
    const line = { productId: product.productId, productVariantId: product.variantId };
    const key = newKey();
    const body = checkoutBody([{ ...line, quantity: 1 }]);
    await checkout(w, body, key);
    const response = await checkout(w, { ...body, items: [{ ...line, quantity: 2 }] }, key);
    expect(response.status).toBe(422);
    expect(codeOf(response)).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('H03 equal keys of two shoppers never meet', async () => {
    const product = await aProduct(w);
    const items = [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ];
    const key = newKey();
    const first = await checkout(w, checkoutBody(items), key);
    const second = await checkout(w, checkoutBody(items), key);
    const idOf = (response: { body: unknown }) =>
      (response.body as { data: { orderId: string } }).data.orderId;
    expect(second.status).toBe(201);
    expect(idOf(second)).not.toBe(idOf(first));
  });

  it('a repeat hears what became of its page, though no event has come', async () => {
    const product = await aProduct(w);
    const items = [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ];
    const [paid, ended] = [await anOpenCheckout(w, items), await anOpenCheckout(w, items)];
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(paid.sessionId, 'paid');
    await w.app.stripe.expireSession(ended.sessionId, `test/${ended.orderId}`);
    w.sandbox.setWebhookMode('normal');
    const codes = [];
    for (const { body, key } of [paid, ended]) codes.push(codeOf(await checkout(w, body, key)));
    expect(codes).toEqual(['CHECKOUT_COMPLETED', 'CHECKOUT_ENDED']);
    await finaliseOrder(w.app, { sessionId: paid.sessionId, actor: 'test' });
    await w.drain();
  });

  it('H05 a retry is not blocked by its own hold', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const opened = await anOpenCheckout(w, [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const retry = await checkout(w, opened.body, opened.key);
    expect(retry.status).toBe(201);
    expect((retry.body as { data: { orderId: string } }).data.orderId).toBe(opened.orderId);
  });

  it('does not burn the key of a refused checkout, and keeps it bound to its body', async () => {
    const product = await aProduct(w, { onHand: 0 });
    const line = { productId: product.productId, productVariantId: product.variantId };
    const body = checkoutBody([{ ...line, quantity: 1 }]);
    const key = newKey();
    const refused = await checkout(w, body, key);
    expect([refused.status, codeOf(refused)]).toEqual([409, 'PRODUCT_VARIANT_OUT_OF_STOCK']);
    const other = await checkout(w, { ...body, items: [{ ...line, quantity: 2 }] }, key);
    expect([other.status, codeOf(other)]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    await w.app.database.pool.query(
      `WITH moved AS (UPDATE popbox.inventory SET on_hand = 1 WHERE product_id = $1 RETURNING id)
       INSERT INTO popbox.inventory_movements (inventory_id, reason, on_hand_delta, reserved_delta, actor)
       SELECT id, 'received', 1, 0, 'test' FROM moved`,
      [product.productId],
    );
    expect((await checkout(w, body, key)).status).toBe(201);
  });

  it('T04 two lines of one item count together', async () => {
    const product = await aProduct(w, { onHand: 3 });
    const line = { productId: product.productId, productVariantId: product.variantId, quantity: 2 };
    const response = await checkout(w, checkoutBody([line, line]));
    expect([response.status, codeOf(response)]).toEqual([409, 'PRODUCT_VARIANT_OUT_OF_STOCK']);
    expect((await stockOf(product.productId)).reserved).toBe(0);
  });

  it('T12 the loser gets a clear 409', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const items = [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ];
    await anOpenCheckout(w, items);
    const response = await checkout(w, checkoutBody(items));
    expect(response.status).toBe(409);
    expect(response.body).toMatchObject({
      success: false,
      code: 409,
      errors: {
        code: 'PRODUCT_VARIANT_OUT_OF_STOCK',
        lines: [{ productId: product.productId, requested: 1, available: 0 }],
      },
    });
  });

  it('refuses what cannot be sold, each with its code', async () => {
    const product = await aProduct(w);
    const other = await aProduct(w);
    const kuji = await aKuji(w, { tickets: 2 });
    const inactive = await aVariant(w, product.productId, { isActive: false });
    const unknown = '0192f0c1-0000-7000-8000-00000000ffff';
    const cases: [object, number, string][] = [
      [{ productId: unknown, productVariantId: unknown }, 404, 'PRODUCT_NOT_FOUND'],
      [{ productId: product.productId }, 422, 'PRODUCT_VARIANT_REQUIRED'],
      [
        { productId: product.productId, productVariantId: unknown },
        409,
        'PRODUCT_VARIANT_NOT_FOUND',
      ],
      [
        { productId: product.productId, productVariantId: inactive.variantId },
        409,
        'PRODUCT_VARIANT_INACTIVE',
      ],
      [
        { productId: kuji.productId, productVariantId: other.variantId },
        422,
        'PRODUCT_VARIANT_MISMATCH',
      ],
      [
        { productId: product.productId, productVariantId: other.variantId },
        422,
        'PRODUCT_VARIANT_MISMATCH',
      ],
      [{ productId: kuji.productId, quantity: 3 }, 409, 'KUJI_TICKETS_UNAVAILABLE'],
    ];
    for (const [item, status, code] of cases) {
      const response = await w.http
        .post('/api/v1/checkout/session')
        .set('Idempotency-Key', newKey())
        .send({ ...checkoutBody([]), items: [{ quantity: 1, ...item }] });
      expect([response.status, codeOf(response)], JSON.stringify(item)).toEqual([status, code]);
    }
  });

  it('answers bad input with 400 and the field that is wrong', async () => {
    const product = await aProduct(w);
    const line = { productId: product.productId, productVariantId: product.variantId, quantity: 1 };
    const good = checkoutBody([line]);
    const cases: [Record<string, unknown>, string][] = [
      [{ ...good, items: [] }, 'items'],
      [{ ...good, items: Array.from({ length: 51 }, () => line) }, 'items'],
      [{ ...good, items: [{ ...line, quantity: 0 }] }, 'items.0.quantity'],
      [{ ...good, items: [{ ...line, quantity: 21 }] }, 'items.0.quantity'],
      [{ ...good, items: [{ ...line, quantity: 1.5 }] }, 'items.0.quantity'],
      [{ ...good, items: [{ ...line, quantity: '1' }] }, 'items.0.quantity'],
      [{ ...good, items: [{ ...line, quantity: null }] }, 'items.0.quantity'],
      [{ ...good, items: [{ ...line, productId: 'nope' }] }, 'items.0.productId'],
      [
        { ...good, items: Array.from({ length: 11 }, () => ({ ...line, quantity: 2 })) },
        'items.10.quantity',
      ],
      [{ ...good, email: null }, 'email'],
      [{ ...good, email: 'nobody' }, 'email'],
      [{ ...good, shippingAddress: null }, 'shippingAddress'],
      [
        { ...good, shippingAddress: { ...good.shippingAddress, province: 'XX' } },
        'shippingAddress.province',
      ],
      [
        { ...good, shippingAddress: { ...good.shippingAddress, fullName: '' } },
        'shippingAddress.fullName',
      ],
      [{ ...good, customerNote: 'x'.repeat(201) }, 'customerNote'],
      [
        { ...good, shippingAddress: { ...good.shippingAddress, city: 'Cal\u0000gary' } },
        'shippingAddress.city',
      ],
      [{ ...good, customerNote: 'half \ud800' }, 'customerNote'],
    ];
    for (const [body, field] of cases) {
      const response = await checkout(w, body);
      expect([response.status, codeOf(response)], field).toEqual([400, 'VALIDATION_FAILED']);
      expect(
        Object.keys((response.body as { errors: { fields: object } }).errors.fields),
      ).toContain(field);
    }
  });

  it('refuses a missing or malformed key and a bad bearer', async () => {
    const product = await aProduct(w);
    const body = checkoutBody([
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const send = (headers: Record<string, string>) =>
      w.http.post('/api/v1/checkout/session').set(headers).send(body);
    for (const [headers, status, code] of [
      [{}, 400, 'IDEMPOTENCY_KEY_REQUIRED'],
      [{ 'Idempotency-Key': ' ' }, 400, 'IDEMPOTENCY_KEY_REQUIRED'],
      [{ 'Idempotency-Key': 'x'.repeat(256) }, 400, 'IDEMPOTENCY_KEY_REQUIRED'],
      [{ 'Idempotency-Key': newKey(), Authorization: 'Basic abc' }, 401, 'AUTH_REQUIRED'],
      [{ 'Idempotency-Key': newKey(), Authorization: 'Bearer abc' }, 401, 'AUTH_TOKEN_INVALID'],
    ] as [Record<string, string>, number, string][]) {
      const response = await send(headers);
      expect([response.status, codeOf(response)], JSON.stringify(headers)).toEqual([status, code]);
    }
  });

  it('answers unreadable requests in the envelope', async () => {
    const post = (body: string) =>
      w.http
        .post('/api/v1/checkout/session')
        .set('Idempotency-Key', newKey())
        .set('Content-Type', 'application/json')
        .send(body);
    const malformed = await post('{"email": ');
    expect([malformed.status, codeOf(malformed)]).toEqual([400, 'MALFORMED_REQUEST']);
    const large = await post(JSON.stringify({ email: 'x'.repeat(1_100_000) }));
    expect([large.status, codeOf(large)]).toEqual([400, 'BODY_TOO_LARGE']);
    const path = await w.http.get('/api/v1/products/%E0%A4%A');
    expect([path.status, codeOf(path)]).toEqual([400, 'MALFORMED_REQUEST']);
    const nowhere = await w.http.get('/api/v1/nowhere');
    expect([nowhere.status, codeOf(nowhere)]).toEqual([404, 'NOT_FOUND']);
    const problem = await w.http.get('/api/v1/nowhere').set('Accept', 'application/problem+json');
    expect(problem.headers['content-type']).toContain('application/problem+json');
    expect(JSON.parse(problem.text)).toMatchObject({
      type: '/problems/NOT_FOUND',
      status: 404,
      code: 'NOT_FOUND',
    });
  });

  it('undoes everything when Stripe refuses, and the key may try again', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const body = checkoutBody([
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const key = newKey();
    const { stripeSecretKey } = w.sandbox.core.settings;
    w.sandbox.core.settings.stripeSecretKey = 'sk_test_another';
    const refused = await checkout(w, body, key);
    w.sandbox.core.settings.stripeSecretKey = stripeSecretKey;
    expect([refused.status, codeOf(refused)]).toEqual([502, 'PAYMENT_PAGE_REFUSED']);
    expect(await stockOf(product.productId)).toEqual({ on_hand: 1, reserved: 0 });
    expect((await checkout(w, body, key)).status).toBe(201);
  });

  it('undoes nothing when Stripe refuses a slower request, because the faster one has the page', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const { orderId } = await anOpenCheckout(w, [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const { stripeSecretKey } = w.sandbox.core.settings;
    w.sandbox.core.settings.stripeSecretKey = 'sk_test_another';
    const payment = await loadPayment(w.app.database.db, orderId);
    if (!payment) throw new Error('The order has no payment.');
    await expect(openPaymentPage(w.app, payment)).rejects.toMatchObject({
      code: 'PAYMENT_PAGE_REFUSED',
    });
    w.sandbox.core.settings.stripeSecretKey = stripeSecretKey;
    expect(await stockOf(product.productId)).toEqual({ on_hand: 1, reserved: 1 });
  });

  it('keeps the hold while Stripe’s answer is lost, and finds the one session afterwards', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const body = checkoutBody([
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    w.sandbox.fault({
      match: 'POST /v1/checkout/sessions',
      kind: 'timeout_after_work',
      times: 1,
      delayMs: 10,
    });
    const response = await checkout(w, body);
    expect(response.status).toBe(201);
    expect(await stockOf(product.productId)).toEqual({ on_hand: 1, reserved: 1 });
  });

  // Red with one other key: the second error is remembered as well, and the goods stay held for a day.
  it.each([1, 2])('gets past %i errors that Stripe remembers under the key', async (times) => {
    const product = await aProduct(w, { onHand: 1 });
    // Both tries of the SDK get it; Stripe would repeat it for a day.
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions', kind: 'error_500', times });
    const opened = await anOpenCheckout(w, [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    expect((await w.app.stripe.retrieveSession(opened.sessionId))?.status).toBe('open');
  });

  // Red if any failure is asked about under another key: what timed out may still be done, and the order has two pages.
  it('asks under no other key where Stripe did not answer', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const body = checkoutBody([
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const key = newKey();
    // Both tries of the SDK; the list of sessions shows none.
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions', kind: 'reset', times: 2 });
    const unknown = await checkout(w, body, key);
    expect([unknown.status, codeOf(unknown)]).toEqual([502, 'PAYMENT_PAGE_UNKNOWN']);
    expect((await checkout(w, body, key)).status).toBe(201);
  });

  it('answers 502 while nobody knows whether a page exists, and the same key goes on later', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const body = checkoutBody([
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const key = newKey();
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions', kind: 'reset', times: 4 });
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions', kind: 'error_500', times: 4 });
    const unknown = await checkout(w, body, key);
    expect([unknown.status, codeOf(unknown)]).toEqual([502, 'PAYMENT_PAGE_UNKNOWN']);
    expect((await stockOf(product.productId)).reserved).toBe(1);
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    const retry = await checkout(w, body, key);
    expect(retry.status).toBe(201);
    expect((await stockOf(product.productId)).reserved).toBe(1);
  });

  it('goes on where the page was written down and the answer was not', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const { body, key, orderId, sessionId, checkoutUrl, publicId } = await anOpenCheckout(w, [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    await w.app.database.pool.query(
      `UPDATE popbox.checkout_attempts SET state = 'running', response_status = NULL, response_body = NULL,
        lease_until = now() - interval '1 s' WHERE order_id = $1`,
      [orderId],
    );
    const again = await checkout(w, body, key);
    expect([again.status, again.headers['idempotent-replayed']]).toEqual([201, 'true']);
    const answer = { checkoutUrl, sessionId, publicId, orderId };
    expect((again.body as { data: unknown }).data).toEqual(answer);
    expect(await stockOf(product.productId)).toEqual({ on_hand: 1, reserved: 1 });
  });

  it('keeps the hold when Stripe refuses to tell about a page that may be there', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const body = checkoutBody([
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    const key = newKey();
    const post = { match: 'POST /v1/checkout/sessions', times: 2, delayMs: 10 };
    w.sandbox.fault({ ...post, kind: 'timeout_after_work' });
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions', kind: 'error_500', times: 4 });
    expect(codeOf(await checkout(w, body, key))).toBe('PAYMENT_PAGE_UNKNOWN');
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    const { stripeSecretKey } = w.sandbox.core.settings;
    w.sandbox.core.settings.stripeSecretKey = 'sk_test_another';
    expect(codeOf(await checkout(w, body, key))).toBe('PAYMENT_PAGE_UNKNOWN');
    w.sandbox.core.settings.stripeSecretKey = stripeSecretKey;
    expect(await stockOf(product.productId)).toEqual({ on_hand: 1, reserved: 1 });
    expect((await checkout(w, body, key)).status).toBe(201);
  });

  it('goes on with no attempt whose order has ended', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const { body, key, orderId } = await anOpenCheckout(w, [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    await cancelCheckout(w.app, { orderId, actor: 'shopper' });
    const { pool } = w.app.database;
    await pool.query(
      `UPDATE popbox.checkout_attempts SET state = 'running', response_status = NULL, response_body = NULL,
        lease_until = now() - interval '1 s' WHERE order_id = $1`,
      [orderId],
    );
    expect(await resumeCheckouts(w.app)).toBe(0);
    const { rows } = await pool.query(
      'SELECT state FROM popbox.checkout_attempts WHERE order_id = $1',
      [orderId],
    );
    expect(rows).toEqual([{ state: 'done' }]);
    const again = await checkout(w, body, key);
    expect([again.status, codeOf(again)]).toEqual([409, 'CHECKOUT_ENDED']);
  });

  it('forgets a key after three days', async () => {
    const product = await aProduct(w, { onHand: 5 });
    const opened = await anOpenCheckout(w, [
      { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
    ]);
    expect(await pruneAttempts(w.app)).toBe(0);
    w.clock.offsetMs = 73 * 3600 * 1000;
    expect(await pruneAttempts(w.app)).toBeGreaterThan(0);
    w.clock.offsetMs = 0;
    const again = await checkout(w, opened.body, opened.key);
    expect(again.status).toBe(201);
    expect((again.body as { data: { orderId: string } }).data.orderId).not.toBe(opened.orderId);
  });
});
