import { afterAll, beforeAll, expect, it } from 'vitest';
import { anOpenCheckout, aProduct, type OpenCheckout } from '../../../../testing/factories.ts';
import { untilBlocked } from '../../../../testing/until-blocked.ts';
import { world, type World } from '../../../../testing/world.ts';

let w: World;
beforeAll(async () => {
  // Room for one finalisation of a success page.
  w = await world({ poolMax: 4 });
});
afterAll(() => w.close());

async function aCheckout(outcome: 'paid' | 'left'): Promise<OpenCheckout> {
  const { productId, variantId } = await aProduct(w);
  const opened = await anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
  w.sandbox.setWebhookMode('drop');
  if (outcome === 'paid') w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  return opened;
}

async function visit({ sessionId }: OpenCheckout) {
  const answer = await w.http.get('/api/v1/checkout/success').query({ session_id: sessionId });
  const body = answer.body as { data: { pending?: boolean } | null };
  return { status: answer.status, pending: body.data?.pending };
}

// Red if every page may finalise: the pool is empty then, and whoever waits five seconds for a connection hears 503.
it('a success page that finds no room to finalise is told so at once, and has its order later', async () => {
  const [first, second, unpaid] = [
    await aCheckout('paid'),
    await aCheckout('paid'),
    await aCheckout('left'),
  ];
  const blocker = await w.app.database.pool.connect();
  await blocker.query('BEGIN');
  await blocker.query('SELECT 1 FROM popbox.orders WHERE id = $1 FOR UPDATE', [first.orderId]);
  const slow = visit(first);
  await untilBlocked(w, 1);
  try {
    expect(await visit(second)).toEqual({ status: 202, pending: true });
    // Nobody may hear that a payment was received which was not.
    expect((await visit(unpaid)).status).toBe(409);
  } finally {
    await blocker.query('COMMIT');
    blocker.release();
  }
  expect(await slow).toEqual({ status: 200, pending: false });
  expect(await visit(second)).toEqual({ status: 200, pending: false });
});
