import { afterAll, beforeAll, expect, it } from 'vitest';
import { aCart, aPaidOrder } from '../../../../testing/factories.ts';
import { moneyOf, statusOf } from '../../../../testing/refund-as.ts';
import { world, type World } from '../../../../testing/world.ts';
import { MINUTE_MS } from '../../../kernel/clock.ts';
import { finishRefunds } from '../index.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

async function secondOf(orderId: string) {
  const { rows } = await w.app.database.pool.query<{ state: string; intent_id: string }>(
    'SELECT state, intent_id FROM popbox.surplus_payments WHERE order_id = $1',
    [orderId],
  );
  const [second] = rows;
  if (!second) throw new Error('No second payment was written down.');
  const atStripe = await w.app.stripe.listRefunds(second.intent_id);
  return { state: second.state, atStripe: atStripe.map(({ amountCents }) => amountCents) };
}

/** The payment intent of the session that is not the order's own. */
async function secondIntentOf(orderId: string, sessionId: string): Promise<string> {
  for await (const page of w.app.stripe.listSessions(0)) {
    const second = page.find((s) => s.orderId === orderId && s.id !== sessionId);
    if (second?.paymentIntentId) return second.paymentIntentId;
  }
  throw new Error('Nobody paid a second time.');
}

it('what went back by hand counts, and only the rest is asked for', async () => {
  const { orderId, sessionId } = await aPaidOrder(w, await aCart(w));
  w.sandbox.setWebhookMode('hold');
  await w.sandbox.odd('second_payment', sessionId);
  const paymentIntentId = await secondIntentOf(orderId, sessionId);
  await w.app.stripe.createRefund({ paymentIntentId, amountCents: 100, metadata: {} }, 'by-hand');
  w.sandbox.setWebhookMode('normal');
  await w.sandbox.releaseWebhooks();
  await w.drain();
  const { receivedCents } = await moneyOf(w, orderId);
  expect(await secondOf(orderId)).toEqual({
    state: 'succeeded',
    atStripe: [receivedCents - 100, 100],
  });
});

it('the shop hears of a dispute about it, and the order goes on', async () => {
  const { orderId, sessionId } = await aPaidOrder(w, await aCart(w));
  await w.sandbox.odd('second_payment', sessionId);
  await w.drain();
  const intentId = await secondIntentOf(orderId, sessionId);
  await w.sandbox.odd('dispute', intentId);
  await w.drain();
  const notices = async () => {
    const { rows } = await w.app.database.pool.query<{ kind: string }>(
      `SELECT kind FROM popbox.outbox_mails WHERE order_id = $1 AND kind LIKE 'second-dispute%' ORDER BY id`,
      [orderId],
    );
    return rows.map(({ kind }) => kind);
  };
  expect(await notices()).toEqual(['second-dispute-notice']);
  expect(await statusOf(w, orderId)).toBe('paid');
  await w.sandbox.odd('dispute_lost', intentId);
  await w.drain();
  expect(await notices()).toEqual(['second-dispute-notice', 'second-dispute-ended-notice']);
  expect(await statusOf(w, orderId)).toBe('paid');
});

it('a refund by hand ends one that failed', async () => {
  const { orderId, sessionId } = await aPaidOrder(w, await aCart(w));
  w.sandbox.setWebhookMode('hold');
  await w.sandbox.odd('second_payment', sessionId);
  const intentId = await secondIntentOf(orderId, sessionId);
  await w.sandbox.odd('refund_failed', intentId);
  w.sandbox.setWebhookMode('normal');
  await w.sandbox.releaseWebhooks();
  await w.drain();
  expect((await secondOf(orderId)).state).toBe('failed');
  await w.sandbox.odd('dashboard_refund', intentId);
  await w.drain();
  expect((await secondOf(orderId)).state).toBe('succeeded');
});

// Red if it is asked for under one key only: Stripe repeats its 500 under it for a day.
it('a second payment is not kept by an error that Stripe remembers', async () => {
  const { orderId, sessionId } = await aPaidOrder(w, await aCart(w));
  // The first 500 is met under the first key, the second under the other one of this hour.
  w.sandbox.fault({ match: 'POST /v1/refunds', kind: 'error_500', times: 2 });
  await w.sandbox.odd('second_payment', sessionId);
  await w.drain();
  expect(await secondOf(orderId)).toEqual({ state: 'requested', atStripe: [] });
  // Both keys answer their 500 for a day; an hour later there is another.
  for (const minutes of [2, 60]) {
    w.clock.offsetMs += minutes * MINUTE_MS;
    await finishRefunds(w.app);
    await finishRefunds(w.app);
  }
  const { receivedCents } = await moneyOf(w, orderId);
  expect(await secondOf(orderId)).toEqual({ state: 'succeeded', atStripe: [receivedCents] });
});
