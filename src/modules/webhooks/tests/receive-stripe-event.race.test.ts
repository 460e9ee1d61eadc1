import { afterAll, beforeAll, expect, it } from 'vitest';
import { anOpenCheckout, aProduct, type OpenCheckout } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { statusOf } from '../../../../testing/refund-as.ts';
import { workStripeEvent } from '../index.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

async function openOne(): Promise<OpenCheckout> {
  const { productId, variantId } = await aProduct(w);
  return anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
}

async function eventsOf({ sessionId }: OpenCheckout) {
  const { rows } = await w.app.database.pool.query<{ id: string; state: string }>(
    `SELECT id, state FROM popbox.inbound_events WHERE object_id = $1 AND type = 'checkout.session.completed'`,
    [sessionId],
  );
  return rows;
}

// Red if the event is answered before its row is committed, or while it is worked.
it('T31 no 200 without a stored event', async () => {
  const { pool } = w.app.database;
  const opened = await openOne();
  await pool.query(`
    CREATE FUNCTION popbox.test_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'no room';
    END $$;
    CREATE TRIGGER test_refuse BEFORE INSERT ON popbox.inbound_events
      FOR EACH ROW EXECUTE FUNCTION popbox.test_refuse()`);
  const seen = w.sandbox.deliveries().length;
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.until('Stripe was refused', () => w.sandbox.deliveries().length > seen);
  await pool.query('DROP FUNCTION popbox.test_refuse() CASCADE');
  const refused = w.sandbox.deliveries().slice(seen);
  expect(refused.every(({ outcome }) => outcome === 'will retry')).toBe(true);
  // It sends again, and then it is stored.
  await w.drain();
  expect(await eventsOf(opened)).toMatchObject([{ state: 'processed' }]);
  expect(await statusOf(w, opened.orderId)).toBe('paid');
});

// Red if a worker that finds the event taken calls it done: when the first one fails, nobody works it.
it('H02 a busy event is not waved through', async () => {
  const opened = await openOne();
  w.sandbox.setWebhookMode('duplicate');
  const gate = w.sandbox.gate('GET /v1/checkout/sessions/:id', 'before');
  w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  await w.sandbox.webhooksIdle();
  const [event] = await eventsOf(opened);
  const payload = { inboundId: event?.id ?? '' };
  const first = workStripeEvent(w.app, payload, { attempt: 1, isLastTry: false });
  const failing = expect(first).rejects.toThrow('stripe retrieveSession');
  await gate.arrived;
  // While the first is at it, a second one works the same event to its end.
  await workStripeEvent(w.app, payload, { attempt: 1, isLastTry: false });
  expect(await statusOf(w, opened.orderId)).toBe('paid');
  w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 2 });
  gate.open();
  await failing;
  // What the first one failed at does not undo what the second did.
  expect(await eventsOf(opened)).toEqual([{ id: event?.id, state: 'processed' }]);
  await w.drain();
});

it('H02 and an event whose worker fails is worked by the next', async () => {
  const opened = await openOne();
  w.sandbox.setWebhookMode('duplicate');
  w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  await w.sandbox.webhooksIdle();
  // The first of the two jobs fails, with the repeat of its call; the second finds the event not done.
  w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 2 });
  await w.app.queue.drain();
  expect(await eventsOf(opened)).toMatchObject([{ state: 'processed' }]);
  expect(await statusOf(w, opened.orderId)).toBe('paid');
});

it('T25 serialisation failures stay inside', async () => {
  const { pool } = w.app.database;
  const opened = await openOne();
  await pool.query(`
    CREATE SEQUENCE popbox.test_tries;
    CREATE FUNCTION popbox.test_conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('popbox.test_tries') <= 2 THEN
        RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001';
      END IF;
      RETURN NEW;
    END $$;
    CREATE TRIGGER test_conflict BEFORE INSERT ON popbox.inbound_events
      FOR EACH ROW EXECUTE FUNCTION popbox.test_conflict()`);
  const seen = w.sandbox.deliveries().length;
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.sandbox.webhooksIdle();
  await pool.query('DROP FUNCTION popbox.test_conflict() CASCADE; DROP SEQUENCE popbox.test_tries');
  const statuses = w.sandbox
    .deliveries()
    .slice(seen)
    .map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([200]));
  await w.drain();
  expect(await statusOf(w, opened.orderId)).toBe('paid');
});
