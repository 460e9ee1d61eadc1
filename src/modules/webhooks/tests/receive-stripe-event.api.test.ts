import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anOpenCheckout, aProduct, type OpenCheckout } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { SessionParams } from '../../../integrations/stripe/stripe-port.ts';
import { loadPayment } from '../../payments/index.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const stripe = new Stripe('sk_test_signing_only');
let counter = 0;

function eventBody(type: string, object: Record<string, unknown>, id?: string): string {
  counter += 1;
  return JSON.stringify({
    id: id ?? `evt_test_${String(counter)}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_700_000_000,
    livemode: false,
    type,
    data: { object },
  });
}

function sign(payload: string, options: { secret?: string; timestamp?: number } = {}): string {
  return stripe.webhooks.generateTestHeaderString({
    payload,
    secret: options.secret ?? w.sandbox.core.settings.stripeWebhookSecret,
    ...(options.timestamp === undefined ? {} : { timestamp: options.timestamp }),
  });
}

const post = (payload: string, signature?: string) => {
  const request = w.http.post('/api/v1/webhooks/stripe').set('Content-Type', 'application/json');
  if (signature !== undefined) void request.set('Stripe-Signature', signature);
  return request.send(payload);
};

async function countEvents(): Promise<number> {
  const { rows } = await w.app.database.pool.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM popbox.inbound_events',
  );
  return rows[0]?.n ?? 0;
}

async function stateOf(eventId: string) {
  const { rows } = await w.app.database.pool.query<{ state: string; reason: string | null }>(
    'SELECT state, reason FROM popbox.inbound_events WHERE event_id = $1',
    [eventId],
  );
  return rows[0];
}

async function openOne(): Promise<OpenCheckout> {
  const { productId, variantId } = await aProduct(w);
  return anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
}

async function statusOf(orderId: string): Promise<string | undefined> {
  const { rows } = await w.app.database.pool.query<{ status: string }>(
    'SELECT status FROM popbox.orders WHERE id = $1',
    [orderId],
  );
  return rows[0]?.status;
}

describe('POST /webhooks/stripe', () => {
  it('stores a signed event, answers at once, and works it afterwards', async () => {
    const opened = await openOne();
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(opened.sessionId, 'paid');
    w.sandbox.setWebhookMode('normal');
    const payload = eventBody('checkout.session.completed', {
      id: opened.sessionId,
      object: 'checkout.session',
    });
    const response = await post(payload, sign(payload));
    expect([response.status, response.body]).toEqual([
      200,
      expect.objectContaining({ data: { received: true, duplicate: false } }),
    ]);
    expect(await statusOf(opened.orderId)).toBe('pending_payment');
    await w.drain();
    expect(await statusOf(opened.orderId)).toBe('paid');
    const { id } = JSON.parse(payload) as { id: string };
    expect(await stateOf(id)).toEqual({ state: 'processed', reason: 'finalised' });

    const again = await post(payload, sign(payload));
    expect(again.body).toMatchObject({ data: { received: true, duplicate: true } });
  });

  it('refuses forged events and stores nothing of them', async () => {
    const before = await countEvents();
    const payload = eventBody('checkout.session.completed', {
      id: 'cs_1',
      object: 'checkout.session',
    });
    const old = Math.floor(Date.now() / 1000) - 301;
    const cases: [string, string | undefined][] = [
      [payload, undefined],
      [payload, ''],
      [payload, 'nonsense'],
      [payload, sign(payload, { secret: 'whsec_wrong' })],
      [payload, sign(payload, { timestamp: old })],
      [payload.replace('cs_1', 'cs_2'), sign(payload)],
      ['x'.repeat(1_000_000), sign('x'.repeat(10))],
      ['x'.repeat(1_100_000), undefined],
      ['', sign('')],
      ['nonsense', sign('nonsense')],
      [payload.slice(0, -5), sign(payload)],
    ];
    for (const [body, signature] of cases) {
      const response = await post(body, signature);
      expect(response.status, signature).toBe(400);
      expect(response.body).toMatchObject({ success: false, code: 400, data: null });
    }
    expect(await countEvents()).toBe(before);
  });

  it('answers malformed events 200 and records each once', async () => {
    const before = await countEvents();
    const malformed = [
      '{"id":"evt_1"}',
      '[]',
      'null',
      eventBody('checkout.session.completed', { id: 'cs_1' }, `evt_${'x'.repeat(9_000)}`),
      eventBody('x'.repeat(9_000), { id: 'cs_1' }),
      eventBody('checkout.session.completed', { id: 'cs_\u0000' }),
      eventBody('charge.refunded', { id: 'ch_1', reason: '\ud800' }),
    ];
    for (const payload of malformed) {
      expect((await post(payload, sign(payload))).body).toMatchObject({
        code: 200,
        data: { duplicate: false },
      });
      expect((await post(payload, sign(payload))).body).toMatchObject({
        code: 200,
        data: { duplicate: true },
      });
    }
    expect(await countEvents()).toBe(before + malformed.length);
    const { rows } = await w.app.database.pool.query<{ state: string; payload: object }>(
      `SELECT DISTINCT state, payload FROM popbox.inbound_events WHERE type = 'malformed'`,
    );
    expect(rows).toEqual([{ state: 'ignored', payload: {} }]);
  });

  it('takes an object whose id is no id for a foreign one', async () => {
    const before = await countEvents();
    const payload = eventBody('customer.created', { id: 'x'.repeat(9_000), object: 'customer' });
    expect((await post(payload, sign(payload))).status).toBe(200);
    expect(await countEvents()).toBe(before + 1);
  });

  it('answers foreign and unknown events 200 and records that they have no effect', async () => {
    const cases: [string, Record<string, unknown>][] = [
      ['checkout.session.completed', { id: 'cs_of_another_shop', object: 'checkout.session' }],
      ['customer.created', { id: 'cus_1', object: 'customer' }],
      ['checkout.session.expired', { object: 'checkout.session' }],
    ];
    for (const [type, object] of cases) {
      const payload = eventBody(type, object);
      expect((await post(payload, sign(payload))).status).toBe(200);
      await w.drain();
      const { id } = JSON.parse(payload) as { id: string };
      expect((await stateOf(id))?.state, type).toBe('ignored');
    }
  });

  it('leaves the paid sessions of another shop on the account alone', async () => {
    const { orderId } = await openOne();
    const payment = await loadPayment(w.app.database.db, orderId);
    const params = payment?.sessionParams as SessionParams;
    const theirs = await w.app.stripe.createSession({ ...params, orderId: 'cart_123' }, 'theirs');
    w.sandbox.pay(theirs.id, 'paid');
    await w.drain();
    const { rows } = await w.app.database.pool.query<{ state: string; attempts: number }>(
      'SELECT state, attempts FROM popbox.inbound_events WHERE object_id = $1 AND type = $2',
      [theirs.id, 'checkout.session.completed'],
    );
    expect(rows).toEqual([{ state: 'ignored', attempts: 1 }]);
  });

  it.each([
    ['dispute', 'paid_needs_attention'],
    ['dashboard_refund', 'refunded'],
  ])('books a payment that was never told of when a %s tells of it', async (kind, status) => {
    const opened = await openOne();
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(opened.sessionId, 'paid');
    w.sandbox.setWebhookMode('normal');
    await w.sandbox.odd(kind, opened.sessionId);
    await w.drain();
    expect(await statusOf(opened.orderId)).toBe(status);
  });

  // The event's own words are never believed: only what Stripe says of the object now.
  it('T30 an old failure leaves a paid order paid', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    for (const type of ['checkout.session.async_payment_failed', 'checkout.session.expired']) {
      const payload = eventBody(type, { id: opened.sessionId, object: 'checkout.session' });
      await post(payload, sign(payload));
    }
    await w.drain();
    expect(await statusOf(opened.orderId)).toBe('paid');
  });

  // Red if the event is believed: the goods are free while their page is open, or was paid on.
  it('an expiry or a failure that Stripe does not confirm ends nothing', async () => {
    const [open, paid] = [await openOne(), await openOne()];
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(paid.sessionId, 'paid');
    w.sandbox.setWebhookMode('normal');
    for (const [type, { sessionId }] of [
      ['checkout.session.expired', open],
      ['checkout.session.async_payment_failed', paid],
    ] as const) {
      const payload = eventBody(type, { id: sessionId, object: 'checkout.session' });
      await post(payload, sign(payload));
    }
    await w.drain();
    for (const { orderId } of [open, paid]) expect(await statusOf(orderId)).toBe('pending_payment');
    expect(
      (await w.http.get('/api/v1/checkout/success').query({ session_id: paid.sessionId })).status,
    ).toBe(200);
  });

  it('a failure that is told again has no effect', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'processing');
    w.sandbox.settle(opened.sessionId, 'failed');
    await w.drain();
    expect(await statusOf(opened.orderId)).toBe('cancelled');
    const payload = eventBody('checkout.session.async_payment_failed', {
      id: opened.sessionId,
      object: 'checkout.session',
    });
    await post(payload, sign(payload));
    await w.drain();
    const { id } = JSON.parse(payload) as { id: string };
    expect(await stateOf(id)).toEqual({ state: 'processed', reason: 'no_effect' });
  });

  it('a completion that Stripe does not confirm books nothing', async () => {
    const opened = await openOne();
    const payload = eventBody('checkout.session.completed', {
      id: opened.sessionId,
      object: 'checkout.session',
      payment_status: 'paid',
      status: 'complete',
    });
    await post(payload, sign(payload));
    await w.drain();
    expect(await statusOf(opened.orderId)).toBe('pending_payment');
  });

  it('expires an order when Stripe has expired its session', async () => {
    const opened = await openOne();
    await w.app.stripe.expireSession(opened.sessionId, `test/${opened.orderId}`);
    await w.drain();
    expect(await statusOf(opened.orderId)).toBe('expired');
  });

  it('keeps an event that cannot be worked, with its reason, and tries it again', async () => {
    const opened = await openOne();
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(opened.sessionId, 'paid');
    w.sandbox.setWebhookMode('normal');
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 2 });
    const payload = eventBody('checkout.session.completed', {
      id: opened.sessionId,
      object: 'checkout.session',
    });
    await post(payload, sign(payload));
    await w.app.queue.drain();
    const { id } = JSON.parse(payload) as { id: string };
    expect(await stateOf(id)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('stripe retrieveSession') as string,
    });
    expect(await statusOf(opened.orderId)).toBe('pending_payment');
    // Stripe sends it again: not done, so it is worked again.
    const again = await post(payload, sign(payload));
    expect(again.body).toMatchObject({ data: { duplicate: false } });
    await w.drain();
    expect(await statusOf(opened.orderId)).toBe('paid');
    expect((await stateOf(id))?.state).toBe('processed');
  });
});
