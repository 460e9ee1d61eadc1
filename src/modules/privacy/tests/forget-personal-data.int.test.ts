import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  anOpenCheckout,
  aPaidOrder,
  aPerson,
  aProduct,
  type OpenCheckout,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { DAY_MS } from '../../../kernel/clock.ts';
import { expireHolds } from '../../checkout/index.ts';
import { findSuppressions } from '../../outbox/index.ts';
import { forgetPersonalData } from '../index.ts';
import { shipOrder } from './ship-order.ts';

const NOTHING = { orders: 0, customers: 0, messages: 0, mails: 0, suppressions: 0, events: 0 };
const YEARS_MS = 366 * DAY_MS;

let w: World;
let product: TestProduct;
beforeAll(async () => {
  w = await world();
  product = await aProduct(w, { onHand: 100 });
});
afterAll(() => w.close());

const items = () => [
  { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
];
const query = async <T extends object>(text: string, values: unknown[] = []) =>
  (await w.app.database.pool.query<T & object>(text, values)).rows;
const ship = (order: OpenCheckout) => shipOrder(w, order);
const isErased = async (order: OpenCheckout) => {
  const [row] = await query<{ email: string; erased: boolean }>(
    'SELECT email, erased_at IS NOT NULL AS erased FROM popbox.orders WHERE id = $1',
    [order.orderId],
  );
  expect(row?.email === order.body.email).toBe(row?.erased === false);
  return row?.erased;
};

/** Runs at that distance from today, and comes back. */
async function after<T>(ms: number, run: () => Promise<T>): Promise<T> {
  w.clock.offsetMs += ms;
  try {
    return await run();
  } finally {
    w.clock.offsetMs -= ms;
  }
}

describe('personal data', () => {
  it('goes when its time is over, each kind at its own, and not a day before', async () => {
    const shipped = await aPaidOrder(w, items());
    await ship(shipped);
    const owed = await aPaidOrder(w, items());
    const unpaid = await anOpenCheckout(w, items());
    await after(DAY_MS, () => expireHolds(w.app));
    await w.http.post('/api/v1/contact').send({
      firstName: 'Aiko',
      email: 'aiko@example.com',
      inquiryType: 'general',
      message: 'Do you ship to the moon?',
    });
    await w.drain();
    await query(
      `INSERT INTO popbox.suppressed_addresses (id, email, reason) VALUES (gen_random_uuid(), 'bo@example.com', 'bounced')`,
    );
    const forget = () => forgetPersonalData(w.app);
    expect(await forget()).toEqual(NOTHING);
    expect(await after(88 * DAY_MS, forget)).toEqual(NOTHING);

    const quarter = await after(91 * DAY_MS, forget);
    expect(quarter).toMatchObject({ ...NOTHING, orders: 1, events: expect.any(Number) as number });
    expect(quarter.events).toBeGreaterThanOrEqual(2);
    expect(await isErased(unpaid)).toBe(true);
    expect(await query(`SELECT 1 FROM popbox.inbound_events WHERE payload <> '{}'`)).toEqual([]);
    const half = await after(181 * DAY_MS, forget);
    expect(half).toMatchObject({ ...NOTHING, mails: half.mails, suppressions: 1 });
    expect(half.mails).toBeGreaterThanOrEqual(4);
    // Forgotten, and known again.
    expect(await query('SELECT email FROM popbox.suppressed_addresses')).toEqual([{ email: null }]);
    const known = await findSuppressions(w.app.database.db, w.app, ['Bo@example.com', 'x@y.z']);
    expect([...known.keys()]).toEqual(['bo@example.com']);
    expect(
      await query(
        `SELECT 1 FROM popbox.outbox_mails WHERE html <> '' OR recipient LIKE '%example%'`,
      ),
    ).toEqual([]);
    expect(await after(366 * DAY_MS, forget)).toEqual({ ...NOTHING, messages: 1 });
    expect(await isErased(shipped)).toBe(false);

    expect(await after(7 * YEARS_MS + DAY_MS, forget)).toEqual({
      ...NOTHING,
      orders: 1,
      customers: 1,
    });
    expect([await isErased(shipped), await isErased(owed)]).toEqual([true, false]);
    // The parcel that was never packed still needs its address.
    expect(await after(30 * YEARS_MS, forget)).toEqual(NOTHING);
    expect(w.logLines.filter((line) => line.includes('personal data forgotten')).length).toBe(7);
  });

  it('stays in an event that waits for somebody to replay it', async () => {
    await query(
      `INSERT INTO popbox.inbound_events (id, provider, event_id, type, object_id, payload, state, reason)
       VALUES ($1, 'stripe', 'evt_parked', 'charge.refunded', 'ch_1', '{"payment_intent": "pi_1"}', 'parked', 'planted')`,
      [w.app.newId()],
    );
    await after(91 * DAY_MS, () => forgetPersonalData(w.app));
    const parked = await query(
      `SELECT payload FROM popbox.inbound_events WHERE event_id = 'evt_parked'`,
    );
    expect(parked).toEqual([{ payload: { payment_intent: 'pi_1' } }]);
  });

  it('stays while a bank asks about the order, and with whoever has an account', async () => {
    const disputed = await aPaidOrder(w, items());
    await ship(disputed);
    const ask = (at: string) =>
      query(`UPDATE popbox.orders SET disputed_at = ${at} WHERE id = $1`, [disputed.orderId]);
    const person = await aPerson(w);
    await callAs(w, person, ['get', '/account/profile']);
    const inEightYears = () => after(8 * YEARS_MS, () => forgetPersonalData(w.app));
    await ask('now()');
    await inEightYears();
    expect(await isErased(disputed)).toBe(false);
    await ask('NULL');
    await inEightYears();
    expect(await isErased(disputed)).toBe(true);
    expect(
      await query('SELECT user_id FROM popbox.customers WHERE email = $1', [person.email]),
    ).toEqual([{ user_id: person.userId }]);
  });

  it('goes in batches, past rows that somebody else has', async () => {
    await query(
      `INSERT INTO popbox.contact_messages (id, first_name, email, inquiry_type, message, sender_hash, created_at)
       SELECT gen_random_uuid(), 'x', 'x@example.com', 'general', 'x', 'x', now() - interval '2 years'
       FROM generate_series(1, 250)`,
    );
    const client = await w.app.database.pool.connect();
    try {
      await client.query(
        'BEGIN; SELECT 1 FROM popbox.contact_messages ORDER BY created_at LIMIT 5 FOR UPDATE',
      );
      expect((await forgetPersonalData(w.app)).messages).toBe(245);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect((await forgetPersonalData(w.app)).messages).toBe(5);
  });

  it('is kept as long as the settings say, and a setting that makes no sense deletes nothing', async () => {
    const order = await aPaidOrder(w, items());
    await ship(order);
    const keep = (years: number) =>
      query(
        `UPDATE popbox.settings SET value = value || jsonb_build_object('paidOrderYears', $1::int) WHERE key = 'retention'`,
        [years],
      );
    const inTwoYears = () => after(2 * YEARS_MS, () => forgetPersonalData(w.app));
    await keep(0);
    await expect(inTwoYears()).rejects.toThrow('"retention" is corrupt');
    await keep(7);
    await inTwoYears();
    expect(await isErased(order)).toBe(false);
    await keep(1);
    await inTwoYears();
    expect(await isErased(order)).toBe(true);
  });
});
