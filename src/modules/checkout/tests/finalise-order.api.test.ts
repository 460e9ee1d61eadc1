import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  checkout,
  checkoutBody,
  setLatePayments,
  type OpenCheckout,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { releaseHolds } from '../../inventory/index.ts';
import { finaliseOrder } from '../service/finalise-order.ts';
import { expireHolds } from '../service/expire-holds.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterEach(() => {
  w.clock.offsetMs = 0;
});
afterAll(() => w.close());

const MINUTE_MS = 60_000;

type Facts = {
  status: string;
  attention_code: string | null;
  payment: string;
  received: number | null;
  on_hand: number;
  reserved: number;
};

async function factsOf(opened: OpenCheckout): Promise<Facts> {
  const { rows } = await w.app.database.pool.query<Facts>(
    `SELECT o.status, o.attention_code, p.state AS payment, p.received_cents AS received, i.on_hand, i.reserved
     FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id
     JOIN popbox.holds h ON h.order_id = o.id JOIN popbox.inventory i ON i.id = h.inventory_id
     WHERE o.id = $1 ORDER BY h.id DESC LIMIT 1`,
    [opened.orderId],
  );
  if (!rows[0]) throw new Error('no such order');
  return rows[0];
}

async function openOne(
  onHand = 3,
): Promise<OpenCheckout & { productId: string; variantId: string }> {
  const { productId, variantId } = await aProduct(w, { onHand });
  const opened = await anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
  return { ...opened, productId, variantId };
}

const success = (sessionId: string) =>
  w.http.get('/api/v1/checkout/success').query({ session_id: sessionId });

describe('a payment', () => {
  it('becomes a paid order with its sale, its money and its mails', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    expect(await factsOf(opened)).toMatchObject({
      status: 'paid',
      payment: 'paid',
      on_hand: 2,
      reserved: 0,
    });
    const mails = w.sandbox.mails().filter((mail) => mail.key?.endsWith(opened.orderId) === true);
    expect(mails.map((mail) => mail.key).sort()).toEqual([
      `order-confirmed/${opened.orderId}`,
      `order-notice/${opened.orderId}`,
    ]);
  });

  it('T24 an unpaid completion books nothing', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'processing');
    await w.drain();
    expect(await factsOf(opened)).toMatchObject({
      status: 'pending_payment',
      payment: 'pending',
      received: null,
      reserved: 1,
    });
    const page = await success(opened.sessionId);
    expect(page.status).toBe(202);
    expect(page.body).toMatchObject({
      data: {
        pending: true,
        retryable: true,
        publicId: opened.publicId,
        status: 'pending_payment',
      },
    });
    expect(page.headers['set-cookie']).toBeUndefined();

    // The hold outlives its ten minutes: the bank has the word.
    w.clock.offsetMs = 20 * MINUTE_MS;
    await expireHolds(w.app);
    expect(await factsOf(opened)).toMatchObject({ status: 'pending_payment', reserved: 1 });
    w.clock.offsetMs = 0;

    w.sandbox.settle(opened.sessionId, 'succeeded');
    await w.drain();
    expect(await factsOf(opened)).toMatchObject({ status: 'paid', on_hand: 2, reserved: 0 });
  });

  it('T20 a failed payment frees the order', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'processing');
    await w.drain();
    w.sandbox.settle(opened.sessionId, 'failed');
    await w.drain();
    expect(await factsOf(opened)).toMatchObject({
      status: 'cancelled',
      payment: 'failed',
      on_hand: 3,
      reserved: 0,
    });
    expect(
      w.sandbox.mails().filter((mail) => mail.key === `order-payment-failed/${opened.orderId}`),
    ).toHaveLength(1);
    const page = await success(opened.sessionId);
    expect([page.status, (page.body as { errors: { code: string } }).errors.code]).toEqual([
      409,
      'SESSION_NOT_PAID',
    ]);
  });

  it('of another amount keeps both amounts and asks for a person', async () => {
    const opened = await openOne();
    await w.sandbox.odd('amount_differs', opened.sessionId);
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    const facts = await factsOf(opened);
    expect(facts).toMatchObject({
      status: 'paid_needs_attention',
      attention_code: 'AMOUNT_DIFFERS',
      payment: 'paid',
      on_hand: 3,
      reserved: 0,
    });
    const { rows } = await w.app.database.pool.query<{ total_cents: number }>(
      'SELECT total_cents FROM popbox.orders WHERE id = $1',
      [opened.orderId],
    );
    expect(facts.received).not.toBe(rows[0]?.total_cents);
    const page = await success(opened.sessionId);
    expect(page.body).toMatchObject({ data: { pending: false, needsAttention: true } });
  });

  it('in another currency asks for a person', async () => {
    const opened = await openOne();
    await w.sandbox.odd('currency_differs', opened.sessionId);
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    expect(await factsOf(opened)).toMatchObject({
      status: 'paid_needs_attention',
      attention_code: 'CURRENCY_DIFFERS',
    });
  });
});

describe('the end of a hold', () => {
  it('frees the goods after Stripe has expired the session', async () => {
    const opened = await openOne();
    w.clock.offsetMs = 11 * MINUTE_MS;
    expect(await expireHolds(w.app)).toMatchObject({ expired: 1 });
    expect(await factsOf(opened)).toMatchObject({
      status: 'expired',
      payment: 'failed',
      reserved: 0,
    });
    expect((await w.app.stripe.retrieveSession(opened.sessionId))?.status).toBe('expired');
    const retry = await checkout(w, opened.body, opened.key);
    expect([retry.status, (retry.body as { errors: { code: string } }).errors.code]).toEqual([
      409,
      'CHECKOUT_ENDED',
    ]);
  });

  it('H01 stock stays held until Stripe says no', async () => {
    const opened = await openOne(1);
    w.clock.offsetMs = 11 * MINUTE_MS;
    w.sandbox.fault({
      match: 'POST /v1/checkout/sessions/:id/expire',
      kind: 'error_429',
      times: 10,
    });
    expect(await expireHolds(w.app)).toMatchObject({ expired: 0, kept: 1 });
    expect(await factsOf(opened)).toMatchObject({ status: 'pending_payment', reserved: 1 });
    const other = await checkout(
      w,
      checkoutBody([
        { productId: opened.productId, productVariantId: opened.variantId, quantity: 1 },
      ]),
    );
    expect(other.status).toBe(409);
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    // The lease of the first try has to lapse.
    w.clock.offsetMs = 14 * MINUTE_MS;
    expect(await expireHolds(w.app)).toMatchObject({ expired: 1 });
  });

  it('finalises instead if the shopper has paid and nobody told us', async () => {
    const opened = await openOne();
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(opened.sessionId, 'paid');
    w.sandbox.setWebhookMode('normal');
    w.clock.offsetMs = 11 * MINUTE_MS;
    expect(await expireHolds(w.app)).toMatchObject({ finalised: 1 });
    expect(await factsOf(opened)).toMatchObject({ status: 'paid', on_hand: 2, reserved: 0 });
  });

  // As after a restored backup: Stripe knows of the page, the order does not.
  it('finds a page that nobody has written down, also when it cannot be asked for any more', async () => {
    const [asked, late] = [await openOne(), await openOne()];
    await w.app.database.pool.query(
      'UPDATE popbox.payments SET session_id = NULL, session_url = NULL WHERE order_id = ANY ($1)',
      [[asked.orderId, late.orderId]],
    );
    w.sandbox.pay(asked.sessionId, 'paid');
    await w.drain();
    expect(await factsOf(asked)).toMatchObject({ status: 'paid', payment: 'paid' });
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(late.sessionId, 'paid');
    w.sandbox.setWebhookMode('normal');
    // By then Stripe has forgotten the key, and refuses the time at which the page was to end.
    w.clock.offsetMs = 25 * 60 * MINUTE_MS;
    expect(await expireHolds(w.app)).toMatchObject({ finalised: 1 });
    expect(await factsOf(late)).toMatchObject({ status: 'paid', payment: 'paid' });
  });

  it('of nothing is for a person: a price of zero may be a mistake', async () => {
    const admin = await anAdmin(w);
    const settings = ['/admin/settings/shipping'] as const;
    const { data } = await callAs<Record<string, unknown>>(w, admin, ['get', ...settings]);
    await callAs(w, admin, ['put', ...settings], { ...data, flatShippingCents: 0 });
    const gift = await aProduct(w, { priceCents: 0 });
    const item = { productId: gift.productId, productVariantId: gift.variantId, quantity: 1 };
    const [wanted, mistaken] = [await anOpenCheckout(w, [item]), await anOpenCheckout(w, [item])];
    await callAs(w, admin, ['put', ...settings], data);
    for (const { sessionId } of [wanted, mistaken]) w.sandbox.pay(sessionId, 'paid');
    await w.drain();
    for (const opened of [wanted, mistaken]) {
      expect(await factsOf(opened)).toMatchObject({
        status: 'paid_needs_attention',
        attention_code: 'NO_PAYMENT_INTENT',
        received: 0,
        reserved: 0,
      });
    }
    const accepted = await callAs(w, admin, ['post', `/admin/orders/${wanted.orderId}/accept`], {});
    expect(accepted).toMatchObject({ status: 200, data: { status: 'paid' } });
    const cancel = (orderId: string) =>
      callAs(w, admin, ['patch', `/admin/orders/${orderId}/status`], { status: 'cancelled' });
    expect((await cancel(mistaken.orderId)).status).toBe(200);
    expect(await factsOf(mistaken)).toMatchObject({ status: 'cancelled', reserved: 0 });
    // Whoever asks Stripe again is not told otherwise, or it would come back each night.
    const { sessionId } = mistaken;
    expect(await finaliseOrder(w.app, { sessionId, actor: 'test' })).toBe('not_paid');
    // Money is not cancelled away.
    expect((await cancel(wanted.orderId)).status).toBe(409);
  });

  // Red if stock is given back by whoever asks, and not by flipping the hold: no lock of the order helps here.
  it('T15 releasing twice subtracts once', async () => {
    const opened = await openOne();
    const { orderId } = opened;
    const release = () =>
      inTx(w.app, 'test', (tx, now) =>
        releaseHolds(tx, { orderId, lineCount: 1, as: 'expired', now, actor: 'test' }),
      );
    const released = await Promise.all([release(), release()]);
    expect(released.map((holds) => holds.length).sort()).toEqual([0, 1]);
    w.clock.offsetMs = 11 * MINUTE_MS;
    await Promise.all([expireHolds(w.app), expireHolds(w.app)]);
    expect(await factsOf(opened)).toMatchObject({ status: 'expired', reserved: 0, on_hand: 3 });
  });

  it('T18 a late payment takes stock only if there is some', async () => {
    await setLatePayments(w, 'attention');
    const late = await openOne(1);
    w.sandbox.setWebhookMode('hold');
    w.sandbox.pay(late.sessionId, 'paid');
    // Freed behind Stripe's back, as a restored backup or a person could: the money is there, the hold is not.
    await releaseByHand(late.orderId);
    w.sandbox.setWebhookMode('normal');
    await w.sandbox.releaseWebhooks();
    await w.drain();
    expect(await factsOf(late)).toMatchObject({ status: 'paid', on_hand: 0, reserved: 0 });

    const second = await openOne(1);
    w.sandbox.setWebhookMode('hold');
    w.sandbox.pay(second.sessionId, 'paid');
    await releaseByHand(second.orderId);
    await aPaidOrderOf(second);
    w.sandbox.setWebhookMode('normal');
    await w.sandbox.releaseWebhooks();
    await w.drain();
    expect(await factsOf(second)).toMatchObject({
      status: 'paid_needs_attention',
      attention_code: 'LATE_PAYMENT_NO_STOCK',
      payment: 'paid',
    });
    const told = w.sandbox.mails().filter((mail) => mail.key?.includes(`attention`) === true);
    expect(told.filter((mail) => mail.key?.endsWith(second.orderId) === true)).toHaveLength(2);
  });
});

async function releaseByHand(orderId: string): Promise<void> {
  const { expireOrder } = await import('../service/expire-order.ts');
  expect(await expireOrder(w.app, { orderId, actor: 'test' })).toBe(true);
}

async function aPaidOrderOf(other: { productId: string; variantId: string }): Promise<void> {
  w.sandbox.setWebhookMode('normal');
  await aPaidOrder(w, [
    { productId: other.productId, productVariantId: other.variantId, quantity: 1 },
  ]);
}

describe('GET /checkout/success', () => {
  it('answers 200 with the masked order and sets the guest cookie each time', async () => {
    const kuji = await aKuji(w, { tickets: 4 });
    const opened = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    for (let i = 0; i < 2; i += 1) {
      const page = await success(opened.sessionId);
      expect(page.status).toBe(200);
      expect(page.headers['cache-control']).toBe('no-store');
      expect(page.body).toMatchObject({
        data: { pending: false, publicId: opened.publicId, needsAttention: false },
      });
      expect(kuji.prizeNames.filter((name) => page.text.includes(name))).toEqual([]);
      const cookie = (page.headers['set-cookie'] as unknown as string[])[0] ?? '';
      expect(cookie).toMatch(
        /^guest_order_session=[^;]+; Max-Age=1555[12]\d{3}; Path=\/; .*HttpOnly; SameSite=Lax/,
      );
      expect(cookie).not.toMatch(/Secure|Domain/);
    }
  });

  it('is no eternal key to the order', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    w.clock.offsetMs = 25 * 60 * MINUTE_MS;
    expect((await success(opened.sessionId)).status).toBe(404);
  });

  it('answers 409 for a session that is not paid and 404 for an unknown one', async () => {
    const opened = await openOne();
    const codes = await Promise.all(
      [opened.sessionId, 'cs_test_unknown'].map(async (id) => {
        const reply = await success(id);
        return [reply.status, (reply.body as { errors: { code: string } }).errors.code];
      }),
    );
    expect(codes).toEqual([
      [409, 'SESSION_NOT_PAID'],
      [404, 'SESSION_NOT_FOUND'],
    ]);
    expect((await w.http.get('/api/v1/checkout/success')).status).toBe(400);
  });
});
