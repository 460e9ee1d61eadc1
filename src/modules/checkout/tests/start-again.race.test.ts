import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  aCustomer,
  aKuji,
  aProduct,
  checkoutBody,
  newKey,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { aBrowser } from '../../../../testing/shop-in-browser.ts';
import { world, type World } from '../../../../testing/world.ts';
import { CUSTOMER_EMAIL } from '../../../../sandbox/supabase/people.ts';
import { statusOf, stockOf, tellAnswer } from './look-at-checkout.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 25 });
});
afterEach(() => fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' }));
afterAll(() => w.close());

const EXPIRE = 'POST /v1/checkout/sessions/:id/expire';
const some = ({ productId, variantId }: TestProduct, quantity = 1) => ({
  productId,
  productVariantId: variantId,
  quantity,
});
const pageOf = async ({ sessionId }: { sessionId: string }) =>
  (await w.app.stripe.retrieveSession(sessionId))?.status;

describe('a shopper who starts again', () => {
  it('T13 own unpaid checkout does not block the next', async () => {
    const product = await aProduct(w, { onHand: 3 });
    const shopper = aBrowser(w);
    const first = await shopper.open([some(product, 2)]);
    // With all there is: his own two and the last one.
    const second = await shopper.open([some(product, 3)]);
    expect(await statusOf(w, first)).toBe('cancelled');
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 3, reserved: 3 });
    expect([await pageOf(first), await pageOf(second)]).toEqual(['expired', 'open']);
    // The same cart under a new key: the storefront makes one after every answer.
    const third = await shopper.checkout(second.body);
    expect(tellAnswer(third)).toBe('201');
    expect(await statusOf(w, second)).toBe('cancelled');
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 3, reserved: 3 });
    // A repeat of the first request is told that it has ended; it takes nothing from the third.
    expect(tellAnswer(await shopper.checkout(first.body, first.key))).toBe('409 CHECKOUT_ENDED');
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 3, reserved: 3 });
  });

  it('T13 holds for kuji tickets and for an account in two browsers', async () => {
    const kuji = await aKuji(w, { tickets: 2 });
    const { token } = await aCustomer(w);
    const mine = { email: CUSTOMER_EMAIL };
    const tickets = [{ productId: kuji.productId, quantity: 2 }];
    const atHome = await aBrowser(w, token).open(tickets, mine);
    const onThePhone = await aBrowser(w, token).open(tickets, mine);
    expect(await statusOf(w, atHome)).toBe('cancelled');
    w.sandbox.pay(onThePhone.sessionId, 'paid');
    await w.drain();
    expect(await statusOf(w, onThePhone)).toBe('paid');
  });

  it('T06 a changed cart is checked again', async () => {
    const [a, b] = [await aProduct(w, { onHand: 2 }), await aProduct(w, { onHand: 1 })];
    const shopper = aBrowser(w);
    const first = await shopper.open([some(a, 2)]);
    await aBrowser(w).open([some(b)]);
    // More than there is, counting his own, and something that others hold.
    for (const cart of [[some(a, 3)], [some(a, 2), some(b)]]) {
      const refused = await shopper.checkout(checkoutBody(cart));
      expect(tellAnswer(refused)).toBe('409 PRODUCT_VARIANT_OUT_OF_STOCK');
      // Nothing moved by half: the old hold is there until Stripe's word has been worked.
      expect(await stockOf(w, a.productId)).toEqual({ onHand: 2, reserved: 2 });
    }
    await w.drain();
    expect(await statusOf(w, first)).toBe('expired');
    expect(await stockOf(w, a.productId)).toEqual({ onHand: 2, reserved: 0 });
  });

  it('T14 a superseded session is dead before its stock moves', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const shopper = aBrowser(w);
    const first = await shopper.open([some(product)]);
    const gate = w.sandbox.gate(EXPIRE, 'before');
    const second = shopper.checkout(checkoutBody([some(product)]));
    await gate.arrived;
    // Stripe has not closed the page yet, so nobody else may have the unit.
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 1, reserved: 1 });
    const stranger = await aBrowser(w).checkout(checkoutBody([some(product)]));
    expect(tellAnswer(stranger)).toBe('409 PRODUCT_VARIANT_OUT_OF_STOCK');
    // He pays on the old page after all: that order is his, and the new one finds nothing left.
    w.sandbox.pay(first.sessionId, 'paid');
    gate.open();
    expect(tellAnswer(await second)).toBe('409 PRODUCT_VARIANT_OUT_OF_STOCK');
    expect(await statusOf(w, first)).toBe('paid');
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 0, reserved: 0 });
  });

  // Red if the old order is given up although it has ended by itself: Stripe's event is often faster than our answer.
  it('goes on where Stripe’s event has ended the old order meanwhile', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const shopper = aBrowser(w);
    const first = await shopper.open([some(product)]);
    const gate = w.sandbox.gate(EXPIRE, 'after');
    const second = shopper.checkout(checkoutBody([some(product)]));
    await gate.arrived;
    await w.drain();
    expect(await statusOf(w, first)).toBe('expired');
    gate.open();
    expect(tellAnswer(await second)).toBe('201');
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 1, reserved: 1 });
  });

  it('a key that belongs to another cart ends nothing', async () => {
    const [product, gone] = [await aProduct(w), await aProduct(w, { onHand: 0 })];
    const shopper = aBrowser(w);
    const key = newKey();
    const body = checkoutBody([some(gone)]);
    expect(tellAnswer(await shopper.checkout(body, key))).toBe('409 PRODUCT_VARIANT_OUT_OF_STOCK');
    const opened = await shopper.open([some(product)], { email: body.email });
    const reused = await shopper.checkout({ ...body, items: [some(product, 2)] }, key);
    expect(tellAnswer(reused)).toBe('422 IDEMPOTENCY_KEY_REUSED');
    expect([await statusOf(w, opened), await pageOf(opened)]).toEqual(['pending_payment', 'open']);
  });

  it('goes on beside an order that was paid, or that a bank is working on', async () => {
    const product = await aProduct(w, { onHand: 3 });
    const shopper = aBrowser(w);
    const paid = await shopper.open([some(product)]);
    w.sandbox.setWebhookMode('hold');
    w.sandbox.pay(paid.sessionId, 'paid');
    const waiting = await shopper.open([some(product)]);
    expect(await statusOf(w, paid)).toBe('paid');
    w.sandbox.pay(waiting.sessionId, 'processing');
    const third = await shopper.open([some(product)]);
    w.sandbox.setWebhookMode('normal');
    expect(await statusOf(w, waiting)).toBe('pending_payment');
    expect(await pageOf(third)).toBe('open');
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 2, reserved: 2 });
    w.sandbox.settle(waiting.sessionId, 'succeeded');
  });

  it('has to do with what is left while Stripe does not answer', async () => {
    const product = await aProduct(w, { onHand: 3 });
    const shopper = aBrowser(w);
    const first = await shopper.open([some(product, 2)]);
    w.sandbox.fault({ match: EXPIRE, kind: 'error_500', times: 8 });
    const tooMuch = await shopper.checkout(checkoutBody([some(product, 2)]));
    expect(tellAnswer(tooMuch)).toBe('409 PRODUCT_VARIANT_OUT_OF_STOCK');
    const fits = await shopper.open([some(product)]);
    expect([await pageOf(first), await pageOf(fits)]).toEqual(['open', 'open']);
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 3, reserved: 3 });
  });

  it('a repeat of the same request ends nothing, ten times at once', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const shopper = aBrowser(w);
    const { body, key, orderId } = await shopper.open([some(product)]);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shopper.checkout(body, key)),
    );
    expect(answers.map(tellAnswer)).toEqual(Array(10).fill('201'));
    expect(await statusOf(w, { orderId })).toBe('pending_payment');
  });

  it('nobody else can end it: an e-mail, or a made-up cookie, is no proof', async () => {
    const product = await aProduct(w, { onHand: 2 });
    const shopper = aBrowser(w);
    const { body, orderId } = await shopper.open([some(product)]);
    const stranger = aBrowser(w);
    stranger.cookies.set('checkout_browser', 'A'.repeat(32));
    expect(tellAnswer(await stranger.checkout(body))).toBe('201');
    expect(await statusOf(w, { orderId })).toBe('pending_payment');
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 2, reserved: 2 });
  });

  // Red if the rows given back and the rows taken are locked one lot after the other: deadlocks.
  it('exchanging two things crosswise does not wait for each other', async () => {
    const [a, b] = [await aProduct(w, { onHand: 30 }), await aProduct(w, { onHand: 30 })];
    const shoppers = Array.from({ length: 16 }, () => aBrowser(w));
    const carts = [[some(a)], [some(b)], [some(a), some(b)]];
    for (const round of [0, 1]) {
      const answers = await Promise.all(
        shoppers.map((shopper, i) => shopper.checkout(checkoutBody(carts[(i + round) % 3] ?? []))),
      );
      expect(answers.map(tellAnswer)).toEqual(Array(16).fill('201'));
    }
    const { rows } = await w.app.database.pool.query<{ live: number }>(
      `SELECT count(DISTINCT o.id)::int AS live FROM popbox.orders o JOIN popbox.order_lines l ON l.order_id = o.id
       WHERE l.product_id IN ($1, $2) AND o.status = 'pending_payment'`,
      [a.productId, b.productId],
    );
    expect(rows).toEqual([{ live: 16 }]);
  });
});
