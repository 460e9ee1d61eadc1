import { afterAll, beforeAll, expect, it } from 'vitest';
import { aCart, anOpenCheckout, aPaidOrder } from '../../../../testing/factories.ts';
import { moneyOf } from '../../../../testing/refund-as.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { StripeDispute } from '../../../integrations/stripe/stripe-port.ts';
import { followDispute } from '../index.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

let counter = 0;
async function aDispute(orderId: string): Promise<StripeDispute> {
  const { intentId, receivedCents } = await moneyOf(w, orderId);
  return {
    id: `du_${String((counter += 1))}`,
    paymentIntentId: intentId,
    amountCents: receivedCents,
    currency: 'CAD',
    status: 'needs_response',
  };
}

/** An event about a dispute, of which Stripe says this when it is asked: more words than the sandbox has. */
const hear = (dispute: StripeDispute, status = dispute.status) =>
  followDispute(
    {
      ...w.app,
      stripe: { ...w.app.stripe, retrieveDispute: () => Promise.resolve({ ...dispute, status }) },
    },
    { disputeId: dispute.id, actor: 'test' },
  );

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

// Red if only `won` is known as an end: the order would stay on hold for ever.
it.each(['won', 'warning_closed', 'prevented'])(
  'a dispute that ends as %s lets the order go on, and its times stay',
  async (status) => {
    const { orderId } = await aPaidOrder(w, await aCart(w));
    const before = await look(orderId);
    const dispute = await aDispute(orderId);
    expect(await hear(dispute)).toBe('frozen');
    expect(await look(orderId)).toMatchObject({
      status: 'paid_needs_attention',
      is_disputed: true,
      // When it was paid decides to which month of the books it belongs.
      paid_at: before.paid_at,
      placed_at: before.placed_at,
    });
    expect(await hear(dispute, status)).toBe('closed');
    expect(await look(orderId)).toMatchObject({ status: 'paid', is_disputed: false });
    expect((await moneyOf(w, orderId)).here).toEqual([]);
  },
);

it('of two disputes the last one lets the order go on', async () => {
  const { orderId } = await aPaidOrder(w, await aCart(w));
  const [first, second] = [await aDispute(orderId), await aDispute(orderId)];
  await hear(first);
  await hear(second);
  await hear(first, 'won');
  expect(await look(orderId)).toMatchObject({
    status: 'paid_needs_attention',
    is_disputed: true,
  });
  await hear(second, 'won');
  expect(await look(orderId)).toMatchObject({ status: 'paid', is_disputed: false });
});

it('an order that waits for a person anyhow goes on waiting when its dispute is won', async () => {
  const { orderId, sessionId } = await anOpenCheckout(w, await aCart(w));
  await w.sandbox.odd('amount_differs', sessionId);
  w.sandbox.pay(sessionId, 'paid');
  await w.drain();
  const dispute = await aDispute(orderId);
  await hear(dispute);
  await hear(dispute, 'won');
  expect(await look(orderId)).toMatchObject({
    status: 'paid_needs_attention',
    attention_code: 'AMOUNT_DIFFERS',
    is_disputed: false,
  });
});

// Red if it opens the dispute again: nothing would end it any more, and the next one would never let the order go.
it('an answer that was read before the end changes nothing', async () => {
  const { orderId } = await aPaidOrder(w, await aCart(w));
  const [first, second] = [await aDispute(orderId), await aDispute(orderId)];
  await hear(first);
  await hear(first, 'won');
  expect(await hear(first, 'under_review')).toBe('no_effect');
  await hear(second);
  await hear(second, 'won');
  expect(await look(orderId)).toMatchObject({ status: 'paid', is_disputed: false });
});
