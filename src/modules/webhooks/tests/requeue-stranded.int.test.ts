import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { anOpenCheckout, aProduct } from '../../../../testing/factories.ts';
import { statusOf } from '../../../../testing/refund-as.ts';
import { world, type World } from '../../../../testing/world.ts';
import { MINUTE_MS } from '../../../kernel/clock.ts';
import { requeueStrandedEvents } from '../index.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterEach(() => {
  w.clock.offsetMs = 0;
});
afterAll(() => w.close());

async function aPayment() {
  const { productId, variantId } = await aProduct(w);
  const opened = await anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.sandbox.webhooksIdle();
  return opened;
}

const loseQueue = () => w.app.database.pool.query('DELETE FROM pgboss.job');

// Red if only new events are looked for: one that failed once would never be tried again.
it('events that have failed or were never worked get a job again after the queue was lost', async () => {
  w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 2 });
  const failed = await aPayment();
  await w.app.queue.drain();
  const fresh = await aPayment();
  await loseQueue();
  // What came just now may be about to get its job.
  expect(await requeueStrandedEvents(w.app)).toBe(0);
  w.clock.offsetMs = 6 * MINUTE_MS;
  expect(await requeueStrandedEvents(w.app)).toBe(2);
  expect(await requeueStrandedEvents(w.app)).toBe(0);
  await w.drain();
  for (const { orderId } of [failed, fresh]) expect(await statusOf(w, orderId)).toBe('paid');
});

it('so do events about mails', async () => {
  const { pool } = w.app.database;
  const payload = { outcome: 'other', isTransient: false, reason: null };
  await pool.query(
    `INSERT INTO popbox.inbound_events (id, provider, event_id, type, payload, state, created_at)
     VALUES ($1, 'resend', 'msg_stranded', 'email.opened', $2, 'received', now() - interval '6 minutes')`,
    [w.app.newId(), payload],
  );
  expect(await requeueStrandedEvents(w.app)).toBe(1);
  await w.drain();
  const { rows } = await pool.query(
    `SELECT state FROM popbox.inbound_events WHERE event_id = 'msg_stranded'`,
  );
  expect(rows).toEqual([{ state: 'ignored' }]);
});
