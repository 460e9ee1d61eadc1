import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { cartOf, startReceiver, stripeClient } from './stripe-client.ts';
import type { Receiver } from './stripe-client.ts';

describe('webhooks', () => {
  let sandbox: Sandbox;
  let stripe: Stripe;
  let shop: Receiver;

  beforeAll(async () => {
    sandbox = await startSandbox();
    stripe = stripeClient(sandbox);
    shop = await startReceiver(stripe, sandbox.core.settings.stripeWebhookSecret);
    sandbox.setStripeWebhookUrl(shop.url);
  });
  afterAll(async () => {
    shop.close();
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
    shop.events.length = 0;
    shop.arrivals.length = 0;
    shop.answers.length = 0;
  });

  async function paidSession(): Promise<string> {
    const { id } = await stripe.checkout.sessions.create(cartOf('order-1'));
    sandbox.pay(id, 'paid');
    return id;
  }
  const undelivered = async () => (await stripe.events.list({ delivery_success: false })).data;
  const types = () => shop.events.map(({ type }) => type);

  it('arrive signed, and say what the object was like', async () => {
    const id = await paidSession();
    await sandbox.webhooksIdle();
    const completed = shop.events.find(({ type }) => type === 'checkout.session.completed');
    expect(completed).toMatchObject({
      object: 'event',
      api_version: '2026-10-28.endive',
      livemode: false,
      data: { object: { id, payment_status: 'paid', amount_total: 9999 } },
    });
    expect(shop.arrivals).toHaveLength(4);
    expect(await undelivered()).toEqual([]);
  });

  it('are of the types only that the endpoint is set up for', async () => {
    sandbox.core.settings.stripeWebhookEvents = ['checkout.session.completed'];
    try {
      await paidSession();
      await sandbox.webhooksIdle();
      expect(types()).toEqual(['checkout.session.completed']);
      expect(await undelivered()).toEqual([]);
      expect((await stripe.events.list()).data).toHaveLength(4);
    } finally {
      sandbox.core.settings.stripeWebhookEvents = null;
    }
  });

  it('name the request that caused them', async () => {
    const { id } = await stripe.checkout.sessions.create(cartOf('order-1'));
    await stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'expire/1' });
    await sandbox.webhooksIdle();
    expect(shop.events).toMatchObject([
      { type: 'checkout.session.expired', request: { idempotency_key: 'expire/1' } },
    ]);
  });

  it('are tried again until the shop takes them', async () => {
    const { id } = await stripe.checkout.sessions.create(cartOf('order-1'));
    shop.answers.push(500, 302);
    await stripe.checkout.sessions.expire(id);
    await vi.waitFor(() => {
      expect(shop.arrivals).toHaveLength(1);
    });
    expect(await undelivered()).toHaveLength(1);
    await sandbox.webhooksIdle();
    expect(types()).toEqual(['checkout.session.expired']);
    expect(new Set(shop.arrivals).size).toBe(1);
    expect(sandbox.deliveries().map(({ status, outcome }) => [status, outcome])).toEqual([
      [500, 'will retry'],
      [302, 'will retry'],
      [200, 'delivered'],
    ]);
    expect(await undelivered()).toEqual([]);
  });

  it('are held until they are released', async () => {
    sandbox.setWebhookMode('hold');
    await paidSession();
    await sandbox.webhooksIdle();
    expect(shop.arrivals).toEqual([]);
    expect(await undelivered()).toHaveLength(4);
    const released = await fetch(`${sandbox.url}/webhooks/release`, { method: 'POST' });
    expect(await released.json()).toEqual({ released: 4 });
    expect(shop.events).toHaveLength(4);
    expect(await undelivered()).toEqual([]);
  });

  it('arrive twice', async () => {
    sandbox.setWebhookMode('duplicate');
    await paidSession();
    await sandbox.webhooksIdle();
    expect(shop.arrivals).toHaveLength(8);
    expect(new Set(shop.arrivals).size).toBe(4);
  });

  it('arrive all, out of order', async () => {
    const mode = await fetch(`${sandbox.url}/webhook-mode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode: 'shuffle' }),
    });
    expect(mode.status).toBe(200);
    await paidSession();
    await sandbox.webhooksIdle();
    expect(types().sort()).toEqual([
      'charge.succeeded',
      'checkout.session.completed',
      'payment_intent.created',
      'payment_intent.succeeded',
    ]);
    const happened = (await stripe.events.list()).data.map(({ id }) => id).reverse();
    const sent = sandbox.deliveries().map(({ eventId }) => eventId);
    expect([...sent].sort()).toEqual([...happened].sort());
  });

  it('get lost, and are found by asking', async () => {
    sandbox.setWebhookMode('drop');
    await paidSession();
    sandbox.setWebhookMode('normal');
    await sandbox.webhooksIdle();
    expect(shop.arrivals).toEqual([]);
    const lost = await stripe.events.list({
      delivery_success: false,
      types: ['checkout.session.completed', 'refund.created'],
    });
    expect(lost.data.map(({ type }) => type)).toEqual(['checkout.session.completed']);
    const [event] = lost.data;
    expect(await stripe.events.retrieve(event?.id ?? '')).toEqual(event);
  });

  it('leave a record that can be read over HTTP, and forgotten', async () => {
    await paidSession();
    await sandbox.webhooksIdle();
    const read = async () => (await (await fetch(`${sandbox.url}/requests.json`)).json()) as object;
    expect(await read()).toMatchObject({
      requests: [
        {
          method: 'POST',
          path: '/v1/checkout/sessions',
          status: 200,
          body: { mode: 'payment', line_items: [{ quantity: '2' }, { quantity: '1' }] },
        },
      ],
      deliveries: [{ attempt: 1 }, { attempt: 1 }, { attempt: 1 }, { attempt: 1 }],
    });
    expect((await fetch(`${sandbox.url}/reset`, { method: 'POST' })).status).toBe(204);
    expect(await read()).toEqual({ requests: [], deliveries: [], held: [] });
    expect((await stripe.checkout.sessions.list()).data).toEqual([]);
  });
});
