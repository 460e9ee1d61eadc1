import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MINUTE_MS } from '../../src/kernel/clock.ts';
import { childWorld, type ChildWorld } from '../child/child-world.ts';
import { cloneDatabase } from '../clone-database.ts';
import {
  aKuji,
  anOpenCheckout,
  aProduct,
  checkout,
  type CartItem,
  type OpenCheckout,
} from '../factories.ts';
import { holdLock } from './hold-lock.ts';
import { endOf, lookAtOrder, untilProviderNoticed } from './look-at-order.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;

// A new process takes a second, and many on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let w: ChildWorld;
beforeAll(async () => {
  w = await childWorld({ database: await cloneDatabase() });
});
afterAll(() => w.close());

/** Goods and two tickets of a box of five, reserved, with its payment page open. */
async function aMixedCheckout(): Promise<OpenCheckout> {
  const { productId, variantId } = await aProduct(w, { onHand: 3 });
  const kuji = await aKuji(w);
  const items: CartItem[] = [
    { productId, productVariantId: variantId, quantity: 2 },
    { productId: kuji.productId, quantity: 2 },
  ];
  return anOpenCheckout(w, items);
}

const UNPAID = {
  status: 'pending_payment',
  onHand: 3,
  reserved: 2,
  holds: ['live 2', 'live 2'],
  mails: [],
  tickets: 0,
};
const PAID = {
  status: 'paid',
  onHand: 1,
  reserved: 0,
  holds: ['converted 2', 'converted 2'],
  tickets: 2,
};
const PAID_MAILS = ['order-confirmed sent', 'order-notice sent'];

/** The stored events that say that this session is complete, as `state attempts`. */
async function completionsOf({ sessionId }: OpenCheckout): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ told: string }>(
    `SELECT state || ' ' || attempts AS told FROM popbox.inbound_events
     WHERE type = 'checkout.session.completed' AND object_id = $1`,
    [sessionId],
  );
  return rows.map(({ told }) => told);
}

/** All that comes after the crash; then everything has happened exactly once, however often it is asked for. */
async function expectPaidOnce(opened: OpenCheckout): Promise<void> {
  await w.sandbox.webhooksIdle();
  await w.letQueueTimePass();
  await w.drain();
  expect(await lookAtOrder(w, opened.body.email)).toMatchObject({ ...PAID, mails: PAID_MAILS });
  expect(await completionsOf(opened)).toHaveLength(1);
  const again = await checkout(w, opened.body, opened.key);
  expect(again.body).toMatchObject({ errors: { code: 'CHECKOUT_COMPLETED' } });
  const told = w.sandbox.mails().filter((mail) => mail.key?.includes(opened.orderId) === true);
  expect(told).toHaveLength(PAID_MAILS.length);
}

it('C03 crash in the webhook request, before the commit', async () => {
  const opened = await aMixedCheckout();
  const lock = await holdLock(w, 'LOCK TABLE popbox.inbound_events IN SHARE MODE');
  w.sandbox.setWebhookMode('hold');
  w.sandbox.pay(opened.sessionId, 'paid');
  const delivered = w.sandbox.releaseWebhooks();
  await lock.untilSomebodyWaits();
  w.sandbox.setWebhookMode('normal');
  await w.kill();
  await lock.letGo();
  await delivered;
  expect(await completionsOf(opened)).toEqual([]);
  expect(await lookAtOrder(w, opened.body.email)).toMatchObject(UNPAID);

  // Nobody repeats anything here: Stripe sends what got no answer again.
  await w.api.start();
  await expectPaidOnce(opened);
});

it('C04 crash after the webhook insert, before the work', async () => {
  const [first, second] = [await aMixedCheckout(), await aMixedCheckout()];
  for (const { sessionId } of [first, second]) w.sandbox.pay(sessionId, 'paid');
  await w.sandbox.webhooksIdle();
  await w.kill();
  await w.untilForgotten();
  for (const opened of [first, second]) {
    expect(await completionsOf(opened)).toEqual(['received 0']);
    expect(await lookAtOrder(w, opened.body.email)).toMatchObject(UNPAID);
  }

  await w.api.start();
  await expectPaidOnce(first);

  // The same with a queue that was lost with all its jobs.
  const third = await aMixedCheckout();
  w.sandbox.pay(third.sessionId, 'paid');
  await w.sandbox.webhooksIdle();
  await w.kill();
  await w.app.database.pool.query('DELETE FROM pgboss.job');
  await w.api.start();
  await w.moveClock(6 * MINUTE_MS);
  await w.runJobs('requeue-stranded');
  await expectPaidOnce(third);
  await expectPaidOnce(second);
});

it('C05 crash mid-finalise, inside the transaction', async () => {
  const opened = await aMixedCheckout();
  // The draw locks its box after the holds were turned into sales, before the order is paid.
  const lock = await holdLock(
    w,
    `SELECT 1 FROM popbox.kuji_sets s JOIN popbox.order_lines l ON l.product_id = s.product_id
     WHERE l.order_id = $1 FOR NO KEY UPDATE OF s`,
    opened.orderId,
  );
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.sandbox.webhooksIdle();
  const work = endOf(w.drain());
  await lock.untilSomebodyWaits();
  await w.kill();
  await lock.letGo();
  expect(await work).toBe('lost');
  expect(await lookAtOrder(w, opened.body.email)).toMatchObject(UNPAID);
  expect(await completionsOf(opened)).toEqual(['received 0']);

  await w.api.start();
  await expectPaidOnce(opened);
});

// Red if finalising does not look under the lock whether it was done before.
it('C06 crash after the finalise commit, before the job is marked done', async () => {
  const opened = await aMixedCheckout();
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.sandbox.webhooksIdle();
  // The event is marked by a statement of its own, after the transaction that finalises.
  const lock = await holdLock(
    w,
    `SELECT 1 FROM popbox.inbound_events
     WHERE type = 'checkout.session.completed' AND object_id = $1 FOR NO KEY UPDATE`,
    opened.sessionId,
  );
  const work = endOf(w.drain());
  await lock.untilSomebodyWaits();
  await w.kill();
  // One statement commits by itself: its backend would finish it for the process that is gone.
  await lock.cutOffWaiting();
  await lock.letGo();
  expect(await work).toBe('lost');
  expect(await lookAtOrder(w, opened.body.email)).toMatchObject(PAID);
  expect(await completionsOf(opened)).toEqual(['received 0']);

  await w.api.start();
  await expectPaidOnce(opened);
  expect(await completionsOf(opened)).toEqual(['processed 1']);
});

// Red if the mail's key is not that of its row: a second message.
it('C11 crash after the mail was sent, before marking', async () => {
  const opened = await aMixedCheckout();
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.sandbox.webhooksIdle();
  const gate = w.sandbox.gate('POST /emails', 'after');
  const work = endOf(w.drain());
  await gate.arrived;
  await w.kill();
  await untilProviderNoticed(w);
  gate.open();
  expect(await work).toBe('lost');
  const { mails } = await lookAtOrder(w, opened.body.email);
  expect(mails.filter((mail) => mail.endsWith(' queued'))).toHaveLength(2);
  const sent = () =>
    w.sandbox.mails().filter((mail) => mail.key?.includes(opened.orderId) === true).length;
  expect(sent()).toBe(1);

  await w.api.start();
  await expectPaidOnce(opened);
  expect(sent()).toBe(2);
});

it('C14 crash of a job inside its guarded run', async () => {
  // Two boxes that are sold out, whose tickets nobody opens: they are published after thirty days.
  const boxes = [await aKuji(w, { tickets: 2 }), await aKuji(w, { tickets: 2 })];
  for (const { productId } of boxes) {
    const opened = await anOpenCheckout(w, [{ productId, quantity: 2 }]);
    w.sandbox.pay(opened.sessionId, 'paid');
  }
  await w.drain();
  const published = async () => {
    const { rows } = await w.app.database.pool.query<{ closings: number }>(
      `SELECT count(*)::int AS closings FROM popbox.kuji_log l JOIN popbox.kuji_sets s ON s.id = l.set_id
       WHERE s.product_id = ANY ($1) AND l.entry ->> 'type' = 'closed' AND s.published_at IS NOT NULL`,
      [boxes.map(({ productId }) => productId)],
    );
    return rows[0]?.closings;
  };
  await w.moveClock(31 * DAY_MS);
  // It stops where it opens the tickets of its first box, with that box locked.
  const lock = await holdLock(w, 'LOCK TABLE popbox.kuji_tickets IN SHARE MODE');
  const job = endOf(w.runJobs('close-kuji-sets'));
  await lock.untilSomebodyWaits();
  await w.kill();
  await lock.letGo();
  expect(await job).toBe('lost');
  const left = await w.app.database.pool.query(
    `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = (
       SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  expect(left.rowCount).toBe(0);
  expect(await published()).toBe(0);

  await w.api.start();
  await w.runJobs('close-kuji-sets');
  expect(await published()).toBe(2);
  await w.runJobs('close-kuji-sets');
  expect(await published()).toBe(2);
});
