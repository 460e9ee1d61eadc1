import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { cartOf, stripeClient } from './stripe-client.ts';

const CREATE = 'POST /v1/checkout/sessions';

describe('idempotency keys and faults', () => {
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

  const create = (key: string, orderId = 'order-1') =>
    stripe.checkout.sessions.create(cartOf(orderId), { idempotencyKey: key });
  const countSessions = async () => (await stripe.checkout.sessions.list()).data.length;

  it('replay the first answer, even after the object has changed', async () => {
    const first = await create('key-1');
    await stripe.checkout.sessions.expire(first.id);
    const again = await create('key-1');
    expect(again).toEqual(first);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await countSessions()).toBe(1);
  });

  it('refuse another request under the same key', async () => {
    const { id } = await create('key-1');
    await expect(create('key-1', 'order-2')).rejects.toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
    });
    await expect(
      stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'key-1' }),
    ).rejects.toMatchObject({ type: 'StripeIdempotencyError' });
  });

  it('are free again after faulty parameters, and after a day', async () => {
    const faulty = { ...cartOf('order-1'), customer_email: 'nobody' };
    const options = { idempotencyKey: 'key-1' };
    await expect(stripe.checkout.sessions.create(faulty, options)).rejects.toThrow();
    const first = await create('key-1');
    movedMs = 24 * 3600 * 1000 + 1;
    expect((await create('key-1')).id).not.toBe(first.id);
  });

  it('remember a refusal that began to execute', async () => {
    const { id } = await create('key-1');
    const expire = () => stripe.checkout.sessions.expire(id, {}, { idempotencyKey: 'expire-1' });
    sandbox.pay(id, 'paid');
    await expect(expire()).rejects.toThrow('status of `complete`');
    await expect(expire()).rejects.toMatchObject({
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  it('answer 409 while the first request is still at work', async () => {
    const gate = sandbox.gate(CREATE, 'before');
    const first = create('key-1');
    await gate.arrived;
    await expect(create('key-1')).rejects.toMatchObject({
      statusCode: 409,
      code: 'idempotency_key_in_use',
    });
    expect((await create('key-2', 'order-2')).status).toBe('open');
    gate.open();
    expect((await create('key-1')).id).toBe((await first).id);
    expect(await countSessions()).toBe(2);
  });

  it('stay with a 500: the same key fails again, another one works', async () => {
    sandbox.fault({ match: CREATE, kind: 'error_500' });
    await expect(create('key-1')).rejects.toMatchObject({ statusCode: 500 });
    await expect(create('key-1')).rejects.toMatchObject({
      statusCode: 500,
      headers: { 'idempotent-replayed': 'true' },
    });
    expect(await countSessions()).toBe(0);
    expect((await create('key-2')).status).toBe('open');
  });

  it.each(['error_409', 'error_429', 'reset'] as const)('are free again after %s', async (kind) => {
    // A cut connection is repeated once by the SDK on its own.
    sandbox.fault({ match: CREATE, kind, times: kind === 'reset' ? 2 : 1 });
    await expect(create('key-1')).rejects.toThrow();
    expect(await countSessions()).toBe(0);
    expect((await create('key-1')).status).toBe('open');
  });

  it('tell when to come back after too many requests', async () => {
    sandbox.fault({ match: CREATE, kind: 'error_429' });
    await expect(create('key-1')).rejects.toMatchObject({
      type: 'StripeRateLimitError',
      headers: { 'retry-after': '1' },
    });
  });

  it('find the work that was done when its answer was lost', async () => {
    sandbox.fault({ match: CREATE, kind: 'timeout_after_work', times: 2, delayMs: 0 });
    await expect(create('key-1')).rejects.toMatchObject({ type: 'StripeConnectionError' });
    expect(await countSessions()).toBe(1);
    const again = await create('key-1');
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await countSessions()).toBe(1);
    const statuses = sandbox
      .requests()
      .filter(({ method }) => method === 'POST')
      .map(({ status, idempotencyKey }) => [idempotencyKey, status]);
    expect(statuses).toEqual([
      ['key-1', null],
      ['key-1', null],
      ['key-1', 200],
    ]);
  });

  it('find the work when the shop did not wait for it', async () => {
    sandbox.fault({ match: CREATE, kind: 'timeout_after_work' });
    const hasty = stripeClient(sandbox, { timeout: 100 });
    await expect(
      hasty.checkout.sessions.create(cartOf('order-1'), { idempotencyKey: 'key-1' }),
    ).rejects.toMatchObject({ type: 'StripeConnectionError' });
    expect((await create('key-1')).client_reference_id).toBe('order-1');
    expect(await countSessions()).toBe(1);
  });

  it('do the work of a slow call at once', async () => {
    const gate = sandbox.gate(CREATE, 'after');
    const slow = create('key-1');
    await gate.arrived;
    const [open] = (await stripe.checkout.sessions.list()).data;
    expect(sandbox.pay(open?.id ?? '', 'paid')).toBe('done');
    gate.open();
    expect(await slow).toMatchObject({ id: open?.id, status: 'open' });
  });

  it('forget a request whose caller died before it began', async () => {
    const gate = sandbox.gate(CREATE, 'before');
    const hasty = stripeClient(sandbox, { timeout: 100 });
    const lost = hasty.checkout.sessions.create(cartOf('order-1'), { idempotencyKey: 'key-1' });
    await gate.arrived;
    await expect(lost).rejects.toMatchObject({ type: 'StripeConnectionError' });
    await vi.waitFor(() => {
      expect(sandbox.requests()[0]?.endedAt).not.toBeNull();
    });
    gate.open();
    expect(await countSessions()).toBe(0);
    expect((await create('key-1')).status).toBe('open');
  });

  it('are armed and disarmed over HTTP', async () => {
    const send = (method: string, body?: unknown) =>
      fetch(`${sandbox.url}/faults`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const armed = await send('POST', {
      match: 'GET /v1/checkout/sessions/:id',
      kind: 'error_500',
      times: 2,
    });
    expect(armed.status).toBe(201);
    await expect(stripe.checkout.sessions.retrieve('cs_1')).rejects.toMatchObject({
      statusCode: 500,
    });
    expect((await send('DELETE')).status).toBe(204);
    await expect(stripe.checkout.sessions.retrieve('cs_1')).rejects.toMatchObject({
      statusCode: 404,
    });
    expect((await send('POST', { match: 'nonsense', kind: 'reset' })).status).toBe(400);
    expect((await send('POST', { match: 'GET /v1/*', kind: 'flood' })).status).toBe(400);
  });
});
