import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { aKuji, anOpenCheckout, aPaidOrder } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { orderLines } from '../../../db/schema/orders.ts';
import { drawTickets } from '../index.ts';
import {
  deliverHeldWebhooks,
  expectAuditToVerify,
  logOf,
  openSuccessPage,
  payUnseen,
  setOf,
  ticketsOf,
} from './look-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 24 });
});
afterAll(() => w.close());
afterEach(() => deliverHeldWebhooks(w));

const buy = (productId: string, quantity = 1) => anOpenCheckout(w, [{ productId, quantity }]);

it('H09 finalising twice draws once', async () => {
  const kuji = await aKuji(w, { tickets: 8 });
  const order = await buy(kuji.productId, 3);
  payUnseen(w, order);
  // Without the order's lock, or the look at what was drawn before, two of these would draw.
  const statuses = await Promise.all([1, 2, 3, 4].map(() => openSuccessPage(w, order)));
  expect(statuses).toEqual([200, 200, 200, 200]);
  const set = await setOf(w, kuji.productId);
  expect(await ticketsOf(w, set.id)).toHaveLength(3);
  expect(await logOf(w, set.id)).toHaveLength(3);

  const lines = await w.app.database.db
    .select({ orderLineId: orderLines.id, quantity: orderLines.quantity })
    .from(orderLines)
    .where(eq(orderLines.orderId, order.orderId));
  const again = await inTx(w.app, 'test.draw-again', (tx, now) =>
    drawTickets(tx, w.app, {
      requests: [{ orderId: order.orderId, paymentIntentId: 'pi_other', lines }],
      now,
    }),
  );
  expect(again).toEqual({ ok: true });
  expect(await setOf(w, kuji.productId)).toEqual(set);
  await expectAuditToVerify(w, set.id);
});

it('H10 paying late does not win Last One', async () => {
  const kuji = await aKuji(w, { tickets: 2 });
  const first = await buy(kuji.productId);
  const last = await buy(kuji.productId);
  payUnseen(w, last);
  await openSuccessPage(w, last);
  payUnseen(w, first);
  await openSuccessPage(w, first);
  const set = await setOf(w, kuji.productId);
  expect(set.state).toBe('sold_out');
  const lastOne = (await ticketsOf(w, set.id)).filter((ticket) => ticket.kind === 'last_one');
  expect(lastOne.map((ticket) => ticket.orderId)).toEqual([last.orderId]);
  expect(lastOne[0]?.ticketNumber).toBe(`K${set.setCode}-LO`);
  await expectAuditToVerify(w, set.id);
});

it('H11 one Last One per set', async () => {
  const tickets = 15;
  const kuji = await aKuji(w, { tickets });
  const orders = [];
  for (let i = 0; i < tickets; i += 1) orders.push(await buy(kuji.productId));
  for (const order of orders) payUnseen(w, order);
  const statuses = await Promise.all(orders.map((order) => openSuccessPage(w, order)));
  expect(new Set(statuses)).toEqual(new Set([200]));

  const set = await setOf(w, kuji.productId);
  const drawn = await ticketsOf(w, set.id);
  const numbers = drawn.filter((ticket) => ticket.kind === 'number').map(({ number }) => number);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: tickets }, (_, i) => i + 1),
  );
  const lastOne = drawn.filter((ticket) => ticket.kind === 'last_one');
  expect(lastOne.map((ticket) => ticket.orderId)).toEqual([orders.at(-1)?.orderId]);
  expect(set).toMatchObject({ state: 'sold_out', drawCount: tickets, logLength: tickets + 1 });
  expect((await logOf(w, set.id)).at(-1)).toEqual({
    type: 'last_one',
    number: lastOne[0]?.number,
  });
  await expectAuditToVerify(w, set.id);
});

it('a set without a Last One sells out and awards nothing', async () => {
  const kuji = await aKuji(w, { tickets: 3, lastOne: false });
  await aPaidOrder(w, [{ productId: kuji.productId, quantity: 3 }]);
  const set = await setOf(w, kuji.productId);
  expect(set.state).toBe('sold_out');
  expect(await ticketsOf(w, set.id)).toHaveLength(3);
  await expectAuditToVerify(w, set.id);
});

it('an order of two kujis draws in both boxes', async () => {
  const one = await aKuji(w, { tickets: 4 });
  const other = await aKuji(w, { tickets: 4 });
  const crossed = await Promise.all([
    anOpenCheckout(w, [
      { productId: one.productId, quantity: 2 },
      { productId: other.productId, quantity: 2 },
    ]),
    anOpenCheckout(w, [
      { productId: other.productId, quantity: 2 },
      { productId: one.productId, quantity: 2 },
    ]),
  ]);
  for (const order of crossed) payUnseen(w, order);
  expect(await Promise.all(crossed.map((order) => openSuccessPage(w, order)))).toEqual([200, 200]);
  for (const { productId } of [one, other]) {
    const set = await setOf(w, productId);
    expect(set.state).toBe('sold_out');
    await expectAuditToVerify(w, set.id);
  }
});

it('fewer free numbers than wanted change nothing', async () => {
  const kuji = await aKuji(w, { tickets: 5 });
  const order = await buy(kuji.productId, 2);
  const [line] = await w.app.database.db
    .select({ orderLineId: orderLines.id })
    .from(orderLines)
    .where(eq(orderLines.orderId, order.orderId));
  if (!line) throw new Error('The order has no line.');
  const before = await setOf(w, kuji.productId);
  const result = await inTx(w.app, 'test.draw-too-many', (tx, now) =>
    drawTickets(tx, w.app, {
      requests: [
        {
          orderId: order.orderId,
          paymentIntentId: 'pi_test',
          lines: [{ ...line, quantity: 6 }],
        },
      ],
      now,
    }),
  );
  expect(result).toEqual({ ok: false, reason: 'not_enough_numbers' });
  expect(await setOf(w, kuji.productId)).toEqual(before);
  expect(await ticketsOf(w, before.id)).toEqual([]);
});
