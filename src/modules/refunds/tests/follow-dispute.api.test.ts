import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  aCart,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  cartOf,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { callAs } from '../../../../testing/call-as.ts';
import { moneyOf, refundAs, statusOf } from '../../../../testing/refund-as.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { MINUTE_MS } from '../../../kernel/clock.ts';
import { lockOrder } from '../../orders/index.ts';
import { finishRefunds, followDispute } from '../index.ts';
import { saveDispute } from '../queries/keep-disputes.ts';
import { applyRefunds } from '../service/apply-refunds.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

/** An order with a payment of which `byHandCents` went back in the Dashboard, and nobody told us. */
async function refundedUnheard(byHandCents: number) {
  const { orderId } = await aPaidOrder(w, await aCart(w));
  const { intentId: paymentIntentId, receivedCents } = await moneyOf(w, orderId);
  w.sandbox.setWebhookMode('drop');
  const byHand = { paymentIntentId, amountCents: byHandCents, metadata: {} };
  await w.app.stripe.createRefund(byHand, `by-hand/${orderId}`);
  w.sandbox.setWebhookMode('normal');
  return { orderId, intentId: paymentIntentId, receivedCents };
}

async function loseDispute(intentId: string): Promise<void> {
  await w.sandbox.odd('dispute', intentId);
  await w.drain();
  await w.sandbox.odd('dispute_lost', intentId);
  await w.drain();
}

const reconcile = (orderId: string) =>
  callAs(w, admin, ['post', `/admin/orders/${orderId}/refund/reconcile`]);

it('a lost dispute takes what a pending refund had been promised, once that fails', async () => {
  const { orderId } = await aPaidOrder(w, await aCart(w));
  const { intentId, receivedCents } = await moneyOf(w, orderId);
  await w.sandbox.odd('refund_pending', intentId);
  await refundAs(w, admin, orderId, { amountCents: 400 });
  await loseDispute(intentId);
  expect((await moneyOf(w, orderId)).refundedCents).toBe(receivedCents - 400);
  await w.sandbox.odd('refund_failed', intentId);
  await w.drain();
  expect((await moneyOf(w, orderId)).refundedCents).toBe(receivedCents);
  expect(await statusOf(w, orderId)).toBe('refunded');
});

it('a lost dispute takes less where a refund by hand was not heard of', async () => {
  const { orderId, intentId, receivedCents } = await refundedUnheard(400);
  await loseDispute(intentId);
  const { here, refundedCents } = await moneyOf(w, orderId);
  expect(here).toEqual(['succeeded 400', `succeeded ${String(receivedCents - 400)}`]);
  expect(refundedCents).toBe(receivedCents);
  expect((await reconcile(orderId)).status).toBe(200);
});

it('a lost dispute that was booked too high is booked anew', async () => {
  const { orderId, intentId, receivedCents } = await refundedUnheard(400);
  w.sandbox.setWebhookMode('drop');
  await w.sandbox.odd('dispute', intentId);
  await w.sandbox.odd('dispute_lost', intentId);
  w.sandbox.setWebhookMode('normal');
  // As if the refund by hand had not been in Stripe's list yet.
  await inTx(w.app, 'test.dispute', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (!order) throw new Error('The order vanished.');
    await saveDispute(tx, {
      orderId,
      id: w.app.newId(),
      providerRef: `du_${orderId}`,
      amountCents: receivedCents,
      currency: 'CAD',
      status: 'lost',
      closedAt: now,
    });
    await applyRefunds(tx, w.app, { order, seen: [], now, actor: 'system' });
  });
  expect((await moneyOf(w, orderId)).here).toEqual([`succeeded ${String(receivedCents)}`]);
  for (let times = 1; times <= 2; times += 1) {
    expect((await reconcile(orderId)).status).toBe(200);
    const { here, refundedCents } = await moneyOf(w, orderId);
    expect(here).toEqual([
      `canceled ${String(receivedCents)}`,
      'succeeded 400',
      `succeeded ${String(receivedCents - 400)}`,
    ]);
    expect(refundedCents).toBe(receivedCents);
    expect(await statusOf(w, orderId)).toBe('refunded');
  }
});

it('a lost dispute takes what a refund without an answer had promised, once Stripe refuses it', async () => {
  const product = await aProduct(w);
  const { orderId, publicId } = await aPaidOrder(w, cartOf(product, 1));
  const { intentId, receivedCents } = await moneyOf(w, orderId);
  w.sandbox.fault({ match: 'POST /v1/refunds', kind: 'reset', times: 2 });
  expect((await refundAs(w, admin, orderId)).code).toBe('REFUND_UNCONFIRMED');
  await loseDispute(intentId);
  expect(await moneyOf(w, orderId)).toMatchObject({ refundedCents: 0 });
  w.clock.offsetMs += 2 * MINUTE_MS;
  await finishRefunds(w.app);
  expect(await moneyOf(w, orderId)).toMatchObject({
    refundedCents: receivedCents,
    here: [`failed ${String(receivedCents)}`, `succeeded ${String(receivedCents)}`],
  });
  expect(await statusOf(w, orderId)).toBe('refunded');
  // Whoever asked was told that it would be completed by itself.
  await w.drain();
  const told = w.sandbox
    .mails()
    .filter(({ key, text }) => key?.startsWith('refund-failed-notice/') && text.includes(publicId));
  expect(told).toHaveLength(1);
});

/** What happens to the payment at its bank, and what the shop makes of it. */
async function odd(kind: string, orderId: string): Promise<void> {
  await w.sandbox.odd(kind, (await moneyOf(w, orderId)).intentId);
  await w.drain();
}

async function look(orderId: string) {
  const { rows } = await w.app.database.pool.query<{
    status: string;
    attention_code: string | null;
    is_disputed: boolean;
    paid_at: Date;
    placed_at: Date;
  }>(
    `SELECT status, attention_code, disputed_at IS NOT NULL AS is_disputed, paid_at, placed_at
     FROM popbox.orders WHERE id = $1`,
    [orderId],
  );
  const [order] = rows;
  if (!order) throw new Error('There is no such order.');
  return order;
}

const ON_HOLD = { status: 'paid_needs_attention', is_disputed: true };
const GOES_ON = { status: 'paid', is_disputed: false };

// Red if only `won` is known as an end: the order would stay on hold for ever.
it.each(['won', 'warning_closed', 'prevented'])(
  'a dispute that ends as %s lets the order go on, and its times stay',
  async (end) => {
    const { orderId } = await aPaidOrder(w, await aCart(w));
    const { paid_at, placed_at } = await look(orderId);
    await odd('dispute', orderId);
    // When it was paid decides to which month of the books it belongs.
    expect(await look(orderId)).toMatchObject({ ...ON_HOLD, paid_at, placed_at });
    await odd(`dispute_${end}`, orderId);
    expect(await look(orderId)).toMatchObject(GOES_ON);
    expect((await moneyOf(w, orderId)).here).toEqual([]);
  },
);

it('of two disputes the last one lets the order go on', async () => {
  const { orderId } = await aPaidOrder(w, await aCart(w));
  await odd('dispute', orderId);
  await odd('another_dispute', orderId);
  await odd('dispute_won', orderId);
  expect(await look(orderId)).toMatchObject(ON_HOLD);
  await odd('dispute_won', orderId);
  expect(await look(orderId)).toMatchObject(GOES_ON);
});

it('an order that waits for a person anyhow goes on waiting when its dispute is won', async () => {
  const { orderId, sessionId } = await anOpenCheckout(w, await aCart(w));
  await w.sandbox.odd('amount_differs', sessionId);
  w.sandbox.pay(sessionId, 'paid');
  await w.drain();
  await odd('dispute', orderId);
  await odd('dispute_won', orderId);
  expect(await look(orderId)).toMatchObject({
    status: 'paid_needs_attention',
    attention_code: 'AMOUNT_DIFFERS',
    is_disputed: false,
  });
});

// Red if it opens the dispute again: nothing would end it any more, and the next one would never let the order go.
it('an answer that was read before the end changes nothing', async () => {
  const { orderId } = await aPaidOrder(w, await aCart(w));
  await odd('dispute', orderId);
  const { rows } = await w.app.database.pool.query<{ id: string }>(
    'SELECT provider_ref AS id FROM popbox.disputes WHERE order_id = $1',
    [orderId],
  );
  const gate = w.sandbox.gate('GET /v1/disputes/:id', 'after');
  const late = followDispute(w.app, { disputeId: rows[0]?.id ?? '', actor: 'test' });
  await gate.arrived;
  await odd('dispute_won', orderId);
  gate.open();
  expect(await late).toBe('no_effect');
  await odd('another_dispute', orderId);
  await odd('dispute_won', orderId);
  expect(await look(orderId)).toMatchObject(GOES_ON);
});
