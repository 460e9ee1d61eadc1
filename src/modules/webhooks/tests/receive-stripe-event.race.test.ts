import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anOpenCheckout, aProduct, type OpenCheckout } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { statusOf } from '../../../../testing/refund-as.ts';
import { workOne } from './work-one.ts';

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

const stripe = new Stripe('sk_test_signing_only');

const completedEvent = ({ sessionId }: OpenCheckout, id: string) =>
  JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_700_000_000,
    livemode: false,
    type: 'checkout.session.completed',
    data: { object: { id: sessionId, object: 'checkout.session' } },
  });

const deliver = (payload: string) =>
  w.http
    .post('/api/v1/webhooks/stripe')
    .set('Content-Type', 'application/json')
    .set(
      'Stripe-Signature',
      stripe.webhooks.generateTestHeaderString({
        payload,
        secret: w.sandbox.core.settings.stripeWebhookSecret,
      }),
    )
    .send(payload);

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
  const first = workOne(w.app, payload.inboundId);
  const failing = expect(first).rejects.toThrow('stripe retrieveSession');
  await gate.arrived;
  // While the first is at it, a second one works the same event to its end.
  await workOne(w.app, payload.inboundId);
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
  // The first worker fails, with the repeat of its call; the second finds the event not done.
  w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 2 });
  const [event] = await eventsOf(opened);
  await expect(workOne(w.app, event?.id ?? '')).rejects.toThrow('stripe retrieveSession');
  await w.app.queue.drain();
  expect(await eventsOf(opened)).toMatchObject([{ state: 'processed' }]);
  expect(await statusOf(w, opened.orderId)).toBe('paid');
});

// Red without the order's lock while it is finalised: each of the three would convert the hold and book the money.
it('T26 three webhooks at once settle once', async () => {
  const opened = await openOne();
  w.sandbox.setWebhookMode('drop');
  w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  const events = ['a', 'b', 'c'].map((id) => completedEvent(opened, `evt_three_${id}`));
  // Each of the three, and each of them three times.
  const answers = await Promise.all([...events, ...events, ...events].map(deliver));
  expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(200));
  const stored = await eventsOf(opened);
  expect(stored).toHaveLength(3);
  await Promise.all(stored.map(({ id }) => workOne(w.app, id)));
  await w.drain();
  const { rows } = await w.app.database.pool.query(
    `SELECT o.status,
       (SELECT count(*)::int FROM popbox.inventory_movements m JOIN popbox.holds h ON h.id = m.hold_id
        WHERE h.order_id = o.id AND m.reason = 'sold') AS sold,
       (SELECT count(*)::int FROM popbox.payment_entries e JOIN popbox.payments p ON p.id = e.payment_id
        WHERE p.order_id = o.id AND e.kind = 'captured') AS captured,
       (SELECT count(*)::int FROM popbox.order_events e
        WHERE e.order_id = o.id AND e.to_status = 'paid') AS settled
     FROM popbox.orders o WHERE o.id = $1`,
    [opened.orderId],
  );
  expect(rows).toEqual([{ status: 'paid', sold: 1, captured: 1, settled: 1 }]);
  expect(w.sandbox.mails().filter(({ to }) => to.includes(opened.body.email))).toHaveLength(1);
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
