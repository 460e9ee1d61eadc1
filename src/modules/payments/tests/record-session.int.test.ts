import { afterAll, beforeAll, expect, it } from 'vitest';
import { anOpenCheckout, aProduct } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { loadPayment, recordSession } from '../index.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

// Red if the last to write is believed: the order would be payable twice, and its own payment taken for a second one.
it('an order has one payment page: the same may be written again, another is refused', async () => {
  const { productId, variantId } = await aProduct(w);
  const { orderId, sessionId } = await anOpenCheckout(w, [
    { productId, productVariantId: variantId, quantity: 1 },
  ]);
  const record = (id: string) =>
    inTx(w.app, 'test.record', (tx) =>
      recordSession(tx, { orderId, sessionId: id, sessionUrl: null }),
    );
  await record(sessionId);
  await expect(record('cs_another')).rejects.toThrow('already has another Stripe session');
  expect((await loadPayment(w.app.database.db, orderId))?.sessionId).toBe(sessionId);
});
