import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aCart,
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  cartOf,
  guestCookieOf,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { HOUR_MS, MINUTE_MS } from '../../../kernel/clock.ts';
import { revealTicket } from '../../kuji/index.ts';
import { finishRefunds } from '../index.ts';
import { syncRefunds } from '../service/sync-refunds.ts';
import { moneyOf, refundAs, statusOf } from '../../../../testing/refund-as.ts';

let w: World;
let admin: SignedIn;
const nobody = randomUUID();

beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const aPaidFigure = async (quantity = 2) => {
  const product = await aProduct(w);
  return { ...product, ...(await aPaidOrder(w, cartOf(product, quantity))) };
};
const onHand = async (variantId: string) => {
  const { rows } = await w.app.database.pool.query<{ on_hand: number }>(
    'SELECT on_hand FROM popbox.inventory WHERE variant_id = $1',
    [variantId],
  );
  return rows[0]?.on_hand;
};
const lineIdOf = async (orderId: string) => {
  const { rows } = await w.app.database.pool.query<{ id: string }>(
    'SELECT id FROM popbox.order_lines WHERE order_id = $1',
    [orderId],
  );
  return rows[0]?.id ?? '';
};
const ticketsOf = async (orderId: string) => {
  const { rows } = await w.app.database.pool.query<{ id: string; is_voided: boolean }>(
    'SELECT id, voided_at IS NOT NULL AS is_voided FROM popbox.kuji_tickets WHERE order_id = $1 ORDER BY id',
    [orderId],
  );
  return rows;
};
const refundMails = (publicId: string) =>
  w.sandbox
    .mails()
    .filter((mail) => mail.subject.includes('Refund') && mail.text.includes(publicId)).length;

refusesStrangers(
  () => w,
  [
    ['post', `/admin/orders/${nobody}/refund`],
    ['post', `/admin/orders/${nobody}/refund/reconcile`],
  ],
);

describe('refuses', () => {
  it('a missing key, an unknown order, an order nobody paid', async () => {
    const order = await aPaidFigure();
    expect(await refundAs(w, admin, order.orderId, {}, null)).toMatchObject({
      status: 400,
      code: 'IDEMPOTENCY_KEY_REQUIRED',
    });
    expect(await refundAs(w, admin, nobody)).toMatchObject({ status: 404 });
    const open = await anOpenCheckout(w, await aCart(w));
    expect(await refundAs(w, admin, open.orderId)).toMatchObject({
      status: 409,
      code: 'ORDER_NOT_REFUNDABLE',
    });
  });

  it('bad amounts, an amount together with goods, and more than was paid', async () => {
    const { orderId } = await aPaidFigure();
    const { receivedCents } = await moneyOf(w, orderId);
    for (const body of [{ amountCents: 0 }, { amountCents: 1.5 }, { amountCents: 1, lines: [] }]) {
      expect(await refundAs(w, admin, orderId, body)).toMatchObject({ status: 400 });
    }
    expect(await refundAs(w, admin, orderId, { amountCents: receivedCents + 1 })).toMatchObject({
      status: 409,
      code: 'REFUND_EXCEEDS_REMAINING',
    });
    expect((await moneyOf(w, orderId)).here).toEqual([]);
  });

  it('a choice of nothing, which is not everything', async () => {
    const { orderId } = await aPaidFigure();
    for (const body of [
      { lines: [] },
      { ticketIds: [], restock: true },
      { includeShipping: false },
      { lines: [], ticketIds: [], includeShipping: false },
    ]) {
      expect(await refundAs(w, admin, orderId, body)).toMatchObject({
        status: 400,
        code: 'VALIDATION_FAILED',
      });
    }
    expect((await moneyOf(w, orderId)).here).toEqual([]);
  });

  it('goods that are not of the order or were refunded before', async () => {
    const { orderId } = await aPaidFigure(2);
    const orderLineId = await lineIdOf(orderId);
    const line = (quantity: number) => ({ lines: [{ orderLineId, quantity }] });
    const refused = { status: 409, code: 'REFUND_ITEM_NOT_AVAILABLE' };
    expect(await refundAs(w, admin, orderId, line(3))).toMatchObject(refused);
    expect(await refundAs(w, admin, orderId, { ticketIds: [nobody] })).toMatchObject(refused);
    expect(await refundAs(w, admin, orderId, line(1))).toMatchObject({ status: 200 });
    expect(await refundAs(w, admin, orderId, line(2))).toMatchObject(refused);
  });

  it('a line that is named twice and together exceeds what is left', async () => {
    const { orderId } = await aPaidFigure(2);
    const line = (quantity: number) => ({ orderLineId, quantity });
    const orderLineId = await lineIdOf(orderId);
    expect(await refundAs(w, admin, orderId, { lines: [line(1), line(2)] })).toMatchObject({
      status: 409,
      code: 'REFUND_ITEM_NOT_AVAILABLE',
    });
    expect(await refundAs(w, admin, orderId, { lines: [line(1), line(1)] })).toMatchObject({
      status: 200,
    });
    // Two of 25.00 and 5 % GST.
    expect((await moneyOf(w, orderId)).refundedCents).toBe(2 * 2_625);
  });

  // Red if the money of tickets can go back while the shopper keeps them.
  it('tickets by their line, and a Last One, which nobody has paid for', async () => {
    const kuji = await aKuji(w, { tickets: 2 });
    const { orderId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    const line = { orderLineId: await lineIdOf(orderId), quantity: 1 };
    const { rows } = await w.app.database.pool.query<{ id: string }>(
      `SELECT id FROM popbox.kuji_tickets WHERE order_id = $1 AND kind = 'last_one'`,
      [orderId],
    );
    expect(rows).toHaveLength(1);
    for (const body of [{ lines: [line] }, { ticketIds: [rows[0]?.id] }]) {
      expect(await refundAs(w, admin, orderId, body)).toMatchObject({
        status: 409,
        code: 'REFUND_ITEM_NOT_AVAILABLE',
      });
    }
    expect((await moneyOf(w, orderId)).here).toEqual([]);
  });

  it('a key that was used for something else, or for another order', async () => {
    const [{ orderId }, other] = [await aPaidFigure(), await aPaidFigure()];
    const key = randomUUID();
    const reused = { status: 422, code: 'IDEMPOTENCY_KEY_REUSED' };
    expect((await refundAs(w, admin, orderId, { amountCents: 100 }, key)).status).toBe(200);
    expect(await refundAs(w, admin, orderId, { amountCents: 200 }, key)).toMatchObject(reused);
    expect(await refundAs(w, admin, other.orderId, { amountCents: 100 }, key)).toMatchObject(
      reused,
    );
    expect((await moneyOf(w, other.orderId)).here).toEqual([]);
  });
});

describe('gives back', () => {
  it('T36 partial refunds add up', async () => {
    const { orderId, publicId, variantId } = await aPaidFigure(3);
    const before = await onHand(variantId);
    const { receivedCents } = await moneyOf(w, orderId);
    expect(await refundAs(w, admin, orderId, { amountCents: 500 })).toMatchObject({
      status: 200,
      orderStatus: 'paid',
    });
    const orderLineId = await lineIdOf(orderId);
    const line = { lines: [{ orderLineId, quantity: 1 }], restock: true };
    expect((await refundAs(w, admin, orderId, line)).orderStatus).toBe('paid');
    // 25.00 and 5 % GST.
    expect((await moneyOf(w, orderId)).refundedCents).toBe(500 + 2_625);
    expect(await refundAs(w, admin, orderId, { restock: true })).toMatchObject({
      status: 200,
      orderStatus: 'refunded',
    });
    const money = await moneyOf(w, orderId);
    expect(money.refundedCents).toBe(receivedCents);
    expect(money.atStripe.reduce((sum, cents) => sum + cents, 0)).toBe(receivedCents);
    expect(await onHand(variantId)).toBe((before ?? 0) + 3);
    expect(await refundAs(w, admin, orderId)).toMatchObject({ code: 'ORDER_NOT_REFUNDABLE' });
    await w.drain();
    expect(refundMails(publicId)).toBe(3);
  });

  // Red if a refund with restock puts back what an order once had, and not what it still has.
  it('T16 cancelling frees only what is open', async () => {
    const { orderId, variantId } = await aPaidFigure(3);
    const before = (await onHand(variantId)) ?? 0;
    const orderLineId = await lineIdOf(orderId);
    const one = { lines: [{ orderLineId, quantity: 1 }], restock: true };
    await refundAs(w, admin, orderId, one);
    expect(await onHand(variantId)).toBe(before + 1);
    // One more, paid back and not put back: it is broken.
    await refundAs(w, admin, orderId, { ...one, restock: false });
    expect(await onHand(variantId)).toBe(before + 1);
    expect(await refundAs(w, admin, orderId, { restock: true })).toMatchObject({
      orderStatus: 'refunded',
    });
    expect(await onHand(variantId)).toBe(before + 2);
    for (const body of [one, { restock: true }]) {
      expect(await refundAs(w, admin, orderId, body)).toMatchObject({ status: 409 });
    }
    expect(await onHand(variantId)).toBe(before + 2);
  });

  it('shipping with its share of the tax, once', async () => {
    const { orderId } = await aPaidFigure(1);
    const { rows } = await w.app.database.pool.query<{ shipping_cents: number; gst: number }>(
      'SELECT shipping_cents, gst_rate_ppm AS gst FROM popbox.orders WHERE id = $1',
      [orderId],
    );
    const shipping = rows[0]?.shipping_cents ?? 0;
    expect(shipping).toBeGreaterThan(0);
    const body = { includeShipping: true, lines: [] };
    expect((await refundAs(w, admin, orderId, body)).orderStatus).toBe('paid');
    const withTax = Math.round(shipping * (1 + (rows[0]?.gst ?? 0) / 1_000_000));
    expect((await moneyOf(w, orderId)).refundedCents).toBe(withTax);
    expect(await refundAs(w, admin, orderId, body)).toMatchObject({
      status: 409,
      code: 'REFUND_ITEM_NOT_AVAILABLE',
    });
  });

  it('shipping alone, while the tickets have no numbers', async () => {
    const kuji = await aKuji(w, { tickets: 5 });
    const { orderId, sessionId } = await anOpenCheckout(w, [
      { productId: kuji.productId, quantity: 1 },
    ]);
    await w.sandbox.odd('amount_differs', sessionId);
    w.sandbox.pay(sessionId, 'paid');
    await w.drain();
    expect(await refundAs(w, admin, orderId, { includeShipping: true })).toMatchObject({
      orderStatus: 'paid_needs_attention',
    });
    const { refundedCents, receivedCents } = await moneyOf(w, orderId);
    expect(refundedCents).toBeGreaterThan(0);
    expect(refundedCents).toBeLessThan(receivedCents);
  });

  it('all that remains with the last of the goods, where shipping was free', async () => {
    // Far above the threshold. A third of the price with its tax, rounded up twice, leaves less than that for the last one.
    const product = await aProduct(w, { priceCents: 33_330 });
    const { orderId } = await aPaidOrder(w, cartOf(product, 3));
    const one = { lines: [{ orderLineId: await lineIdOf(orderId), quantity: 1 }] };
    expect(await refundAs(w, admin, orderId, { includeShipping: true })).toMatchObject({
      status: 409,
      code: 'REFUND_ITEM_NOT_AVAILABLE',
    });
    for (const orderStatus of ['paid', 'paid', 'refunded']) {
      expect(await refundAs(w, admin, orderId, one)).toMatchObject({ status: 200, orderStatus });
    }
    const { receivedCents, refundedCents } = await moneyOf(w, orderId);
    expect(refundedCents).toBe(receivedCents);
  });

  it('a ticket once, however often it is named', async () => {
    const kuji = await aKuji(w, { tickets: 5 });
    const { orderId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    const [first] = await ticketsOf(orderId);
    const twice = { ticketIds: [first?.id, first?.id] };
    expect(await refundAs(w, admin, orderId, twice)).toMatchObject({
      status: 200,
      orderStatus: 'paid',
    });
    // 15.00 and 5 % GST.
    expect((await moneyOf(w, orderId)).refundedCents).toBe(1_575);
  });

  it('everything, and leaves the shopper the tickets that he has opened', async () => {
    const kuji = await aKuji(w, { tickets: 5 });
    const { orderId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    const [opened, closed] = await ticketsOf(orderId);
    await inTx(w.app, 'test.reveal', (tx, now) =>
      revealTicket(tx, { orderId, ticketId: opened?.id ?? '', now }),
    );
    const { receivedCents } = await moneyOf(w, orderId);
    expect(await refundAs(w, admin, orderId, { amountCents: receivedCents })).toMatchObject({
      orderStatus: 'refunded',
    });
    expect(await ticketsOf(orderId)).toEqual([
      { ...opened, is_voided: false },
      { ...closed, is_voided: true },
    ]);
  });

  it('H17 two equal refunds are two', async () => {
    const { orderId } = await aPaidFigure();
    const key = randomUUID();
    await refundAs(w, admin, orderId, { amountCents: 300 }, key);
    await refundAs(w, admin, orderId, { amountCents: 300 }, key);
    expect((await moneyOf(w, orderId)).atStripe).toEqual([300]);
    await refundAs(w, admin, orderId, { amountCents: 300 });
    expect((await moneyOf(w, orderId)).atStripe).toEqual([300, 300]);
  });

  it('H12 a revealed ticket never returns', async () => {
    const kuji = await aKuji(w, { tickets: 5 });
    const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    const [opened, closed] = await ticketsOf(order.orderId);
    const { orderId } = order;
    await inTx(w.app, 'test.reveal', (tx, now) =>
      revealTicket(tx, { orderId, ticketId: opened?.id ?? '', now }),
    );
    expect(
      await refundAs(w, admin, order.orderId, { ticketIds: [opened?.id, closed?.id] }),
    ).toMatchObject({ status: 200 });
    const { rows } = await w.app.database.pool.query<{ state: string; n: number }>(
      `SELECT n.state, count(*)::int AS n FROM popbox.kuji_numbers n JOIN popbox.kuji_sets s ON s.id = n.set_id
       WHERE s.product_id = $1 GROUP BY n.state ORDER BY n.state`,
      [kuji.productId],
    );
    expect(rows).toEqual([
      { state: 'burned', n: 1 },
      { state: 'free', n: 4 },
    ]);
  });
});

it('a dispute stops an order once, and its tickets stay closed', async () => {
  const kuji = await aKuji(w, { tickets: 5 });
  const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 1 }]);
  const { intentId } = await moneyOf(w, order.orderId);
  await w.sandbox.odd('dispute', intentId);
  await w.drain();
  expect(await statusOf(w, order.orderId)).toBe('paid_needs_attention');
  const { rows } = await w.app.database.pool.query<{ attention_code: string; flags: number }>(
    `SELECT attention_code, (SELECT count(*)::int FROM popbox.order_events e
       WHERE e.order_id = o.id AND e.kind = 'needs_attention') AS flags
     FROM popbox.orders o WHERE id = $1`,
    [order.orderId],
  );
  expect(rows).toEqual([{ attention_code: 'DISPUTED', flags: 1 }]);
  const cookie = await guestCookieOf(w, order.sessionId);
  const [ticket] = await ticketsOf(order.orderId);
  const path = `/api/v1/orders/${order.publicId}/tickets/${ticket?.id ?? ''}/reveal`;
  const refused = await w.http.post(path).set('Cookie', cookie);
  expect(refused.body).toMatchObject({ errors: { code: 'ORDER_NOT_REVEALABLE' } });
});

async function refundsInTimeline(orderId: string): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ kind: string }>(
    `SELECT kind FROM popbox.order_events WHERE order_id = $1 AND kind LIKE 'refund\\_%' ORDER BY id`,
    [orderId],
  );
  return rows.map(({ kind }) => kind);
}

describe('when Stripe stumbles', () => {
  it.each(['reset', 'timeout_after_work'] as const)(
    'C09, C10 a refund after %s is one refund at Stripe',
    async (kind) => {
      const { orderId } = await aPaidFigure();
      const delayMs = kind === 'reset' ? 0 : 50;
      w.sandbox.fault({ match: 'POST /v1/refunds', kind, times: 2, delayMs });
      expect(await refundAs(w, admin, orderId, { amountCents: 400 })).toMatchObject({
        status: 502,
        code: 'REFUND_UNCONFIRMED',
      });
      w.clock.offsetMs += 2 * 60_000;
      await finishRefunds(w.app);
      await finishRefunds(w.app);
      const money = await moneyOf(w, orderId);
      expect(money).toMatchObject({ refundedCents: 400, here: ['succeeded 400'], atStripe: [400] });
    },
  );

  // Red if the refund is asked for under one key only: Stripe repeats its 500 under it for a day.
  it('an error that Stripe remembers does not keep the money', async () => {
    const { orderId } = await aPaidFigure();
    w.sandbox.fault({ match: 'POST /v1/refunds', kind: 'error_500', times: 2 });
    expect((await refundAs(w, admin, orderId, { amountCents: 400 })).code).toBe(
      'REFUND_UNCONFIRMED',
    );
    // The second 500 is met under the second key; an hour later there is another.
    for (const minutes of [2, 60]) {
      w.clock.offsetMs += minutes * 60_000;
      await finishRefunds(w.app);
    }
    const money = await moneyOf(w, orderId);
    expect(money).toMatchObject({ here: ['succeeded 400'], atStripe: [400] });
  });

  // Red if Stripe is asked again by the old key alone: after a day it has forgotten that, and pays a second time.
  it('a lost answer is looked for after a day, too', async () => {
    const { orderId } = await aPaidFigure();
    w.sandbox.setWebhookMode('drop');
    w.sandbox.fault({
      match: 'POST /v1/refunds',
      kind: 'timeout_after_work',
      times: 2,
      delayMs: 50,
    });
    expect((await refundAs(w, admin, orderId, { amountCents: 400 })).code).toBe(
      'REFUND_UNCONFIRMED',
    );
    w.sandbox.setWebhookMode('normal');
    w.clock.offsetMs += 25 * HOUR_MS;
    try {
      await finishRefunds(w.app);
    } finally {
      w.clock.offsetMs -= 25 * HOUR_MS;
    }
    const money = await moneyOf(w, orderId);
    expect(money).toMatchObject({ here: ['succeeded 400'], atStripe: [400] });
  });

  it('one refund that cannot be finished keeps no other waiting', async () => {
    const [stuck, other] = [await aPaidFigure(), await aPaidFigure()];
    for (const { orderId } of [stuck, other]) {
      w.sandbox.fault({ match: 'POST /v1/refunds', kind: 'reset', times: 2 });
      await refundAs(w, admin, orderId, { amountCents: 400 });
    }
    w.clock.offsetMs += 2 * MINUTE_MS;
    w.sandbox.fault({ match: 'POST /v1/refunds', kind: 'reset', times: 2 });
    await finishRefunds(w.app);
    expect((await moneyOf(w, stuck.orderId)).here).toEqual(['requested 400']);
    expect((await moneyOf(w, other.orderId)).here).toEqual(['succeeded 400']);
    await finishRefunds(w.app);
    expect((await moneyOf(w, stuck.orderId)).here).toEqual(['succeeded 400']);
  });

  // Red if the money counts as not gone any more: it could be refunded once more.
  it('an answer that was read earlier undoes nothing', async () => {
    const { orderId } = await aPaidFigure();
    await refundAs(w, admin, orderId);
    await w.drain();
    const { stripe } = w.app;
    const earlier = async (intentId: string) =>
      (await stripe.listRefunds(intentId)).map((refund) => ({
        ...refund,
        status: 'pending' as const,
      }));
    await syncRefunds(
      { ...w.app, stripe: { ...stripe, listRefunds: earlier } },
      { orderId, actor: 'test' },
    );
    const { receivedCents, refundedCents, here } = await moneyOf(w, orderId);
    expect([refundedCents, here]).toEqual([receivedCents, [`succeeded ${String(receivedCents)}`]]);
    expect(await statusOf(w, orderId)).toBe('refunded');
  });

  it('the same key goes on where the answer was lost', async () => {
    const { orderId } = await aPaidFigure();
    const key = randomUUID();
    w.sandbox.fault({ match: 'POST /v1/refunds', kind: 'reset', times: 2 });
    const refund = () => refundAs(w, admin, orderId, { amountCents: 400 }, key);
    expect(await refund()).toMatchObject({ status: 502, isReplayed: false });
    expect(await refund()).toMatchObject({ status: 200, isReplayed: false });
    expect(await refund()).toMatchObject({ status: 200, isReplayed: true });
    expect((await moneyOf(w, orderId)).atStripe).toEqual([400]);
  });

  it('H18 a failed refund can be repeated', async () => {
    const { orderId } = await aPaidFigure();
    const { intentId, receivedCents } = await moneyOf(w, orderId);
    await w.sandbox.odd('refund_pending', intentId);
    expect(await refundAs(w, admin, orderId)).toMatchObject({ status: 200, orderStatus: 'paid' });
    await w.drain();
    // Pending money counts against what remains, and not as refunded.
    expect((await moneyOf(w, orderId)).refundedCents).toBe(0);
    expect(await refundAs(w, admin, orderId, { amountCents: 1 })).toMatchObject({ status: 409 });
    // Goods and money would both be gone.
    const packing = callAs(w, admin, ['patch', `/admin/orders/${orderId}/status`], {
      status: 'packed',
    });
    expect(await packing).toMatchObject({ status: 409, code: 'ORDER_MONEY_LEAVING' });
    await w.sandbox.odd('refund_failed', intentId);
    await w.drain();
    expect((await moneyOf(w, orderId)).here).toEqual([`failed ${String(receivedCents)}`]);
    const told = w.sandbox
      .mails()
      .filter(
        ({ key, text }) => key?.startsWith('refund-failed-notice/') && text.includes(orderId),
      );
    expect(told.map(({ to }) => to)).toEqual([['orders@popbox.test']]);
    expect(await refundAs(w, admin, orderId)).toMatchObject({ orderStatus: 'refunded' });
    expect(await refundsInTimeline(orderId)).toEqual([
      'refund_requested',
      'refund_failed',
      'refund_requested',
      'refund_succeeded',
    ]);
  });

  it('a refund made in the Dashboard appears by itself', async () => {
    const kuji = await aKuji(w, { tickets: 5 });
    const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    const { intentId, receivedCents } = await moneyOf(w, order.orderId);
    await w.sandbox.odd('dashboard_refund', intentId);
    await w.drain();
    expect(await statusOf(w, order.orderId)).toBe('refunded');
    expect((await moneyOf(w, order.orderId)).refundedCents).toBe(receivedCents);
    // Nobody asked for it here.
    expect(await refundsInTimeline(order.orderId)).toEqual(['refund_succeeded']);
    expect((await ticketsOf(order.orderId)).every((ticket) => ticket.is_voided)).toBe(true);
    // What the owner of the tickets reads; Stripe's own word for the reason is none for people.
    const reasons = await w.app.database.pool.query<{ void_reason: string }>(
      'SELECT DISTINCT void_reason FROM popbox.kuji_tickets WHERE order_id = $1',
      [order.orderId],
    );
    expect(reasons.rows).toEqual([{ void_reason: 'Refunded by the shop.' }]);
  });

  it('a refund that Stripe takes back is drift, and may be repeated', async () => {
    const { orderId } = await aPaidFigure();
    await refundAs(w, admin, orderId);
    await w.drain();
    const { intentId } = await moneyOf(w, orderId);
    const [refund] = await w.app.stripe.listRefunds(intentId);
    await w.sandbox.odd('refund_failed', refund?.id ?? '');
    type Answer = { summary: { drift: boolean }; refunds: { status: string }[] };
    const path = `/admin/orders/${orderId}/refund/reconcile`;
    const { data } = await callAs<Answer>(w, admin, ['post', path]);
    expect(data).toMatchObject({ summary: { drift: true, refundedCents: 0 } });
    await w.drain();
    expect(await statusOf(w, orderId)).toBe('paid_needs_attention');
    expect((await refundAs(w, admin, orderId)).orderStatus).toBe('refunded');
  });

  /** Stripe takes back the newest refund of the order. */
  const fail = async (orderId: string) => {
    const { intentId } = await moneyOf(w, orderId);
    const [refund] = await w.app.stripe.listRefunds(intentId);
    await w.sandbox.odd('refund_failed', refund?.id ?? '');
    await w.drain();
  };

  it('goods of a refund that fails leave the shelf again, and come back with the next', async () => {
    const { orderId, variantId } = await aPaidFigure(2);
    const sold = (await onHand(variantId)) ?? 0;
    const body = {
      lines: [{ orderLineId: await lineIdOf(orderId), quantity: 1 }],
      restock: true,
    };
    await refundAs(w, admin, orderId, body);
    expect(await onHand(variantId)).toBe(sold + 1);
    await fail(orderId);
    expect(await onHand(variantId)).toBe(sold);
    await refundAs(w, admin, orderId, body);
    expect(await onHand(variantId)).toBe(sold + 1);
  });

  it('goods that came back as a return stay on the shelf when their refund fails', async () => {
    const { orderId, variantId } = await aPaidFigure(1);
    for (const status of ['packed', 'shipped']) {
      await callAs(w, admin, ['patch', `/admin/orders/${orderId}/status`], { status });
    }
    const sold = (await onHand(variantId)) ?? 0;
    await refundAs(w, admin, orderId, {
      lines: [{ orderLineId: await lineIdOf(orderId), quantity: 1 }],
      restock: true,
    });
    expect(await onHand(variantId)).toBe(sold + 1);
    await fail(orderId);
    expect(await onHand(variantId)).toBe(sold + 1);
  });

  it('nobody packs goods that were sold to somebody else before their refund failed', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const first = await aPaidOrder(w, cartOf(product, 1));
    await refundAs(w, admin, first.orderId, {
      lines: [{ orderLineId: await lineIdOf(first.orderId), quantity: 1 }],
      restock: true,
    });
    const second = await aPaidOrder(w, cartOf(product, 1));
    await fail(first.orderId);
    expect(await statusOf(w, first.orderId)).toBe('paid_needs_attention');
    const { data } = await callAs<{ attention: { reasonCode: string } }>(w, admin, [
      'get',
      `/admin/orders/${first.orderId}`,
    ]);
    expect(data.attention.reasonCode).toBe('REFUND_FAILED_GOODS_GONE');
    const pack = (orderId: string) =>
      callAs(w, admin, ['patch', `/admin/orders/${orderId}/status`], { status: 'packed' });
    expect((await pack(second.orderId)).status).toBe(200);
  });

  it('a ticket’s money that came back is not paid out with another ticket', async () => {
    const kuji = await aKuji(w, { tickets: 5 });
    const { orderId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    const [first, second] = await ticketsOf(orderId);
    await refundAs(w, admin, orderId, { ticketIds: [first?.id] });
    const [one = ''] = (await moneyOf(w, orderId)).here;
    const ticketCents = Number(one.split(' ')[1]);
    await fail(orderId);
    const { receivedCents } = await moneyOf(w, orderId);
    await refundAs(w, admin, orderId, { ticketIds: [second?.id], includeShipping: true });
    const shipped = receivedCents - ticketCents;
    const { here } = await moneyOf(w, orderId);
    // To a cent: the tax is shared out anew.
    expect(Math.abs(Number(here[1]?.split(' ')[1]) - shipped)).toBeLessThanOrEqual(1);
    expect(await statusOf(w, orderId)).toBe('paid');
    // Without a choice all that remains goes back.
    expect((await refundAs(w, admin, orderId)).orderStatus).toBe('refunded');
  });

  it('H18 the refund of a ticket can be repeated, too', async () => {
    const kuji = await aKuji(w, { tickets: 5 });
    const { orderId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
    const [ticket] = await ticketsOf(orderId);
    const refund = () => refundAs(w, admin, orderId, { ticketIds: [ticket?.id] });
    await refund();
    await fail(orderId);
    expect(await refund()).toMatchObject({ status: 200, orderStatus: 'paid' });
    expect(await refund()).toMatchObject({ status: 409, code: 'REFUND_ITEM_NOT_AVAILABLE' });
  });

  it('one that Stripe refused and had made all the same is booked', async () => {
    const { orderId } = await aPaidFigure();
    const { intentId: paymentIntentId } = await moneyOf(w, orderId);
    w.sandbox.fault({ match: 'POST /v1/refunds', kind: 'reset', times: 2 });
    expect((await refundAs(w, admin, orderId, { amountCents: 400 })).code).toBe(
      'REFUND_UNCONFIRMED',
    );
    const { rows } = await w.app.database.pool.query<{ id: string }>(
      `UPDATE popbox.refunds SET state = 'failed' WHERE order_id = $1 RETURNING id`,
      [orderId],
    );
    const metadata = { refundId: rows[0]?.id ?? '' };
    await w.app.stripe.createRefund({ paymentIntentId, amountCents: 400, metadata }, orderId);
    await w.drain();
    expect(await moneyOf(w, orderId)).toMatchObject({
      here: ['succeeded 400'],
      refundedCents: 400,
    });
  });

  it('a refund without an answer that has failed since is told by the same key', async () => {
    const { orderId } = await aPaidFigure();
    const { intentId } = await moneyOf(w, orderId);
    await w.sandbox.odd('refund_pending', intentId);
    w.sandbox.fault({
      match: 'POST /v1/refunds',
      kind: 'timeout_after_work',
      times: 2,
      delayMs: 10,
    });
    w.sandbox.setWebhookMode('drop');
    const key = randomUUID();
    const refund = () => refundAs(w, admin, orderId, {}, key);
    expect((await refund()).code).toBe('REFUND_UNCONFIRMED');
    await w.sandbox.odd('refund_failed', intentId);
    w.sandbox.setWebhookMode('normal');
    for (let times = 1; times <= 2; times += 1) {
      expect(await refund()).toMatchObject({ status: 502, code: 'REFUND_FAILED' });
    }
  });
});
