import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  anOpenCheckout,
  aProduct,
  checkout,
  checkoutBody,
  type OpenCheckout,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { cancelCheckout, expireOrder } from '../index.ts';
import { resumeCheckouts } from '../service/resume-checkouts.ts';
import { tellAnswer } from './look-at-checkout.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const EXPIRE = 'POST /v1/checkout/sessions/:id/expire';

async function openOne(): Promise<OpenCheckout> {
  const { productId, variantId } = await aProduct(w, { onHand: 1 });
  return anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
}

const cancel = ({ orderId }: { orderId: string }, actor = 'admin') =>
  cancelCheckout(w.app, { orderId, actor });

/** The one order of a product. */
async function orderOf(productId: string): Promise<{ orderId: string }> {
  const { rows } = await w.app.database.pool.query<{ orderId: string }>(
    'SELECT order_id AS "orderId" FROM popbox.order_lines WHERE product_id = $1',
    [productId],
  );
  if (!rows[0]) throw new Error('The order is gone.');
  return rows[0];
}

async function factsOf({ orderId }: { orderId: string }) {
  const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
    `SELECT o.status, p.state AS payment, i.on_hand, i.reserved FROM popbox.orders o
     JOIN popbox.payments p ON p.order_id = o.id JOIN popbox.holds h ON h.order_id = o.id
     JOIN popbox.inventory i ON i.id = h.inventory_id WHERE o.id = $1`,
    [orderId],
  );
  return rows[0];
}

const FREE = { status: 'cancelled', payment: 'failed', on_hand: 1, reserved: 0 };
const HELD = { status: 'pending_payment', payment: 'pending', on_hand: 1, reserved: 1 };
const SOLD = { status: 'paid', payment: 'paid', on_hand: 0, reserved: 0 };

describe('cancelling an unpaid order', () => {
  it('closes the page at Stripe first, then frees the goods', async () => {
    const opened = await openOne();
    const gate = w.sandbox.gate(EXPIRE, 'before');
    const cancelled = cancel(opened);
    await gate.arrived;
    expect(await factsOf(opened)).toEqual(HELD);
    gate.open();
    expect(await cancelled).toBe('cancelled');
    expect(await factsOf(opened)).toEqual(FREE);
    expect((await w.app.stripe.retrieveSession(opened.sessionId))?.status).toBe('expired');
    expect(await cancel(opened)).toBe('already_cancelled');
  });

  it('H16 cancel and pay: one of them', async () => {
    // The payment is first, while the cancellation is on its way to Stripe.
    const paid = await openOne();
    const before = w.sandbox.gate(EXPIRE, 'before');
    const tooLate = cancel(paid);
    await before.arrived;
    w.sandbox.pay(paid.sessionId, 'paid');
    before.open();
    expect(await tooLate).toBe('paid');
    expect(await factsOf(paid)).toEqual(SOLD);

    // The cancellation is first: Stripe has closed the page, we do not know it yet.
    const ended = await openOne();
    const after = w.sandbox.gate(EXPIRE, 'after');
    const inTime = cancel(ended);
    await after.arrived;
    expect(w.sandbox.pay(ended.sessionId, 'paid')).toBe('closed');
    after.open();
    expect(await inTime).toBe('cancelled');
    await w.drain();
    expect(await factsOf(ended)).toEqual(FREE);
    // Whichever was first, cancelling again changes nothing.
    expect([await cancel(paid), await cancel(ended)]).toEqual(['paid', 'already_cancelled']);
    expect(await factsOf(paid)).toEqual(SOLD);
  });

  it('stays cancelled where Stripe’s event is faster than our answer', async () => {
    const opened = await openOne();
    const gate = w.sandbox.gate(EXPIRE, 'after');
    let audited = 0;
    const cancelled = cancelCheckout(w.app, {
      orderId: opened.orderId,
      actor: 'admin',
      alongside: () => Promise.resolve(void (audited += 1)),
    });
    await gate.arrived;
    await w.drain();
    expect(await factsOf(opened)).toEqual(FREE);
    gate.open();
    expect([await cancelled, audited]).toEqual(['cancelled', 1]);
  });

  it('keeps the goods while Stripe does not answer, and a bank’s word', async () => {
    const opened = await openOne();
    w.sandbox.fault({ match: EXPIRE, kind: 'error_500', times: 4 });
    await expect(cancel(opened)).rejects.toThrow();
    expect(await factsOf(opened)).toEqual(HELD);
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    w.sandbox.pay(opened.sessionId, 'processing');
    expect(await cancel(opened)).toBe('processing');
    expect(await factsOf(opened)).toEqual(HELD);
    w.sandbox.settle(opened.sessionId, 'succeeded');
    await w.drain();
    expect(await factsOf(opened)).toEqual(SOLD);
  });

  it('ends a checkout whose payment page nobody has seen', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 1 });
    const item = { productId, productVariantId: variantId, quantity: 1 };
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions', kind: 'reset', times: 4 });
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions', kind: 'error_500', times: 4 });
    await expect(anOpenCheckout(w, [item])).rejects.toThrow('PAYMENT_PAGE_UNKNOWN');
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    const order = await orderOf(productId);
    expect(await cancel(order)).toBe('cancelled');
    await resumeCheckouts(w.app);
    expect(await factsOf(order)).toEqual(FREE);
  });

  // Red if no page in the list is taken for no page at all: what Stripe was asked for may yet be done.
  it('keeps the goods while nobody knows whether there is a page', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 1 });
    const item = { productId, productVariantId: variantId, quantity: 1 };
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions', kind: 'reset', times: 4 });
    await expect(anOpenCheckout(w, [item])).rejects.toThrow('PAYMENT_PAGE_UNKNOWN');
    const order = await orderOf(productId);
    await expect(cancel(order)).rejects.toThrow('stripe createSession');
    expect(await factsOf(order)).toEqual(HELD);
    expect(await cancel(order)).toBe('cancelled');
  });

  // Red if the page is left open: its shopper could pay for what is no longer set aside.
  it('a page that opens after its order has ended is closed again', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 1 });
    const gate = w.sandbox.gate('POST /v1/checkout/sessions', 'after');
    const item = { productId, productVariantId: variantId, quantity: 1 };
    const slow = checkout(w, checkoutBody([item]));
    await gate.arrived;
    const { orderId } = await orderOf(productId);
    expect(await expireOrder(w.app, { orderId, actor: 'test' })).toBe(true);
    gate.open();
    expect(tellAnswer(await slow)).toBe('409 CHECKOUT_ENDED');
    expect((await w.app.stripe.findSessionForOrder(orderId, 0))?.status).toBe('expired');
  });

  it('knows no other orders', async () => {
    expect(await cancel({ orderId: '0192f0c1-0000-7000-8000-00000000ffff' })).toBe('not_found');
  });
});
