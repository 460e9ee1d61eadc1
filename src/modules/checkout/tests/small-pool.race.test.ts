import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  aKuji,
  anOpenCheckout,
  aProduct,
  type OpenCheckout,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { statusOf } from '../../../../testing/refund-as.ts';
import { finaliseOrder } from '../service/finalise-order.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 2 });
});
afterAll(() => w.close());

/** A figure and a ticket, paid, and nobody has told us. */
async function aPayment(): Promise<OpenCheckout> {
  const { productId, variantId } = await aProduct(w);
  const kuji = await aKuji(w, { tickets: 3 });
  const opened = await anOpenCheckout(w, [
    { productId, productVariantId: variantId, quantity: 1 },
    { productId: kuji.productId, quantity: 1 },
  ]);
  w.sandbox.setWebhookMode('drop');
  w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  return opened;
}

const finalise = ({ sessionId }: OpenCheckout) =>
  finaliseOrder(w.app, { sessionId, actor: 'test' });

// Red if a step asks the pool for a client of its own: it would wait for the one that waits for it.
it('T23 finalising needs one connection', async () => {
  const payment = await aPayment();
  const taken = await w.app.database.pool.connect();
  try {
    expect(await finalise(payment)).toBe('finalised');
  } finally {
    taken.release();
  }
  await w.drain();
});

it('H07 more payments than connections still finish', async () => {
  const payments: OpenCheckout[] = [];
  for (let n = 0; n < 6; n += 1) payments.push(await aPayment());
  const outcomes = await Promise.all(
    payments.flatMap((payment) => [finalise(payment), finalise(payment)]),
  );
  expect(outcomes.filter((outcome) => outcome === 'finalised')).toHaveLength(6);
  expect(outcomes.filter((outcome) => outcome === 'already_finalised')).toHaveLength(6);
  for (const { orderId } of payments) expect(await statusOf(w, orderId)).toBe('paid');
  await w.drain();
});
