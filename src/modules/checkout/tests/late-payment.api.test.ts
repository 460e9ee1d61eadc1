import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  setLatePayments,
  type OpenCheckout,
} from '../../../../testing/factories.ts';
import { untilBlocked } from '../../../../testing/until-blocked.ts';
import { world, type World } from '../../../../testing/world.ts';
import { finishRefunds } from '../../refunds/index.ts';
import { moneyOf, refundAs, statusOf } from '../../../../testing/refund-as.ts';
import { expireOrder } from '../service/expire-order.ts';
import { finaliseOrder } from '../service/finalise-order.ts';
import { stockOf } from './look-at-checkout.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterEach(async () => {
  w.clock.offsetMs = 0;
  await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
});
afterAll(() => w.close());

type Late = OpenCheckout & { figure: { productId: string; productVariantId: string } };

/** Paid after its hold had ended, and nobody has told us yet: a figure, of which there is one, and two tickets. */
async function aLatePayment(): Promise<Late> {
  const { productId, variantId } = await aProduct(w, { onHand: 1 });
  const kuji = await aKuji(w, { tickets: 6 });
  const figure = { productId, productVariantId: variantId };
  const opened = await anOpenCheckout(w, [
    { ...figure, quantity: 1 },
    { productId: kuji.productId, quantity: 2 },
  ]);
  w.sandbox.setWebhookMode('hold');
  w.sandbox.pay(opened.sessionId, 'paid');
  // Behind Stripe's back, as a restored backup could: the money is there, the hold is not.
  await expireOrder(w.app, { orderId: opened.orderId, actor: 'test' });
  return { ...opened, figure };
}

async function aLatePaymentWithoutGoods(): Promise<Late> {
  const late = await aLatePayment();
  w.sandbox.setWebhookMode('normal');
  await aPaidOrder(w, [{ ...late.figure, quantity: 1 }]);
  return late;
}

async function hearOfIt(): Promise<void> {
  w.sandbox.setWebhookMode('normal');
  await w.sandbox.releaseWebhooks();
  await w.drain();
}

async function goodsOf(orderId: string) {
  const { rows } = await w.app.database.pool.query<{ sold: number; tickets: number }>(
    `SELECT (SELECT count(*)::int FROM popbox.holds WHERE order_id = $1 AND state = 'converted') AS sold,
       (SELECT count(*)::int FROM popbox.kuji_tickets WHERE order_id = $1) AS tickets`,
    [orderId],
  );
  return rows[0];
}

const mailsAbout = ({ orderId }: OpenCheckout) =>
  w.sandbox.mails().flatMap(({ key }) => (key?.endsWith(`/${orderId}`) === true ? [key] : []));

describe('a payment for an expired order', () => {
  // Red if the lines that can be had are sold: half an order.
  it('T19 paying an expired order gives everything or the money back', async () => {
    const lucky = await aLatePayment();
    await hearOfIt();
    const unlucky = await aLatePaymentWithoutGoods();
    await hearOfIt();
    expect(await statusOf(w, lucky.orderId)).toBe('paid');
    expect(await goodsOf(lucky.orderId)).toEqual({ sold: 2, tickets: 2 });
    expect((await moneyOf(w, lucky.orderId)).atStripe).toEqual([]);
    expect(await statusOf(w, unlucky.orderId)).toBe('refunded');
    expect(await goodsOf(unlucky.orderId)).toEqual({ sold: 0, tickets: 0 });
    const money = await moneyOf(w, unlucky.orderId);
    expect(money.atStripe).toEqual([money.receivedCents]);
  });

  it('goes back by itself where one line is gone, and both sides are told', async () => {
    const late = await aLatePaymentWithoutGoods();
    await hearOfIt();
    const money = await moneyOf(w, late.orderId);
    expect(money.refundedCents).toBe(money.receivedCents);
    expect(mailsAbout(late).sort()).toEqual([
      `order-late-payment-notice/${late.orderId}`,
      `order-late-payment/${late.orderId}`,
    ]);
    const { rows } = await w.app.database.pool.query(
      `SELECT attention_code, o.total_cents = p.received_cents AS both_kept, r.requested_by
       FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id JOIN popbox.refunds r ON r.order_id = o.id
       WHERE o.id = $1`,
      [late.orderId],
    );
    expect(rows).toEqual([
      {
        attention_code: 'LATE_PAYMENT_NO_STOCK',
        both_kept: true,
        requested_by: 'system:late-payment',
      },
    ]);
  });

  it('goes back once, however often its event comes and whoever hears of it', async () => {
    const late = await aLatePaymentWithoutGoods();
    const page = () => w.http.get('/api/v1/checkout/success').query({ session_id: late.sessionId });
    await Promise.all([page(), page(), hearOfIt()]);
    await w.drain();
    const money = await moneyOf(w, late.orderId);
    expect(money.atStripe).toEqual([money.receivedCents]);
    expect((await page()).body).toMatchObject({
      data: { pending: false, needsAttention: false, order: { status: 'refunded' } },
    });
  });
});

it('goes back once where two have seen at once that its goods are gone', async () => {
  const late = await aLatePaymentWithoutGoods();
  const blocker = await w.app.database.pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT 1 FROM popbox.orders WHERE id = $1 FOR UPDATE', [late.orderId]);
  const both = [1, 2].map(() => finaliseOrder(w.app, { sessionId: late.sessionId, actor: 'test' }));
  await untilBlocked(w, 2);
  await blocker.query('COMMIT');
  blocker.release();
  expect((await Promise.all(both)).sort()).toEqual(['already_finalised', 'refunding']);
  await hearOfIt();
  expect(await statusOf(w, late.orderId)).toBe('refunded');
});

// As after a restored backup: the hold is there, and the box has fewer numbers than it says.
it('goes back as well where the box has too few numbers', async () => {
  const { productId } = await aKuji(w, { tickets: 2, lastOne: false });
  const opened = await anOpenCheckout(w, [{ productId, quantity: 2 }]);
  const setNumbers = (state: string) =>
    w.app.database.pool.query(
      `UPDATE popbox.kuji_numbers n SET state = $2 FROM popbox.kuji_sets s
       WHERE s.id = n.set_id AND s.product_id = $1 AND n.number = 1`,
      [productId, state],
    );
  await setNumbers('drawn');
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.drain();
  await setNumbers('free');
  expect(await statusOf(w, opened.orderId)).toBe('refunded');
  expect(await goodsOf(opened.orderId)).toEqual({ sold: 0, tickets: 0 });
  expect(mailsAbout(opened)).toContain(`order-late-payment/${opened.orderId}`);
});

describe('the way back of a late payment', () => {
  it('is gone on with where Stripe did not answer', async () => {
    const late = await aLatePaymentWithoutGoods();
    w.sandbox.fault({ match: 'POST /v1/refunds', kind: 'reset', times: 2 });
    await hearOfIt();
    expect(await statusOf(w, late.orderId)).toBe('paid_needs_attention');
    w.clock.offsetMs = 2 * 60_000;
    await finishRefunds(w.app);
    expect(await statusOf(w, late.orderId)).toBe('refunded');
    const money = await moneyOf(w, late.orderId);
    expect(money.atStripe).toEqual([money.receivedCents]);
    await w.drain();
  });

  it('asks for a person where Stripe could not give it back', async () => {
    const late = await aLatePaymentWithoutGoods();
    await w.sandbox.odd('refund_failed', late.sessionId);
    await hearOfIt();
    expect(await statusOf(w, late.orderId)).toBe('paid_needs_attention');
    const told = w.sandbox.mails().filter(({ key }) => key?.startsWith('refund-failed-notice/'));
    expect(told.map(({ to }) => to)).toEqual([['orders@popbox.test']]);
    const again = await refundAs(w, await anAdmin(w), late.orderId);
    expect(again).toMatchObject({ status: 200, orderStatus: 'refunded' });
    await w.drain();
  });

  it('is not taken by itself if the shop wants to decide', async () => {
    await setLatePayments(w, 'attention');
    const late = await aLatePaymentWithoutGoods();
    await hearOfIt();
    expect(await statusOf(w, late.orderId)).toBe('paid_needs_attention');
    expect((await moneyOf(w, late.orderId)).here).toEqual([]);
    expect(mailsAbout(late).sort()).toEqual([
      `order-attention-notice/LATE_PAYMENT_NO_STOCK/${late.orderId}`,
      `order-attention/LATE_PAYMENT_NO_STOCK/${late.orderId}`,
    ]);
    await setLatePayments(w, 'refund');
  });

  // Red if whatever was held once goes on the shelf: the shop would sell what it does not have.
  it('puts nothing on the shelf that was never taken from it', async () => {
    await setLatePayments(w, 'attention');
    const late = await aLatePaymentWithoutGoods();
    await hearOfIt();
    const refunded = await refundAs(w, await anAdmin(w), late.orderId, { restock: true });
    expect(refunded).toMatchObject({ status: 200, orderStatus: 'refunded' });
    expect(await stockOf(w, late.figure.productId)).toEqual({ onHand: 0, reserved: 0 });
    await w.drain();
    await setLatePayments(w, 'refund');
  });
});
