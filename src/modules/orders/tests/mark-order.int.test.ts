import { asc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClone } from '../../../../testing/clone-database.ts';
import { inTx, type Database, type Tx } from '../../../db/client.ts';
import { pgError } from '../../../db/pg-error.ts';
import { orderLines, orders } from '../../../db/schema/orders.ts';
import { orderEvents } from '../../../db/schema/orders-follow-up.ts';
import { addMs, MINUTE_MS } from '../../../kernel/clock.ts';
import { newId } from '../../../kernel/ids.ts';
import { claimDueOrders } from '../service/claim-due-orders.ts';
import {
  insertOrder,
  loadOrder,
  lockOrder,
  type LockedOrder,
  type Order,
} from '../service/keep-order.ts';
import {
  markCancelled,
  markExpired,
  markNeedsAttention,
  markPaid,
  markProcessing,
  resolveAttention,
} from '../service/mark-order.ts';

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, close } = await openClone({ poolMax: 4 }));
});
afterAll(() => close());

class Undo extends Error {}

/** Runs a test in a transaction that is undone at the end, so that no test sees another's orders. */
async function undone(work: (tx: Tx, now: Date) => Promise<void>): Promise<void> {
  try {
    await inTx({ database }, 'test', async (tx, now) => {
      await work(tx, now);
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
}

const actor = 'test';
const attention = { code: 'AMOUNT_DIFFERS', message: 'The amount differs.', hint: 'Compare.' };

async function aCustomer(tx: Tx): Promise<string> {
  const id = newId();
  await tx.execute(
    sql`INSERT INTO popbox.customers (id, email) VALUES (${id}, ${`${id}@shop.test`})`,
  );
  return id;
}

async function paidOne(tx: Tx, change: Parameters<typeof markPaid>[1][number]): Promise<Order> {
  const [paid] = await markPaid(tx, [change]);
  if (!paid) throw new Error('No order was paid.');
  return paid;
}

async function aPendingOrder(tx: Tx, now: Date, holdExpiresAt = now): Promise<LockedOrder> {
  const [orderId, productId, variantId] = [newId(), newId(), newId()];
  await tx.execute(sql`
    INSERT INTO popbox.products (id, name, slug, product_type, price_cents, min_price_cents, max_price_cents)
    VALUES (${productId}, 'Mochi plush', ${`p-${productId}`}, 'standard', 1000, 1000, 1000)`);
  await tx.execute(sql`
    INSERT INTO popbox.variants (id, product_id, name, price_cents, is_default)
    VALUES (${variantId}, ${productId}, 'Small', 1000, true)`);
  const address = {
    fullName: 'Ann Lee',
    line1: '1 Main St',
    line2: null,
    city: 'Calgary',
    province: 'AB',
    postalCode: 'T2P 1J9',
    countryCode: 'CA',
    phone: null,
  };
  await insertOrder(tx, {
    order: {
      id: orderId,
      publicId: `PBX-${orderId.slice(-10).toUpperCase()}`,
      subtotalCents: 2000,
      shippingCents: 0,
      taxCents: 100,
      totalCents: 2100,
      gstCents: 100,
      pstCents: 0,
      hstCents: 0,
      qstCents: 0,
      gstRatePpm: 50_000,
      pstRatePpm: 0,
      hstRatePpm: 0,
      qstRatePpm: 0,
      shippingRegion: 'calgary',
      email: 'ann@shop.test',
      customerSnapshot: { email: 'ann@shop.test', firstName: 'Ann', lastName: 'Lee', phone: null },
      shippingAddress: address,
      holdExpiresAt,
    },
    lines: [
      {
        id: newId(),
        orderId,
        lineNumber: 1,
        productId,
        variantId,
        productName: 'Mochi plush',
        productType: 'standard',
        variantName: 'Small',
        unitPriceCents: 1000,
        quantity: 2,
        lineTotalCents: 2000,
        metadata: { slug: 'mochi-plush', description: null },
      },
    ],
    now,
    actor,
  });
  return lock(tx, orderId);
}

async function lock(tx: Tx, orderId: string): Promise<LockedOrder> {
  const order = await lockOrder(tx, orderId);
  if (!order) throw new Error('The order is not there.');
  return order;
}

const eventsOf = (tx: Tx, orderId: string) =>
  tx
    .select({
      kind: orderEvents.kind,
      from: orderEvents.fromStatus,
      to: orderEvents.toStatus,
      details: orderEvents.details,
    })
    .from(orderEvents)
    .where(eq(orderEvents.orderId, orderId))
    .orderBy(asc(orderEvents.id));

describe('a new order', () => {
  it('waits for its payment, with its lines and its first event', () =>
    undone(async (tx, now) => {
      const order = await aPendingOrder(tx, now);
      expect(order).toMatchObject({ status: 'pending_payment', placedAt: null, customerId: null });
      expect(order.createdAt).toEqual(now);
      expect(order.lines.map((line) => line.productName)).toEqual(['Mochi plush']);
      expect(await loadOrder(tx, order.id)).toEqual(order);
      expect(await eventsOf(tx, order.id)).toEqual([
        { kind: 'created', from: null, to: 'pending_payment', details: null },
      ]);
    }));

  it('never changes its lines', async () => {
    const change = undone(async (tx, now) => {
      const order = await aPendingOrder(tx, now);
      await tx.update(orderLines).set({ quantity: 1 }).where(eq(orderLines.orderId, order.id));
    });
    const error: unknown = await change.catch((cause: unknown) => cause);
    expect(pgError(error)?.message).toContain('append-only');
  });

  it('is not there if nobody made it', () =>
    undone(async (tx) => {
      expect(await lockOrder(tx, newId())).toBeNull();
      expect(await loadOrder(tx, newId())).toBeNull();
    }));
});

describe('an order that is paid', () => {
  it('has its customer, its times and an event', () =>
    undone(async (tx, now) => {
      const order = await aPendingOrder(tx, now);
      const customerId = await aCustomer(tx);
      const paid = await paidOne(tx, { order, customerId, now, actor });
      expect(paid).toMatchObject({ status: 'paid', customerId, paidAt: now, placedAt: now });
      expect((await eventsOf(tx, order.id)).at(-1)).toEqual({
        kind: 'paid',
        from: 'pending_payment',
        to: 'paid',
        details: null,
      });
    }));

  it('can neither expire nor be cancelled', () =>
    undone(async (tx, now) => {
      const pending = await aPendingOrder(tx, now);
      const customerId = await aCustomer(tx);
      await paidOne(tx, { order: pending, customerId, now, actor });
      const order = await lock(tx, pending.id);
      await expect(markExpired(tx, { order, now, actor })).rejects.toThrow('cannot become expired');
      await expect(markCancelled(tx, { order, now, actor })).rejects.toThrow(
        'cannot become cancelled',
      );
      await expect(markProcessing(tx, { order, now, actor })).rejects.toThrow('no payment');
      expect(await lock(tx, order.id)).toEqual(order);
    }));

  it('does not move for a caller who saw it earlier', () =>
    undone(async (tx, now) => {
      const order = await aPendingOrder(tx, now);
      await paidOne(tx, { order, customerId: await aCustomer(tx), now, actor });
      await expect(markExpired(tx, { order, now, actor })).rejects.toThrow('no longer there');
      expect((await lock(tx, order.id)).status).toBe('paid');
      expect(await eventsOf(tx, order.id)).toHaveLength(2);
    }));

  it('may have expired before: the late payment clears that', () =>
    undone(async (tx, now) => {
      const pending = await aPendingOrder(tx, now);
      const order = await markExpired(tx, { order: pending, now, actor });
      expect(order).toMatchObject({ status: 'expired', expiredAt: now });
      const paid = await paidOne(tx, { order, customerId: await aCustomer(tx), now, actor });
      expect(paid).toMatchObject({ status: 'paid', expiredAt: null, paidAt: now });
      expect((await eventsOf(tx, order.id)).at(-1)).toMatchObject({
        kind: 'paid_late',
        from: 'expired',
      });
    }));
});

it('several orders move together, each from where it was', () =>
  undone(async (tx, now) => {
    const [first, second] = [await aPendingOrder(tx, now), await aPendingOrder(tx, now)];
    const late = await markExpired(tx, { order: second, now, actor });
    const [one, other] = [await aCustomer(tx), await aCustomer(tx)];
    const moved = await markPaid(tx, [
      { order: first, customerId: one, now, actor },
      { order: late, customerId: other, now, actor },
    ]);
    expect(moved).toMatchObject([
      { id: first.id, status: 'paid', customerId: one, paidAt: now },
      { id: second.id, status: 'paid', customerId: other, paidAt: now, expiredAt: null },
    ]);
    expect(await lock(tx, second.id)).toMatchObject({ customerId: other, expiredAt: null });
    expect((await eventsOf(tx, first.id)).at(-1)?.kind).toBe('paid');
    expect((await eventsOf(tx, second.id)).at(-1)?.kind).toBe('paid_late');
  }));

it('none of several moves if one is no longer as the caller saw it', () =>
  undone(async (tx, now) => {
    const [first, second] = [await aPendingOrder(tx, now), await aPendingOrder(tx, now)];
    await markExpired(tx, { order: second, now, actor });
    const customerId = await aCustomer(tx);
    const moving = markPaid(
      tx,
      [first, second].map((order) => ({ order, customerId, now, actor })),
    );
    await expect(moving).rejects.toThrow('no longer there');
  }));

describe('a payment under way', () => {
  it('keeps the order pending and is noted once', () =>
    undone(async (tx, now) => {
      const order = await aPendingOrder(tx, now);
      const marked = await markProcessing(tx, { order, now, actor });
      expect(marked).toMatchObject({ status: 'pending_payment', paymentState: 'processing' });
      await markProcessing(tx, { order: marked, now, actor });
      expect((await eventsOf(tx, order.id)).map(({ kind }) => kind)).toEqual([
        'created',
        'payment_processing',
      ]);
    }));

  it('can end in a cancelled order', () =>
    undone(async (tx, now) => {
      const order = await markProcessing(tx, { order: await aPendingOrder(tx, now), now, actor });
      const cancelled = await markCancelled(tx, { order, now, actor });
      expect(cancelled).toMatchObject({ status: 'cancelled', cancelledAt: now, paidAt: null });
    }));
});

describe('an order that needs attention', () => {
  const needAttention = async (tx: Tx, now: Date, order: LockedOrder) =>
    markNeedsAttention(tx, { order, customerId: await aCustomer(tx), ...attention, now, actor });

  it('counts as paid and says why', () =>
    undone(async (tx, now) => {
      const order = await aPendingOrder(tx, now);
      expect(await needAttention(tx, now, order)).toMatchObject({
        status: 'paid_needs_attention',
        paymentState: 'paid',
        paidAt: now,
        placedAt: now,
        attentionCode: 'AMOUNT_DIFFERS',
        attentionAt: now,
      });
      expect((await eventsOf(tx, order.id)).at(-1)?.details).toEqual({ code: 'AMOUNT_DIFFERS' });
    }));

  it('goes on when it is resolved, and the reason stays on record', () =>
    undone(async (tx, now) => {
      const order = await needAttention(tx, now, await aPendingOrder(tx, now));
      const later = addMs(now, MINUTE_MS);
      expect(await resolveAttention(tx, { order, now: later, actor })).toMatchObject({
        status: 'paid',
        paidAt: now,
        attentionCode: 'AMOUNT_DIFFERS',
        attentionResolvedAt: later,
      });
      expect((await eventsOf(tx, order.id)).at(-1)?.kind).toBe('attention_resolved');
    }));

  it('is not paid once more', () =>
    undone(async (tx, now) => {
      const order = await needAttention(tx, now, await aPendingOrder(tx, now));
      const paying = paidOne(tx, { order, customerId: await aCustomer(tx), now, actor });
      await expect(paying).rejects.toThrow('is paid_needs_attention');
    }));

  it('can be cancelled', () =>
    undone(async (tx, now) => {
      const order = await needAttention(tx, now, await aPendingOrder(tx, now));
      const cancelled = await markCancelled(tx, { order, now, actor });
      expect(cancelled).toMatchObject({ status: 'cancelled', paidAt: null });
    }));

  it('may have been paid, expired or cancelled before', () =>
    undone(async (tx, now) => {
      const paid = await aPendingOrder(tx, now);
      await paidOne(tx, { order: paid, customerId: await aCustomer(tx), now, actor });
      const expired = await aPendingOrder(tx, now);
      await markExpired(tx, { order: expired, now, actor });
      const cancelled = await aPendingOrder(tx, now);
      await markCancelled(tx, { order: cancelled, now, actor });
      for (const { id } of [paid, expired, cancelled]) {
        const moved = await needAttention(tx, now, await lock(tx, id));
        expect(moved).toMatchObject({ status: 'paid_needs_attention', cancelledAt: null });
      }
    }));
});

describe('claimDueOrders', () => {
  it('leases overdue unpaid orders, the longest overdue first, each to one caller at a time', () =>
    undone(async (tx, now) => {
      const dueAt = (minutes: number) => aPendingOrder(tx, now, addMs(now, minutes * MINUTE_MS));
      const [second, first, , processing, paid] = [
        await dueAt(-1),
        await dueAt(-2),
        await dueAt(1),
        await dueAt(0),
        await dueAt(-3),
      ];
      await markProcessing(tx, { order: processing, now, actor });
      await paidOne(tx, { order: paid, customerId: await aCustomer(tx), now, actor });

      const claim = (at: Date, limit = 10) => claimDueOrders(tx, { now: at, limit });
      expect(await claim(now, 2)).toEqual([{ id: first.id }, { id: second.id }]);
      expect(await claim(now)).toEqual([{ id: processing.id }]);
      expect(await claim(now)).toEqual([]);
      // The job runs every two minutes: what could not be ended is due again by then.
      expect(await claim(addMs(now, 2 * MINUTE_MS))).toHaveLength(4);
      // Who was never asked about is before all who were, however long they are overdue.
      const fresh = await aPendingOrder(tx, now, addMs(now, 3 * MINUTE_MS));
      expect(await claim(addMs(now, 4 * MINUTE_MS), 1)).toEqual([{ id: fresh.id }]);
    }));
});

it('refuses a status that does not fit the facts', async () => {
  await undone(async (tx, now) => {
    const order = await aPendingOrder(tx, now);
    const forged = tx.update(orders).set({ paymentState: 'paid' }).where(eq(orders.id, order.id));
    const error: unknown = await forged.then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(pgError(error)?.constraint).toBe('orders_paid_time');
  });
});
