import Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../sandbox/start-sandbox.ts';
import type { Sandbox } from '../../../sandbox/start-sandbox.ts';
import { stripeSignature } from '../../../sandbox/stripe/stripe-signature.ts';
import { runInsideTransaction } from '../../db/transaction-context.ts';
import { describeError } from '../../kernel/describe-error.ts';
import { ProviderError } from '../provider-error.ts';
import { createStripeAdapter } from './stripe-adapter.ts';
import { WebhookSignatureInvalid } from './stripe-port.ts';
import type { SessionParams, StripePort } from './stripe-port.ts';

const EVENT_TYPES = [
  'checkout.session.completed',
  'checkout.session.expired',
  'refund.created',
  'refund.updated',
  'charge.refunded',
];
const CREATE = 'POST /v1/checkout/sessions';
const ORDER_ID = '0193a5c0-0000-7000-8000-000000000001';

describe('stripe adapter', () => {
  let sandbox: Sandbox;
  let stripe: StripePort;

  beforeAll(async () => {
    sandbox = await startSandbox();
    stripe = adapter();
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
  });

  function adapter(changed: { secretKey?: string; timeoutMs?: number } = {}): StripePort {
    const { stripeSecretKey, stripeWebhookSecret } = sandbox.core.settings;
    return createStripeAdapter({
      secretKey: stripeSecretKey,
      webhookSecret: stripeWebhookSecret,
      apiBaseUrl: sandbox.url,
      ...changed,
    });
  }

  function paramsOf(orderId = ORDER_ID): SessionParams {
    return {
      orderId,
      publicId: 'PB-1',
      customerEmail: 'shopper@example.test',
      currency: 'CAD',
      lines: [
        { name: 'Kuji ticket', description: 'One of 40', unitAmountCents: 1200, quantity: 3 },
        { name: 'GST', description: null, unitAmountCents: 180, quantity: 1 },
      ],
      expiresAtSeconds: Math.floor(Date.now() / 1000) + 41 * 60,
      successUrl: 'http://shop.test/success?session_id={CHECKOUT_SESSION_ID}',
      cancelUrl: 'http://shop.test/cart',
      paymentMethods: ['card', 'link'],
    };
  }

  async function collect<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
    const all: T[] = [];
    for await (const page of pages) all.push(...page);
    return all;
  }

  const create = (orderId = ORDER_ID) =>
    stripe.createSession(paramsOf(orderId), `checkout/${orderId}`);

  async function paid(orderId = ORDER_ID): Promise<{ sessionId: string; intentId: string }> {
    const { id } = await create(orderId);
    sandbox.pay(id, 'paid');
    const session = await stripe.retrieveSession(id);
    return { sessionId: id, intentId: session?.paymentIntentId ?? '' };
  }

  describe('sessions', () => {
    it('sends every parameter that keeps the price ours', async () => {
      const params = paramsOf();
      const session = await stripe.createSession(params, 'checkout/1');
      const ids = { orderId: ORDER_ID, orderPublicId: 'PB-1' };
      expect(sandbox.requests()).toMatchObject([
        {
          idempotencyKey: 'checkout/1',
          body: {
            mode: 'payment',
            client_reference_id: ORDER_ID,
            metadata: ids,
            payment_intent_data: { metadata: ids },
            customer_email: 'shopper@example.test',
            automatic_tax: { enabled: 'false' },
            adaptive_pricing: { enabled: 'false' },
            allow_promotion_codes: 'false',
            allowed_payment_method_types: ['card', 'link'],
            expires_at: String(params.expiresAtSeconds),
            line_items: [
              {
                quantity: '3',
                price_data: {
                  currency: 'cad',
                  unit_amount: '1200',
                  product_data: { name: 'Kuji ticket', description: 'One of 40' },
                },
              },
              { quantity: '1', price_data: { unit_amount: '180', product_data: { name: 'GST' } } },
            ],
          },
        },
      ]);
      expect(session).toEqual({
        id: session.id,
        url: `${sandbox.url}/pay/${session.id}`,
        status: 'open',
        paymentStatus: 'unpaid',
        paymentIntentId: null,
        amountTotalCents: 3780,
        amountReceivedCents: null,
        currency: 'CAD',
        orderId: ORDER_ID,
        publicId: 'PB-1',
        customerEmail: 'shopper@example.test',
        createdAtSeconds: session.createdAtSeconds,
        expiresAtSeconds: params.expiresAtSeconds,
      });
    });

    it('reads what was received, and what differs', async () => {
      const { id } = await create();
      await sandbox.odd('currency_differs', id);
      sandbox.pay(id, 'paid');
      expect(await stripe.retrieveSession(id)).toMatchObject({
        status: 'complete',
        paymentStatus: 'paid',
        url: null,
        amountReceivedCents: 3780,
        currency: 'USD',
      });
      expect(await stripe.retrieveSession('cs_test_none')).toBeNull();
    });

    it('expires once, and tells why it cannot', async () => {
      const { id } = await create();
      expect(await stripe.expireSession(id, 'expire/1')).toBe('expired');
      expect(await stripe.expireSession(id, 'expire/1')).toBe('expired');
      expect(await stripe.expireSession(id, 'expire/2')).toBe('not_open');
      expect(await stripe.expireSession('cs_test_none', 'expire/3')).toBe('not_found');
    });

    it('finds a session by its order and by its payment', async () => {
      const since = Math.floor(Date.now() / 1000) - 60;
      const first = await paid('order-1');
      await create('order-2');
      expect(await stripe.findSessionForOrder('order-1', since)).toMatchObject({
        id: first.sessionId,
        amountReceivedCents: 3780,
      });
      expect(await stripe.findSessionForOrder('order-3', since)).toBeNull();
      expect(await stripe.findSessionForOrder('order-1', since + 3600)).toBeNull();
      expect(await stripe.findSessionByPaymentIntent(first.intentId)).toMatchObject({
        id: first.sessionId,
      });
      expect(await stripe.findSessionByPaymentIntent('pi_none')).toBeNull();
    });
  });

  describe('refunds', () => {
    it('gives back once per key, and lists what was given back', async () => {
      const { intentId } = await paid();
      const give = (amountCents: number, key: string) =>
        stripe.createRefund(
          { paymentIntentId: intentId, amountCents, metadata: { refundId: key } },
          `refund/${key}`,
        );
      const first = await give(1000, 'a');
      expect(first).toMatchObject({
        paymentIntentId: intentId,
        amountCents: 1000,
        currency: 'CAD',
        status: 'succeeded',
        reason: null,
        metadata: { refundId: 'a' },
      });
      expect(await give(1000, 'a')).toEqual(first);
      await expect(give(2781, 'b')).rejects.toMatchObject({ kind: 'rejected' });
      const second = await give(2780, 'c');
      expect(await stripe.listRefunds(intentId)).toEqual([second, first]);
    });

    it('calls an unknown payment a fault of the set-up', async () => {
      const refund = stripe.createRefund(
        { paymentIntentId: 'pi_none', amountCents: 1, metadata: {} },
        'refund/1',
      );
      await expect(refund).rejects.toMatchObject({
        provider: 'stripe',
        operation: 'createRefund',
        kind: 'misconfigured',
      });
    });
  });

  describe('failures', () => {
    it.each([
      ['error_500', 'unknown'],
      ['error_409', 'unknown'],
      ['error_429', 'unknown'],
      ['reset', 'unknown'],
    ] as const)('sorts %s as %s', async (kind, expected) => {
      sandbox.fault({ match: CREATE, kind, times: 9 });
      const error: unknown = await create().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject({ kind: expected, operation: 'createSession' });
    });

    it('gets the session of an answer that was lost once', async () => {
      sandbox.fault({ match: CREATE, kind: 'timeout_after_work', delayMs: 0 });
      const session = await create();
      const keys = sandbox.requests().map(({ idempotencyKey }) => idempotencyKey);
      expect(keys).toEqual([`checkout/${ORDER_ID}`, `checkout/${ORDER_ID}`]);
      expect(await stripe.findSessionForOrder(ORDER_ID, 0)).toEqual(session);
    });

    it('does not wait for ever, and finds the work later', async () => {
      sandbox.fault({ match: CREATE, kind: 'timeout_after_work', times: 2 });
      const hasty = adapter({ timeoutMs: 100 });
      const params = paramsOf();
      await expect(hasty.createSession(params, 'checkout/1')).rejects.toMatchObject({
        kind: 'unknown',
      });
      expect((await stripe.createSession(params, 'checkout/1')).orderId).toBe(ORDER_ID);
    });

    it('does not take another request under the same key for a refusal', async () => {
      await stripe.createSession(paramsOf(), 'checkout/1');
      const other = { ...paramsOf(), publicId: 'PB-2' };
      await expect(stripe.createSession(other, 'checkout/1')).rejects.toMatchObject({
        kind: 'unknown',
      });
    });

    it('calls a wrong key a fault of the set-up', async () => {
      const stranger = adapter({ secretKey: 'sk_test_wrong' });
      await expect(stranger.retrieveSession('cs_1')).rejects.toMatchObject({
        kind: 'misconfigured',
      });
    });

    it('keeps what Stripe quotes out of the log', async () => {
      const params = { ...paramsOf(), customerEmail: 'not-an-address-of-jane' };
      const error: unknown = await stripe
        .createSession(params, 'checkout/1')
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ kind: 'rejected' });
      const told = JSON.stringify(describeError(error));
      expect(told).toContain('status 400, param customer_email');
      expect(told).not.toContain('jane');
    });

    it('refuses to work inside a transaction', async () => {
      await expect(runInsideTransaction('test', () => create())).rejects.toThrow(
        'stripe.createSession was called inside the transaction "test"',
      );
      expect(sandbox.requests()).toEqual([]);
    });
  });

  describe('events', () => {
    it('finds those that never arrived, and only what we act on', async () => {
      sandbox.setWebhookMode('drop');
      const { sessionId, intentId } = await paid();
      await sandbox.odd('dashboard_refund', intentId);
      const events = await collect(
        stripe.listUndeliveredEvents(Math.floor(Date.now() / 1000) - 60, EVENT_TYPES),
      );
      events.reverse();
      expect(events.map(({ type }) => type)).toEqual([
        'checkout.session.completed',
        'refund.created',
        'charge.refunded',
        'refund.updated',
      ]);
      expect(events[0]).toEqual({
        id: events[0]?.id,
        type: 'checkout.session.completed',
        createdAtSeconds: events[0]?.createdAtSeconds,
        livemode: false,
        apiVersion: '2026-10-28.endive',
        objectId: sessionId,
        objectType: 'checkout.session',
        paymentIntentId: intentId,
        orderId: ORDER_ID,
        publicId: 'PB-1',
        slim: expect.objectContaining({
          payment_status: 'paid',
          amount_total: 3780,
          currency: 'cad',
        }) as unknown,
      });
      expect(events[1]).toMatchObject({ objectType: 'refund', paymentIntentId: intentId });
      expect(JSON.stringify(events)).not.toContain('shopper@example.test');
    });

    it('and sessions are read page by page, all of them', async () => {
      sandbox.setWebhookMode('drop');
      const since = Math.floor(Date.now() / 1000) - 60;
      for (let n = 0; n < 101; n += 1) {
        await stripe.expireSession((await create(`order-${String(n)}`)).id, `expire/${String(n)}`);
      }
      expect(await collect(stripe.listUndeliveredEvents(since, EVENT_TYPES))).toHaveLength(101);
      expect(await collect(stripe.listSessions(since))).toHaveLength(101);
      const pages = sandbox.requests().filter(({ path }) => path === '/v1/events');
      expect(pages).toHaveLength(2);
    });
  });

  describe('webhooks', () => {
    const body = JSON.stringify({
      id: 'evt_1',
      object: 'event',
      api_version: '2026-10-28.endive',
      type: 'charge.dispute.created',
      created: 1_700_000_000,
      livemode: false,
      data: { object: { id: 'du_1', object: 'dispute', payment_intent: { id: 'pi_1' } } },
    });

    function signed(text: string, ageSeconds = 0): string {
      const timestamp = Math.floor(Date.now() / 1000) - ageSeconds;
      return stripeSignature(sandbox.core.settings.stripeWebhookSecret, timestamp, text);
    }

    it('reads a genuine one', () => {
      expect(stripe.readWebhook(Buffer.from(body), signed(body))).toMatchObject({
        id: 'evt_1',
        objectId: 'du_1',
        paymentIntentId: 'pi_1',
        orderId: null,
      });
    });

    it('tells a signed object that is no event from a forged one', () => {
      expect(stripe.readWebhook(Buffer.from('{"id":"x"}'), signed('{"id":"x"}'))).toBeNull();
    });

    it('signs in the sandbox as Stripe signs', () => {
      const timestamp = 1_700_000_000;
      const secret = 'whsec_any';
      const { webhooks } = new Stripe('sk_test_any');
      expect(stripeSignature(secret, timestamp, body)).toBe(
        webhooks.generateTestHeaderString({ payload: body, secret, timestamp }),
      );
    });

    it.each([
      ['changed bytes', () => [`${body} `, signed(body)]],
      ['a cut body', () => [body.slice(0, -5), signed(body)]],
      ['an old signature', () => [body, signed(body, 301)]],
      ['no signature', () => [body, '']],
      ['another secret', () => [body, stripeSignature('whsec_x', Date.now() / 1000, body)]],
      ['signed nonsense', () => ['nonsense', signed('nonsense')]],
    ])('refuses %s', (_name, make) => {
      const [text = '', header = ''] = make();
      expect(() => stripe.readWebhook(Buffer.from(text), header)).toThrow(WebhookSignatureInvalid);
    });
  });
});
