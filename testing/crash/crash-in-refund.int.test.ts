import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MINUTE_MS } from '../../src/kernel/clock.ts';
import { createProduct } from '../../src/modules/catalog/index.ts';
import { addPrize } from '../../src/modules/kuji/index.ts';
import { callAs } from '../call-as.ts';
import { childWorld, type ChildWorld } from '../child/child-world.ts';
import { cloneDatabase } from '../clone-database.ts';
import {
  aKuji,
  anAdmin,
  aPaidOrder,
  aProduct,
  guestCookieOf,
  type OpenCheckout,
  type SignedIn,
} from '../factories.ts';
import { holdLock } from './hold-lock.ts';
import { endOf, lookAtOrder, untilProviderNoticed } from './look-at-order.ts';

// A new process takes a second, and many on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let w: ChildWorld;
let admin: SignedIn;
beforeAll(async () => {
  w = await childWorld({ database: await cloneDatabase() });
  admin = await anAdmin(w);
});
afterAll(() => w.close());

/** The refunds of an order here, as `state cents`. */
async function refundsOf(orderId: string): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ told: string }>(
    `SELECT state || ' ' || amount_cents AS told FROM popbox.refunds WHERE order_id = $1 ORDER BY id`,
    [orderId],
  );
  return rows.map(({ told }) => told);
}

/** And at Stripe. */
async function refundsAtStripe(orderId: string): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ intent: string }>(
    'SELECT intent_id AS intent FROM popbox.payments WHERE order_id = $1',
    [orderId],
  );
  const seen = await w.app.stripe.listRefunds(rows[0]?.intent ?? '');
  return seen.map(({ status, amountCents }) => `${status} ${String(amountCents)}`);
}

function refund(orderId: string, key: string) {
  return w.http
    .post(`/api/v1/admin/orders/${orderId}/refund`)
    .set('Authorization', `Bearer ${admin.token}`)
    .set('Idempotency-Key', key)
    .send({ amountCents: 700 });
}

/** Asks for a refund, stops it at Stripe and kills the API. */
async function crashInRefund(
  side: 'before' | 'after',
): Promise<{ paid: OpenCheckout; key: string }> {
  const { productId, variantId } = await aProduct(w);
  const paid = await aPaidOrder(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
  const key = randomUUID();
  // Stripe tells of its refunds, too. Here only what is on disk may know.
  w.sandbox.setWebhookMode('drop');
  const gate = w.sandbox.gate('POST /v1/refunds', side);
  const request = endOf(refund(paid.orderId, key));
  await gate.arrived;
  await w.kill();
  await untilProviderNoticed(w);
  gate.open();
  expect(await request).toBe('lost');
  w.sandbox.setWebhookMode('normal');
  expect(await refundsOf(paid.orderId)).toEqual(['requested 700']);
  await w.api.start();
  return { paid, key };
}

/** The job finishes it; whoever repeats the request finds the same refund. */
async function expectRefundedOnce({ paid, key }: { paid: OpenCheckout; key: string }) {
  await w.moveClock(2 * MINUTE_MS);
  await w.runJobs('finish-refunds');
  await w.runJobs('finish-refunds');
  await w.drain();
  expect((await refund(paid.orderId, key)).status).toBe(200);
  expect(await refundsOf(paid.orderId)).toEqual(['succeeded 700']);
  expect(await refundsAtStripe(paid.orderId)).toEqual(['succeeded 700']);
  const { mails } = await lookAtOrder(w, paid.body.email);
  expect(mails).toEqual(['order-confirmed sent', 'order-notice sent', 'refund sent']);
}

it('C09 crash with a refund row requested, before the call', async () => {
  const crashed = await crashInRefund('before');
  expect(await refundsAtStripe(crashed.paid.orderId)).toEqual([]);
  await expectRefundedOnce(crashed);
});

it('C10 crash after the refund call, before recording', async () => {
  const crashed = await crashInRefund('after');
  expect(await refundsAtStripe(crashed.paid.orderId)).toEqual(['succeeded 700']);
  await expectRefundedOnce(crashed);
});

const LOCK_AT_COMMIT = 4711;

/** Makes every transaction that opens a ticket wait for a lock while it commits. */
async function waitAtCommit(): Promise<() => Promise<void>> {
  const { pool } = w.app.database;
  await pool.query(`CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(${String(LOCK_AT_COMMIT)}); RETURN NULL; END $$`);
  await pool.query(`CREATE CONSTRAINT TRIGGER wait_at_commit AFTER UPDATE ON popbox.kuji_tickets
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_commit()`);
  return async () => {
    await pool.query('DROP FUNCTION wait_at_commit CASCADE');
  };
}

it('C12 crash after the reveal commit, before the answer', async () => {
  const kuji = await aKuji(w, { tickets: 3 });
  const paid = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 1 }]);
  const cookie = await guestCookieOf(w, paid.sessionId);
  const tickets = `/api/v1/orders/${paid.publicId}/tickets`;
  type Ticket = { id: string; prize: unknown; revealedAt: string | null };
  const listed = await w.http.get(tickets).set('Cookie', cookie);
  const [closed] = (listed.body as { data: { tickets: Ticket[] } }).data.tickets;
  if (!closed) throw new Error('The order has no ticket.');
  expect(closed.revealedAt).toBeNull();
  const reveal = () => w.http.post(`${tickets}/${closed.id}/reveal`).set('Cookie', cookie);

  const undo = await waitAtCommit();
  const lock = await holdLock(w, 'SELECT pg_advisory_xact_lock($1)', LOCK_AT_COMMIT);
  const request = endOf(reveal());
  await lock.untilSomebodyWaits();
  await w.kill();
  // A commit that has begun is finished before the server notices that nobody listens any more.
  await lock.letGo();
  await undo();
  expect(await request).toBe('lost');
  const { rows } = await w.app.database.pool.query<{ revealed_at: Date | null; prize: string }>(
    `SELECT t.revealed_at, p.name AS prize FROM popbox.kuji_tickets t
     JOIN popbox.kuji_prizes p ON p.id = t.prize_id WHERE t.id = $1`,
    [closed.id],
  );
  const stored = rows[0];
  expect(stored?.revealed_at).toBeInstanceOf(Date);

  await w.api.start();
  const answers = [await reveal(), await reveal()].map((response) => {
    expect(response.status).toBe(200);
    return (response.body as { data: Ticket }).data;
  });
  expect(answers[0]).toEqual(answers[1]);
  expect(answers[0]).toMatchObject({
    id: closed.id,
    revealedAt: stored?.revealed_at?.toISOString(),
    prize: { name: stored?.prize },
  });
});

it('C13 crash while sealing a set', async () => {
  const by = { actor: 'test', requestId: null };
  const { id: productId } = await createProduct(w.app, {
    ...by,
    name: 'A box that is not sealed yet',
    description: 'Every ticket wins.',
    productType: 'kuji',
    status: 'draft',
    priceCents: 1_500,
    collectionIds: [],
  });
  for (const [sortOrder, code] of ['A', 'B'].entries()) {
    const prize = { prizeCode: code, prizeTier: code, name: `Prize ${code}`, description: null };
    const count = { initialQuantity: 3, remainingQuantity: 3, sortOrder, imageUrl: null };
    await addPrize(w.app, { ...by, productId, prize: { ...prize, ...count } });
  }
  const facts = async () => {
    const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
      `SELECT s.state, p.status AS product, i.on_hand,
         (SELECT count(*)::int FROM popbox.kuji_seals l WHERE l.set_id = s.id) AS seals,
         (SELECT count(*)::int FROM popbox.kuji_numbers n WHERE n.set_id = s.id) AS numbers
       FROM popbox.kuji_sets s JOIN popbox.products p ON p.id = s.product_id
       JOIN popbox.inventory i ON i.product_id = p.id WHERE p.id = $1`,
      [productId],
    );
    return rows;
  };
  const activate = () =>
    callAs(w, admin, ['patch', `/admin/products/${productId}`], { status: 'active' });
  // The seal is written, its numbers are not.
  const lock = await holdLock(w, 'LOCK TABLE popbox.kuji_numbers IN SHARE MODE');
  const request = endOf(activate());
  await lock.untilSomebodyWaits();
  await w.kill();
  await lock.letGo();
  expect(await request).toBe('lost');
  expect(await facts()).toEqual([
    { state: 'draft', product: 'draft', on_hand: 6, seals: 0, numbers: 0 },
  ]);

  await w.api.start();
  expect((await activate()).status).toBe(200);
  expect(await facts()).toEqual([
    { state: 'open', product: 'active', on_hand: 6, seals: 1, numbers: 6 },
  ]);
  // Closing the world verifies the audit of every set that left its draft.
});
