import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  aKuji,
  anOpenCheckout,
  aProduct,
  checkout,
  checkoutBody,
  type CartItem,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { expireHolds } from '../service/expire-holds.ts';

const OTHERS = 5;

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: OTHERS + 3 });
});
afterAll(() => w.close());

async function aCart(): Promise<CartItem[]> {
  const { productId, variantId } = await aProduct(w, { onHand: 50 });
  const kuji = await aKuji(w, { tickets: 30 });
  return [
    { productId, productVariantId: variantId, quantity: 1 },
    { productId: kuji.productId, quantity: 1 },
  ];
}

/** Others check out, pay and get their tickets for the same things. */
async function expectOthersServed(items: CartItem[]): Promise<void> {
  const sessions = await Promise.all(
    Array.from({ length: OTHERS }, async () => (await anOpenCheckout(w, items)).sessionId),
  );
  for (const sessionId of sessions) w.sandbox.pay(sessionId, 'paid');
  await w.drain();
  const { rowCount } = await w.app.database.pool.query(
    `SELECT 1 FROM popbox.payments WHERE session_id = ANY ($1) AND state = 'paid'`,
    [sessions],
  );
  expect(rowCount).toBe(OTHERS);
}

// Red if Stripe is asked inside the transaction that holds the goods: everybody would wait for their rows.
it('a Stripe that takes its time over one shopper does not slow the others of the same things', async () => {
  const items = await aCart();
  const gate = w.sandbox.gate('POST /v1/checkout/sessions', 'before');
  let isAnswered = false;
  const slow = checkout(w, checkoutBody(items)).finally(() => {
    isAnswered = true;
  });
  await gate.arrived;
  await expectOthersServed(items);
  expect(isAnswered).toBe(false);
  gate.open();
  expect((await slow).status).toBe(201);
});

it('nor does one that takes its time over an expiry or a payment', async () => {
  const items = await aCart();
  const [late, paid] = [await anOpenCheckout(w, items), await anOpenCheckout(w, items)];
  const reading = w.sandbox.gate(`GET /v1/checkout/sessions/${paid.sessionId}`, 'after');
  w.sandbox.setWebhookMode('drop');
  w.sandbox.pay(paid.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  const success = w.http.get('/api/v1/checkout/success').query({ session_id: paid.sessionId });
  const visit = Promise.resolve(success);
  await reading.arrived;
  const expiring = w.sandbox.gate(`POST /v1/checkout/sessions/${late.sessionId}/expire`, 'after');
  w.clock.offsetMs = 11 * 60_000;
  const job = expireHolds(w.app);
  await expiring.arrived;
  await expectOthersServed(items);
  expiring.open();
  reading.open();
  expect((await visit).status).toBe(200);
  expect((await job).expired).toBeGreaterThan(0);
});
