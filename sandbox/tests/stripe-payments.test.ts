import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';
import { cartOf, line, stripeClient } from './stripe-client.ts';

describe('payments', () => {
  let sandbox: Sandbox;
  let stripe: Stripe;

  beforeAll(async () => {
    sandbox = await startSandbox();
    stripe = stripeClient(sandbox);
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
  });

  const open = () => stripe.checkout.sessions.create(cartOf('order-1'));
  const eventTypes = async () => {
    const { data } = await stripe.events.list({ limit: 100 });
    return data.map(({ type }) => type).reverse();
  };
  const submit = (sessionId: string, form: Record<string, string>) =>
    fetch(`${sandbox.url}/pay/${sessionId}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
    });
  async function paid(): Promise<{ sessionId: string; intentId: string }> {
    const { id } = await open();
    sandbox.pay(id, 'paid');
    const session = await stripe.checkout.sessions.retrieve(id);
    return { sessionId: id, intentId: session.payment_intent as string };
  }

  it('show a page with every line, harmlessly', async () => {
    const { url, id } = await open();
    const page = await (await fetch(url ?? '')).text();
    expect(page).toContain('Fox &lt;figure&gt;');
    expect(page).not.toContain('<figure>');
    expect(page).toContain('$99.99');
    expect(page).toContain('no real card is charged');
    expect((await fetch(`${sandbox.url}/pay/cs_unknown`)).status).toBe(404);
    expect(id).toMatch(/^cs_test_\w{58}$/);
  });

  it('lead from the page back to the shop, with the session', async () => {
    const { id } = await open();
    const answer = await submit(id, { outcome: 'paid', email: 'other@example.test' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(
      `http://shop.test/checkout/success?session_id=${id}`,
    );
    const session = await stripe.checkout.sessions.retrieve(id);
    expect(session.customer_details?.email).toBe('other@example.test');
    expect(await eventTypes()).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    const again = await submit(id, { outcome: 'paid' });
    expect([again.status, await again.text()]).toEqual([
      409,
      expect.stringContaining('Already paid'),
    ]);
    expect(await eventTypes()).toHaveLength(4);
  });

  it('can be given up, and tried again', async () => {
    const { id } = await open();
    const answer = await submit(id, { outcome: 'cancel' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'http://shop.test/cart']);
    expect((await stripe.checkout.sessions.retrieve(id)).status).toBe('open');
  });

  it.each([
    { outcome: 'declined' },
    { outcome: 'paid', card: '4000 0000 0000 0002' },
    { outcome: 'paid', card: '4000000000000002' },
  ])('leave the session open when the card is declined: %o', async (form) => {
    const { id } = await open();
    const answer = await submit(id, form);
    expect([answer.status, await answer.text()]).toEqual([
      402,
      expect.stringContaining('Your card was declined'),
    ]);
    const declined = await stripe.checkout.sessions.retrieve(id);
    expect(declined).toMatchObject({ status: 'open', payment_status: 'unpaid' });
    expect((await submit(id, { outcome: 'paid', card: '4242 4242 4242 4242' })).status).toBe(303);
    const session = await stripe.checkout.sessions.retrieve(id);
    expect(session.payment_intent).toBe(declined.payment_intent);
    expect(session.payment_status).toBe('paid');
  });

  it('refuse a form that makes no sense', async () => {
    const { id } = await open();
    expect((await submit(id, { outcome: 'stolen' })).status).toBe(400);
    expect((await stripe.checkout.sessions.retrieve(id)).status).toBe('open');
  });

  it.each([
    ['succeeded', 'paid', 'checkout.session.async_payment_succeeded', 9999],
    ['failed', 'unpaid', 'checkout.session.async_payment_failed', 0],
  ] as const)('wait for the bank, which says %s', async (outcome, status, type, received) => {
    const { id } = await open();
    expect((await submit(id, { outcome: 'processing' })).status).toBe(303);
    const waiting = await stripe.checkout.sessions.retrieve(id);
    expect(waiting).toMatchObject({ status: 'complete', payment_status: 'unpaid' });
    const settle = () =>
      fetch(`${sandbox.url}/pay/${id}/settle`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ outcome }),
      });
    expect((await settle()).status).toBe(200);
    const settled = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
    expect(settled).toMatchObject({
      status: 'complete',
      payment_status: status,
      payment_intent: { amount_received: received },
    });
    expect((await eventTypes()).at(-1)).toBe(type);
    expect((await settle()).status).toBe(409);
  });

  it('tell on the page what became of them', async () => {
    const titleOf = async (id: string) =>
      /<h1>(.*?)<\/h1>/.exec(await (await fetch(`${sandbox.url}/pay/${id}`)).text())?.[1];
    const { id } = await open();
    expect(await titleOf(id)).toBe('Payment');
    sandbox.pay(id, 'processing');
    expect(await titleOf(id)).toBe('Waiting for the bank');
    sandbox.settle(id, 'failed');
    expect(await titleOf(id)).toBe('The bank refused the payment');
    expect(await titleOf((await paid()).sessionId)).toBe('Payment complete');
    const gone = await open();
    await stripe.checkout.sessions.expire(gone.id);
    expect(await titleOf(gone.id)).toBe('This payment page has expired');
    expect((await submit(gone.id, { outcome: 'paid' })).status).toBe(409);
  });

  it('need no card when nothing is to be paid', async () => {
    const free = { ...cartOf('order-1'), line_items: [line('Gift', 0, 1)] };
    const { id } = await stripe.checkout.sessions.create(free);
    sandbox.pay(id, 'paid');
    expect(await stripe.checkout.sessions.retrieve(id)).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      payment_intent: null,
    });
  });

  it('are refunded in parts, never beyond what was paid', async () => {
    const { intentId } = await paid();
    const refund = (amount: number) => stripe.refunds.create({ payment_intent: intentId, amount });
    const first = await stripe.refunds.create({
      payment_intent: intentId,
      amount: 4000,
      metadata: { refundId: 'r-1' },
    });
    expect(first).toMatchObject({
      status: 'succeeded',
      amount: 4000,
      metadata: { refundId: 'r-1' },
    });
    await expect(refund(6000)).rejects.toThrow('greater than unrefunded amount on charge ($59.99)');
    const second = await refund(5999);
    await expect(refund(1)).rejects.toMatchObject({ code: 'charge_already_refunded' });
    const listed = await stripe.refunds.list({ payment_intent: intentId, limit: 1 });
    expect([listed.data.map(({ id }) => id), listed.has_more]).toEqual([[second.id], true]);
    const intent = await stripe.paymentIntents.retrieve(intentId);
    const charge = await stripe.charges.retrieve(intent.latest_charge as string);
    expect(charge).toMatchObject({ amount_refunded: 9999, refunded: true });
    expect((await stripe.refunds.retrieve(first.id)).payment_intent).toBe(intentId);
  });

  it('refund nothing that was not paid', async () => {
    await expect(
      stripe.refunds.create({ payment_intent: 'pi_none', amount: 1 }),
    ).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing' });
    const { id } = await open();
    sandbox.pay(id, 'declined');
    const { payment_intent } = await stripe.checkout.sessions.retrieve(id);
    await expect(
      stripe.refunds.create({ payment_intent: payment_intent as string, amount: 1 }),
    ).rejects.toThrow('does not have a successful charge');
    await expect(stripe.refunds.create({ amount: 1 })).rejects.toMatchObject({
      code: 'parameter_missing',
    });
  });

  it('meet odd refunds: pending, settled, failed', async () => {
    const { intentId } = await paid();
    const refund = () => stripe.refunds.create({ payment_intent: intentId, amount: 1000 });
    expect(await sandbox.odd('refund_pending', intentId)).toBe(true);
    const slow = await refund();
    expect(slow.status).toBe('pending');
    expect(await sandbox.odd('refund_failed', slow.id)).toBe(true);
    expect((await stripe.refunds.retrieve(slow.id)).status).toBe('failed');
    expect((await eventTypes()).at(-1)).toBe('refund.failed');
    expect(await sandbox.odd('refund_failed', slow.id)).toBe(false);

    await sandbox.odd('refund_pending', intentId);
    const late = await refund();
    expect(await sandbox.odd('refund_succeeded', intentId)).toBe(true);
    expect((await stripe.refunds.retrieve(late.id)).status).toBe('succeeded');

    await sandbox.odd('refund_failed', intentId);
    expect((await refund()).status).toBe('failed');
    expect((await stripe.refunds.create({ payment_intent: intentId })).amount).toBe(8999);
  });

  it('meet a refund made by hand, and a dispute', async () => {
    const first = await paid();
    expect(await sandbox.odd('dashboard_refund', first.intentId)).toBe(true);
    const { data } = await stripe.refunds.list({ payment_intent: first.intentId });
    expect(data).toMatchObject([{ amount: 9999, metadata: {}, status: 'succeeded' }]);
    const [byHand] = (await stripe.events.list({ type: 'refund.created' })).data;
    expect(byHand?.request).toEqual({ id: null, idempotency_key: null });

    const second = await paid();
    expect(await sandbox.odd('dispute', second.sessionId)).toBe(true);
    const [event] = (await stripe.events.list({ type: 'charge.dispute.created' })).data;
    const dispute = event?.data.object as Stripe.Dispute;
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({
      payment_intent: second.intentId,
      status: 'needs_response',
    });
    expect(await sandbox.odd('dispute', second.sessionId)).toBe(false);
  });

  it('keep the money of a dispute away until it is won', async () => {
    const { intentId } = await paid();
    expect(await sandbox.odd('dispute_won', intentId)).toBe(false);
    await sandbox.odd('dispute', intentId);
    const refund = () => stripe.refunds.create({ payment_intent: intentId, amount: 1 });
    await expect(refund()).rejects.toMatchObject({ code: 'charge_disputed' });
    expect(await sandbox.odd('dispute_won', intentId)).toBe(true);
    expect(await sandbox.odd('dispute_lost', intentId)).toBe(false);
    expect((await refund()).status).toBe('succeeded');
    const { data } = await stripe.events.list({ type: 'charge.dispute.closed' });
    expect(data).toMatchObject([{ data: { object: { status: 'won' } } }]);
  });

  it('meet a second payment of one order', async () => {
    const { sessionId, intentId } = await paid();
    expect(await sandbox.odd('second_payment', sessionId)).toBe(true);
    const { data } = await stripe.checkout.sessions.list();
    expect(data).toMatchObject([
      { client_reference_id: 'order-1', payment_status: 'paid', metadata: { orderId: 'order-1' } },
      { id: sessionId, payment_intent: intentId },
    ]);
    expect(data[0]?.payment_intent).not.toBe(intentId);
  });

  it.each([
    ['amount_differs', { amount_total: 9899, currency: 'cad' }],
    ['currency_differs', { amount_total: 9999, currency: 'usd' }],
  ] as const)('meet %s', async (kind, expected) => {
    const { id } = await open();
    expect(await sandbox.odd(kind, id)).toBe(true);
    sandbox.pay(id, 'paid');
    const session = await stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
    expect(session).toMatchObject({
      ...expected,
      payment_intent: { amount_received: expected.amount_total, currency: expected.currency },
    });
    expect(await sandbox.odd(kind, id)).toBe(false);
  });

  it('tell over HTTP which oddities there are', async () => {
    const send = (body: unknown) =>
      fetch(`${sandbox.url}/odd`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const { intentId } = await paid();
    expect((await send({ kind: 'dispute', target: intentId })).status).toBe(200);
    expect((await send({ kind: 'dispute', target: 'pi_none' })).status).toBe(404);
    const unknown = await send({ kind: 'earthquake', target: intentId });
    expect([unknown.status, await unknown.text()]).toEqual([
      400,
      expect.stringContaining('second_payment'),
    ]);
  });
});
