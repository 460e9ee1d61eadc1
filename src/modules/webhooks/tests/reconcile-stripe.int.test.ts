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

  it('closes a page that could be paid although nothing is held for it', async () => {
    const opened = await anOpenCheckout(w, await aCart());
    const { expireOrder } = await import('../../checkout/index.ts');
    await expireOrder(w.app, { orderId: opened.orderId, actor: 'test' });
    const { sessions } = await reconcileStripe(w.app);
    expect(sessions.settled).toMatchObject([{ orderId: opened.orderId, outcome: 'page_closed' }]);
    expect((await w.app.stripe.retrieveSession(opened.sessionId))?.status).toBe('expired');
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
