import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type CartItem,
  type OpenCheckout,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { moneyOf, statusOf } from '../../../../testing/refund-as.ts';
import type { SessionParams } from '../../../integrations/stripe/stripe-port.ts';
import { expireOrder } from '../../checkout/index.ts';
import { loadPayment } from '../../payments/index.ts';
import { reconcileStripe } from '../index.ts';

const DAY_MS = 24 * 3600 * 1000;

let w: World;
beforeAll(async () => {
  w = await world();
});
afterEach(() => {
  w.clock.offsetMs = 0;
  w.sandbox.setWebhookMode('normal');
});
afterAll(() => w.close());

const aCart = async (): Promise<CartItem[]> => {
  const { productId, variantId } = await aProduct(w);
  return [{ productId, productVariantId: variantId, quantity: 1 }];
};

/** Paid while the shop could not be reached. */
async function aLostPayment(): Promise<OpenCheckout> {
  const opened = await anOpenCheckout(w, await aCart());
  w.sandbox.setWebhookMode('drop');
  w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  return opened;
}

async function paramsOf({ orderId }: OpenCheckout): Promise<SessionParams> {
  const payment = await loadPayment(w.app.database.db, orderId);
  return payment?.sessionParams as SessionParams;
}

const pageOf = async (sessionId: string) => (await w.app.stripe.retrieveSession(sessionId))?.status;

describe('the nightly sweep', () => {
  it('stores lost events as if they had come, once', async () => {
    const order = await aPaidOrder(w, await aCart());
    const { intentId, receivedCents } = await moneyOf(w, order.orderId);
    w.sandbox.setWebhookMode('drop');
    await w.sandbox.odd('dashboard_refund', intentId);
    w.sandbox.setWebhookMode('normal');
    const first = await reconcileStripe(w.app);
    expect(first.events.found.map(({ type }) => type).sort()).toEqual([
      'charge.refunded',
      'refund.created',
      'refund.updated',
    ]);
    await w.drain();
    expect(await statusOf(w, order.orderId)).toBe('refunded');
    expect((await moneyOf(w, order.orderId)).refundedCents).toBe(receivedCents);
    // Stripe goes on listing them; here they are done.
    const second = await reconcileStripe(w.app);
    expect(second.events).toEqual({ seen: first.events.seen, found: [] });
  });

  it('finds what could not be delivered for weeks, and what lost its job since it was found', async () => {
    const order = await aPaidOrder(w, await aCart());
    w.sandbox.setWebhookMode('drop');
    await w.sandbox.odd('dashboard_refund', order.sessionId);
    w.sandbox.setWebhookMode('normal');
    w.clock.offsetMs = 29 * DAY_MS;
    const first = await reconcileStripe(w.app);
    expect(first.events.found.map(({ type }) => type)).toContain('charge.refunded');
    await w.app.database.pool.query(`DELETE FROM pgboss.job WHERE name = 'stripe-event'`);
    const second = await reconcileStripe(w.app);
    expect(second.events.found).toEqual(first.events.found);
    await w.drain();
    expect(await statusOf(w, order.orderId)).toBe('refunded');
  });

  it('books what was paid, without any event', async () => {
    const lost = await aLostPayment();
    const { sessions } = await reconcileStripe(w.app);
    expect(sessions.settled).toEqual([
      { sessionId: lost.sessionId, orderId: lost.orderId, outcome: 'finalised' },
    ]);
    expect(await statusOf(w, lost.orderId)).toBe('paid');
    await w.drain();
    expect((await reconcileStripe(w.app)).sessions.settled).toEqual([]);
  });

  it('asks about every order that waits for money, however old its session is', async () => {
    const debit = await anOpenCheckout(w, await aCart());
    w.sandbox.pay(debit.sessionId, 'processing');
    await w.drain();
    w.sandbox.setWebhookMode('drop');
    w.sandbox.settle(debit.sessionId, 'succeeded');
    w.clock.offsetMs = 9 * DAY_MS;
    const { sessions } = await reconcileStripe(w.app);
    expect(sessions.settled).toMatchObject([{ orderId: debit.orderId, outcome: 'finalised' }]);
    expect(await statusOf(w, debit.orderId)).toBe('paid');
  });

  it('asks about those, too, that wait behind a hundred others', async () => {
    const opened = await anOpenCheckout(w, await aCart());
    w.sandbox.pay(opened.sessionId, 'processing');
    await w.drain();
    w.sandbox.setWebhookMode('drop');
    w.sandbox.settle(opened.sessionId, 'succeeded');
    const { pool } = w.app.database;
    // Older ones, which nobody was ever asked to pay.
    await pool.query(
      `INSERT INTO popbox.orders (id, public_id, subtotal_cents, shipping_cents, tax_cents, total_cents, gst_cents, pst_cents,
         hst_cents, qst_cents, gst_rate_ppm, pst_rate_ppm, hst_rate_ppm, qst_rate_ppm, shipping_region, email,
         customer_snapshot, shipping_address, hold_expires_at)
       SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'PBX-' || lpad(n::text, 10, '0'), 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 'canada', 'older@example.com', '{}', '{}', now() FROM generate_series(1, 100) n`,
    );
    // So late that neither its event nor its session is listed any more.
    w.clock.offsetMs = 40 * DAY_MS;
    const { sessions } = await reconcileStripe(w.app);
    await pool.query(`DELETE FROM popbox.orders WHERE email = 'older@example.com'`);
    expect(sessions.settled).toMatchObject([{ orderId: opened.orderId, outcome: 'finalised' }]);
  });

  it('closes a page that could be paid although nothing is held for it', async () => {
    const opened = await anOpenCheckout(w, await aCart());
    await expireOrder(w.app, { orderId: opened.orderId, actor: 'test' });
    const { sessions } = await reconcileStripe(w.app);
    expect(sessions.settled).toMatchObject([{ orderId: opened.orderId, outcome: 'page_closed' }]);
    expect((await w.app.stripe.retrieveSession(opened.sessionId))?.status).toBe('expired');
    await w.drain();
  });

  it('sends back what was paid a second time', async () => {
    const order = await aPaidOrder(w, await aCart());
    w.sandbox.setWebhookMode('drop');
    await w.sandbox.odd('second_payment', order.sessionId);
    w.sandbox.setWebhookMode('normal');
    const { sessions } = await reconcileStripe(w.app);
    expect(sessions.settled).toMatchObject([{ orderId: order.orderId, outcome: 'paid_twice' }]);
    await w.drain();
  });

  it('closes a stray page of an order that waits, and leaves its own', async () => {
    const opened = await anOpenCheckout(w, await aCart());
    const stray = await w.app.stripe.createSession(await paramsOf(opened), 'test/stray');
    const { sessions } = await reconcileStripe(w.app);
    expect(sessions.settled).toMatchObject([{ sessionId: stray.id, outcome: 'page_closed' }]);
    expect([await pageOf(stray.id), await pageOf(opened.sessionId)]).toEqual(['expired', 'open']);
    await w.drain();
  });

  it('books a payment of days ago whose order had ended', async () => {
    const lost = await aLostPayment();
    await expireOrder(w.app, { orderId: lost.orderId, actor: 'test' });
    w.clock.offsetMs = 2.5 * DAY_MS;
    const { sessions } = await reconcileStripe(w.app);
    const { sessionId, orderId } = lost;
    expect(sessions.settled).toContainEqual({ sessionId, orderId, outcome: 'finalised' });
    await w.drain();
  });

  // Red if every session of the account is looked up here: an id that is none of ours is no id at all.
  it('passes over what other shops of the account sold', async () => {
    const params = await paramsOf(await anOpenCheckout(w, await aCart()));
    w.sandbox.setWebhookMode('drop');
    for (const [orderId, publicId] of [
      ['order-17', 'PBX-0123456789'],
      [w.app.newId(), 'OTHER-1'],
    ] as const) {
      const theirs = { ...params, orderId, publicId };
      const { id } = await w.app.stripe.createSession(theirs, `test/other/${orderId}`);
      w.sandbox.pay(id, 'paid');
    }
    w.sandbox.setWebhookMode('normal');
    expect((await reconcileStripe(w.app)).sessions.settled).toEqual([]);
    await w.drain();
  });

  it('frees the goods of an order whose session ended unheard', async () => {
    const opened = await anOpenCheckout(w, await aCart());
    w.sandbox.setWebhookMode('drop');
    await w.app.stripe.expireSession(opened.sessionId, `test/${opened.orderId}`);
    const { sessions } = await reconcileStripe(w.app);
    expect(sessions.settled).toMatchObject([{ orderId: opened.orderId, outcome: 'expired' }]);
    await w.drain();
  });

  it('goes on after a page that cannot be read', async () => {
    const debits = [await anOpenCheckout(w, await aCart()), await anOpenCheckout(w, await aCart())];
    for (const { sessionId } of debits) w.sandbox.pay(sessionId, 'processing');
    await w.drain();
    w.sandbox.setWebhookMode('drop');
    for (const { sessionId } of debits) w.sandbox.settle(sessionId, 'succeeded');
    // So old that Stripe does not list them any more: they are asked about one by one.
    w.clock.offsetMs = 9 * DAY_MS;
    // Both tries of one of those that are asked about.
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 2 });
    const statuses = () => Promise.all(debits.map(({ orderId }) => statusOf(w, orderId)));
    await reconcileStripe(w.app);
    expect(await statuses()).toContain('paid');
    await reconcileStripe(w.app);
    expect(await statuses()).toEqual(['paid', 'paid']);
  });

  it('compares the orders also where the events cannot be read', async () => {
    const lost = await aLostPayment();
    w.sandbox.fault({ match: 'GET /v1/events', kind: 'error_500', times: 2 });
    await expect(reconcileStripe(w.app)).rejects.toThrow('listUndeliveredEvents');
    expect(await statusOf(w, lost.orderId)).toBe('paid');
  });

  it('goes on after one that fails', async () => {
    const [first, second] = [await aLostPayment(), await aLostPayment()];
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 2 });
    const { sessions } = await reconcileStripe(w.app);
    expect(sessions.settled.map(({ outcome }) => outcome).sort()).toEqual(['failed', 'finalised']);
    await reconcileStripe(w.app);
    for (const { orderId } of [first, second]) expect(await statusOf(w, orderId)).toBe('paid');
    await w.drain();
  });
});
