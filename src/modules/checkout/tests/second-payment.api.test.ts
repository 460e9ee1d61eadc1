import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anOpenCheckout,
  aProduct,
  setLatePayments,
  type OpenCheckout,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { SessionParams } from '../../../integrations/stripe/stripe-port.ts';
import { loadPayment } from '../../payments/index.ts';
import { finishRefunds } from '../../refunds/index.ts';
import { moneyOf, statusOf } from '../../../../testing/refund-as.ts';
import { failPayment } from '../service/fail-payment.ts';
import { finaliseOrder } from '../service/finalise-order.ts';

let w: World;
beforeAll(async () => {
  w = await world();
  await setLatePayments(w, 'attention');
});
afterAll(() => w.close());

async function openOne(): Promise<OpenCheckout> {
  const { productId, variantId } = await aProduct(w, { onHand: 5 });
  return anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
}

/** The second payments of an order, here and at Stripe. */
async function secondsOf(orderId: string) {
  const { rows } = await w.app.database.pool.query<{
    intent_id: string;
    session_id: string;
    state: string;
    amount_cents: number;
  }>('SELECT * FROM popbox.surplus_payments WHERE order_id = $1', [orderId]);
  return Promise.all(
    rows.map(async (row) => ({
      intentId: row.intent_id,
      sessionId: row.session_id,
      state: row.state,
      amountCents: row.amount_cents,
      atStripe: (await w.app.stripe.listRefunds(row.intent_id)).map(
        ({ amountCents }) => amountCents,
      ),
    })),
  );
}

const mailsOf = (kind: string, opened: OpenCheckout) =>
  w.sandbox
    .mails()
    .filter(
      ({ key, text }) => key?.startsWith(`${kind}/`) === true && text.includes(opened.publicId),
    ).length;

describe('a second payment of an order', () => {
  // Red if the second is taken for a repeat of the first, or booked over it.
  it('T27 an order is paid once', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    expect(await w.sandbox.odd('second_payment', opened.sessionId)).toBe(true);
    await w.drain();
    const { receivedCents, atStripe } = await moneyOf(w, opened.orderId);
    expect([await statusOf(w, opened.orderId), atStripe]).toEqual(['paid', []]);
    expect(await secondsOf(opened.orderId)).toMatchObject([
      { state: 'succeeded', amountCents: receivedCents, atStripe: [receivedCents] },
    ]);
    expect(mailsOf('order-paid-twice-notice', opened)).toBe(1);
    expect(mailsOf('second-payment-returned', opened)).toBe(1);
    expect(mailsOf('order-confirmed', opened)).toBe(1);
  });

  // Red if whoever comes first is taken for the order's payment: the end would depend on the order of events.
  it('goes back also if it is heard of first', async () => {
    const opened = await openOne();
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(opened.sessionId, 'paid');
    w.sandbox.setWebhookMode('duplicate');
    await w.sandbox.odd('second_payment', opened.sessionId);
    w.sandbox.setWebhookMode('normal');
    await w.drain();
    expect(await statusOf(w, opened.orderId)).toBe('pending_payment');
    expect(await secondsOf(opened.orderId)).toMatchObject([{ state: 'succeeded' }]);
    await finaliseOrder(w.app, { sessionId: opened.sessionId, actor: 'test' });
    await w.drain();
    expect(await statusOf(w, opened.orderId)).toBe('paid');
    const { receivedCents, atStripe } = await moneyOf(w, opened.orderId);
    expect(atStripe).toEqual([]);
    expect(await secondsOf(opened.orderId)).toMatchObject([{ atStripe: [receivedCents] }]);
  });

  it('goes back once, also where Stripe’s answer was lost', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    w.sandbox.fault({
      match: 'POST /v1/refunds',
      kind: 'timeout_after_work',
      times: 2,
      delayMs: 50,
    });
    await w.sandbox.odd('second_payment', opened.sessionId);
    await w.drain();
    w.clock.offsetMs = 2 * 60_000;
    await finishRefunds(w.app);
    w.clock.offsetMs = 0;
    const { receivedCents } = await moneyOf(w, opened.orderId);
    expect(await secondsOf(opened.orderId)).toMatchObject([
      { state: 'succeeded', atStripe: [receivedCents] },
    ]);
    await w.drain();
  });

  it('is told to the shop if it could not be given back', async () => {
    const opened = await openOne();
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    w.sandbox.setWebhookMode('hold');
    await w.sandbox.odd('second_payment', opened.sessionId);
    const sessions: string[] = [];
    for await (const page of w.app.stripe.listSessions(0)) {
      sessions.push(...page.flatMap(({ id, orderId }) => (orderId === opened.orderId ? id : [])));
    }
    const second = sessions.find((id) => id !== opened.sessionId) ?? '';
    await w.sandbox.odd('refund_failed', second);
    w.sandbox.setWebhookMode('normal');
    await w.sandbox.releaseWebhooks();
    await w.drain();
    expect(await secondsOf(opened.orderId)).toMatchObject([{ sessionId: second, state: 'failed' }]);
    expect(mailsOf('second-payment-stuck-notice', opened)).toBe(1);
    expect(await statusOf(w, opened.orderId)).toBe('paid');
  });
});

/** Another page of an order, as only a fault could make it. */
async function aStrayPage({ orderId }: OpenCheckout): Promise<string> {
  const payment = await loadPayment(w.app.database.db, orderId);
  const params = payment?.sessionParams as SessionParams;
  return (await w.app.stripe.createSession(params, `test/stray/${orderId}`)).id;
}

describe('a stray page of an order', () => {
  it('ends nothing when it expires', async () => {
    const opened = await openOne();
    const stray = await aStrayPage(opened);
    await w.app.stripe.expireSession(stray, `test/expire/${opened.orderId}`);
    await w.drain();
    expect(await statusOf(w, opened.orderId)).toBe('pending_payment');
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    expect(await statusOf(w, opened.orderId)).toBe('paid');
  });

  it('is no payment of the order, neither while a bank works on it nor afterwards', async () => {
    const opened = await openOne();
    const stray = await aStrayPage(opened);
    w.sandbox.pay(stray, 'processing');
    await w.drain();
    const { rows } = await w.app.database.pool.query(
      'SELECT payment_state FROM popbox.orders WHERE id = $1',
      [opened.orderId],
    );
    expect(rows).toEqual([{ payment_state: 'awaiting' }]);
    w.sandbox.settle(stray, 'succeeded');
    await w.drain();
    expect(await statusOf(w, opened.orderId)).toBe('pending_payment');
    expect(await secondsOf(opened.orderId)).toMatchObject([
      { sessionId: stray, state: 'succeeded' },
    ]);
  });
});

describe('an attempt that loses', () => {
  it('leaves the order and its hold alone if it is a stray session that fails', async () => {
    const opened = await openOne();
    const own = await w.app.stripe.retrieveSession(opened.sessionId);
    const payments = (sessionId: string) =>
      w.app.database.pool.query('UPDATE popbox.payments SET session_id = $2 WHERE order_id = $1', [
        opened.orderId,
        sessionId,
      ]);
    // The session that fails is not the one that is recorded.
    await payments('cs_recorded');
    w.sandbox.setWebhookMode('drop');
    w.sandbox.pay(opened.sessionId, 'processing');
    w.sandbox.settle(opened.sessionId, 'failed');
    w.sandbox.setWebhookMode('normal');
    expect(await failPayment(w.app, { sessionId: opened.sessionId, actor: 'test' })).toBe(
      'no_effect',
    );
    expect(await statusOf(w, opened.orderId)).toBe('pending_payment');
    await payments(own?.id ?? '');
    expect(await failPayment(w.app, { sessionId: opened.sessionId, actor: 'test' })).toBe('failed');
    await w.drain();
  });

  // Red if a refused checkout gives up what its cart names, and not what its own attempt took.
  it('T34 a losing attempt never undoes the winner', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 2 });
    const cart = [{ productId, productVariantId: variantId, quantity: 1 }];
    const winner = await anOpenCheckout(w, cart);
    const { settings } = w.sandbox.core;
    const { stripeSecretKey } = settings;
    settings.stripeSecretKey = 'sk_test_another';
    await expect(anOpenCheckout(w, cart)).rejects.toThrow('PAYMENT_PAGE_REFUSED');
    settings.stripeSecretKey = stripeSecretKey;
    const { rows } = await w.app.database.pool.query(
      'SELECT on_hand, reserved FROM popbox.inventory WHERE variant_id = $1',
      [variantId],
    );
    expect(rows).toEqual([{ on_hand: 2, reserved: 1 }]);
    w.sandbox.pay(winner.sessionId, 'paid');
    await w.drain();
    expect(await statusOf(w, winner.orderId)).toBe('paid');
    expect((await moneyOf(w, winner.orderId)).atStripe).toEqual([]);
  });
});
