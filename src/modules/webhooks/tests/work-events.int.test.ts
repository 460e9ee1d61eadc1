import { afterAll, beforeAll, expect, it } from 'vitest';
import { anOpenCheckout, aProduct, type OpenCheckout } from '../../../../testing/factories.ts';
import { statusOf } from '../../../../testing/refund-as.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { stripeEventQueue } from '../index.ts';
import { workOne } from './work-one.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

/** An event that is stored and queued, as if it had come. */
async function plant(type: string, objectId: string | null): Promise<string> {
  const id = w.app.newId();
  await w.app.database.pool.query(
    `INSERT INTO popbox.inbound_events (id, provider, event_id, type, object_id, payload)
     VALUES ($1::uuid, 'stripe', 'evt_' || $1, $2, $3, '{}')`,
    [id, type, objectId],
  );
  await enqueue(id);
  return id;
}

const enqueue = (inboundId: string) =>
  inTx(w.app, 'test.enqueue', (tx) => w.app.queue.enqueue(tx, stripeEventQueue, { inboundId }));

const COMPLETED = 'checkout.session.completed';

it('events that are worked together end each for itself', async () => {
  const { productId, variantId } = await aProduct(w);
  const payments: OpenCheckout[] = [];
  w.sandbox.setWebhookMode('drop');
  for (let i = 0; i < 3; i += 1) {
    const line = { productId, productVariantId: variantId, quantity: 1 };
    const opened = await anOpenCheckout(w, [line]);
    w.sandbox.pay(opened.sessionId, 'paid');
    payments.push(opened);
  }
  w.sandbox.setWebhookMode('normal');
  const [first, failing, last] = payments;
  if (!first || !failing || !last) throw new Error('Three payments were wanted.');
  // An older version of this program may have left it.
  await enqueue('no id');
  const ids = [
    await plant(COMPLETED, first.sessionId),
    await plant('checkout.session.expired', 'cs_of_another_shop'),
    await plant(COMPLETED, failing.sessionId),
    await plant(COMPLETED, null),
    await plant(COMPLETED, last.sessionId),
  ];
  // The call and its repeat.
  const match = `GET /v1/checkout/sessions/${failing.sessionId}`;
  w.sandbox.fault({ match, kind: 'error_500', times: 2 });
  expect(await w.app.queue.drain()).toMatchObject({ failed: 2 });
  const { rows } = await w.app.database.pool.query<{ state: string; reason: string }>(
    `SELECT state, reason FROM popbox.inbound_events WHERE id = ANY($1) ORDER BY array_position($1, id)`,
    [ids],
  );
  expect(rows).toEqual([
    { state: 'processed', reason: 'finalised' },
    { state: 'ignored', reason: 'The object does not belong to an order of this shop.' },
    { state: 'failed', reason: expect.stringContaining('stripe retrieveSession') as string },
    { state: 'ignored', reason: 'The event names no object.' },
    { state: 'processed', reason: 'finalised' },
  ]);
  const jobs = await w.app.database.pool.query<{ id: string }>(
    `SELECT data ->> 'inboundId' AS id FROM pgboss.job WHERE name = $1 AND state <> 'completed'`,
    [stripeEventQueue.name],
  );
  expect(jobs.rows.map(({ id }) => id).sort()).toEqual([ids[2], 'no id']);
  const statuses = await Promise.all(payments.map(({ orderId }) => statusOf(w, orderId)));
  expect(statuses).toEqual(['paid', 'pending_payment', 'paid']);
  await workOne(w.app, ids[2] ?? '');
  expect(await statusOf(w, failing.orderId)).toBe('paid');
});
