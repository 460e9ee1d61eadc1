import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { cartOf, line, stripeClient } from './stripe-client.ts';

const HOUR = 3600;

describe('checkout sessions', () => {
  let sandbox: Sandbox;
  let stripe: Stripe;
  let movedMs = 0;

  beforeAll(async () => {
    sandbox = await startSandbox({ now: () => Date.now() + movedMs });
    stripe = stripeClient(sandbox);
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
    movedMs = 0;
  });

  const nowSeconds = () => Math.floor((Date.now() + movedMs) / 1000);
  const sessions = () => stripe.checkout.sessions;

  it('are open, unpaid, and cost what their lines cost', async () => {
    const session = await sessions().create(cartOf('order-1'));
    expect(session).toMatchObject({
      object: 'checkout.session',
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      amount_subtotal: 9999,
      amount_total: 9999,
      currency: 'cad',
      client_reference_id: 'order-1',
      metadata: { orderId: 'order-1' },
      customer_email: 'shopper@example.test',
      url: `${sandbox.url}/pay/${session.id}`,
    });
    expect(session.expires_at - session.created).toBe(24 * HOUR);
    expect(session.line_items).toBeUndefined();
    const { data } = await sessions().listLineItems(session.id);
    expect(data.map(({ description, amount_total }) => [description, amount_total])).toEqual([
      ['Fox <figure>', 9000],
      ['Shipping within Canada', 999],
    ]);
  });

  it('show lines and payment intent only when expanded', async () => {
    const { id } = await sessions().create(cartOf('order-1'));
    expect(sandbox.pay(id, 'paid')).toBe('done');
    const plain = await sessions().retrieve(id);
    expect(plain).toMatchObject({ status: 'complete', payment_status: 'paid', url: null });
    const full = await sessions().retrieve(id, { expand: ['line_items', 'payment_intent'] });
    expect(full.line_items?.data).toHaveLength(2);
    expect(full.payment_intent).toMatchObject({
      id: plain.payment_intent,
      status: 'succeeded',
      amount: 9999,
      amount_received: 9999,
      metadata: { orderId: 'order-1', from: 'intent' },
    });
    await expect(sessions().retrieve(id, { expand: ['customer'] })).rejects.toMatchObject({
      statusCode: 400,
      message: 'This property cannot be expanded (customer).',
    });
  });

  it.each([
    [
      'too near',
      () => ({ expires_at: nowSeconds() + 29 * 60 }),
      'expires_at',
      'at least 30 minutes',
    ],
    [
      'too far',
      () => ({ expires_at: nowSeconds() + 25 * HOUR }),
      'expires_at',
      'less than 24 hours',
    ],
    ['no lines', () => ({ line_items: [] }), 'line_items', 'Missing required param'],
    ['quantity 0', () => ({ line_items: [line('Fox', 100, 0)] }), 'line_items[0][quantity]', ''],
    [
      'half a cent',
      () => ({ line_items: [line('Fox', 99.5, 1)] }),
      'line_items[0][price_data][unit_amount]',
      'Invalid integer',
    ],
    [
      'below 50 cents',
      () => ({ line_items: [line('Fox', 49, 1)] }),
      'line_items',
      'at least 50 cents',
    ],
    [
      'an empty name',
      () => ({ line_items: [line('', 100, 1)] }),
      'line_items[0][price_data][product_data][name]',
      'empty string',
    ],
    ['no e-mail', () => ({ customer_email: 'nobody' }), 'customer_email', 'Invalid email'],
    ['a relative address', () => ({ success_url: '/thanks' }), 'success_url', 'valid URL'],
    [
      'long metadata',
      () => ({ metadata: { a: 'x'.repeat(501) } }),
      'metadata[a]',
      '500 characters',
    ],
    [
      'two currencies',
      () => ({ line_items: [line('Fox', 100, 1), dollars()] }),
      'line_items',
      'same currency',
    ],
  ])('are refused with %s', async (_name, change, param, message) => {
    const params = { ...cartOf('order-1'), ...change() };
    await expect(sessions().create(params)).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
      param,
      message: expect.stringContaining(message) as string,
    });
    expect((await sessions().list()).data).toEqual([]);
  });

  function dollars(): Stripe.Checkout.SessionCreateParams.LineItem {
    const other = line('Fox', 100, 1);
    if (other.price_data) other.price_data.currency = 'usd';
    return other;
  }

  it('are refused with parameters that this version does not know', async () => {
    const odd = { ...cartOf('order-1'), colour: 'red' };
    await expect(sessions().create(odd)).rejects.toMatchObject({
      code: 'parameter_unknown',
      param: 'colour',
    });
    const old = { ...cartOf('order-1'), payment_method_types: ['card'] };
    await expect(sessions().create(old)).rejects.toMatchObject({
      code: 'payment_method_types_no_longer_supported',
    });
  });

  it('expire on demand while they are open, and only then', async () => {
    const { id } = await sessions().create(cartOf('order-1'));
    expect(await sessions().expire(id)).toMatchObject({ status: 'expired', url: null });
    await expect(sessions().expire(id)).rejects.toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('status of `expired`') as string,
    });
    expect(sandbox.pay(id, 'paid')).toBe('closed');
    await expect(sessions().expire('cs_test_none')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
    });
  });

  it('expire by themselves, and say so', async () => {
    const { id } = await sessions().create({
      ...cartOf('order-1'),
      expires_at: nowSeconds() + 31 * 60,
    });
    movedMs = 31 * 60 * 1000 + 1000;
    expect(sandbox.pay(id, 'paid')).toBe('closed');
    expect(await sessions().retrieve(id)).toMatchObject({
      status: 'expired',
      payment_status: 'unpaid',
    });
    const events = await stripe.events.list({ type: 'checkout.session.expired' });
    expect(events.data.map(({ data }) => data.object)).toMatchObject([{ id, status: 'expired' }]);
  });

  it('are listed newest first, by page, time and payment intent', async () => {
    const ids: string[] = [];
    for (let number = 0; number < 5; number += 1) {
      const { id } = await sessions().create(cartOf(`order-${String(number)}`));
      ids.unshift(id);
      movedMs += 10_000;
    }
    const first = await sessions().list({ limit: 2 });
    expect([first.data.map(({ id }) => id), first.has_more]).toEqual([ids.slice(0, 2), true]);
    const all: string[] = [];
    for await (const { id } of sessions().list({ limit: 2 })) all.push(id);
    expect(all).toEqual(ids);
    const before = await sessions().list({ limit: 1, ending_before: ids[2] ?? '' });
    expect([before.data.map(({ id }) => id), before.has_more]).toEqual([[ids[1]], true]);

    const created = { gte: nowSeconds() - 25 };
    expect((await sessions().list({ created })).data.map(({ id }) => id)).toEqual(ids.slice(0, 2));

    sandbox.pay(ids[3] ?? '', 'paid');
    const paid = await sessions().retrieve(ids[3] ?? '');
    const intent = paid.payment_intent as string;
    const found = await sessions().list({
      payment_intent: intent,
      expand: ['data.payment_intent'],
    });
    expect(found.data).toMatchObject([{ id: ids[3], payment_intent: { id: intent } }]);
  });

  it('ask for the right key', async () => {
    const stranger = stripeClient(sandbox);
    const other = sandbox.core.settings.stripeSecretKey;
    sandbox.core.settings.stripeSecretKey = 'sk_test_other';
    await expect(stranger.checkout.sessions.list()).rejects.toMatchObject({
      type: 'StripeAuthenticationError',
      statusCode: 401,
    });
    sandbox.core.settings.stripeSecretKey = other;
  });

  it('answer 404 to addresses that Stripe does not have', async () => {
    await expect(stripe.customers.list()).rejects.toMatchObject({
      statusCode: 404,
      message: 'Unrecognized request URL (GET: /v1/customers).',
    });
  });
});
