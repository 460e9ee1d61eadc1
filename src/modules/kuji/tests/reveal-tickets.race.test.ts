import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKuji, anOpenCheckout, aPaidOrder, guestCookieOf } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx, type Tx } from '../../../db/client.ts';
import { kujiTickets } from '../../../db/schema/kuji.ts';
import { newId } from '../../../kernel/ids.ts';
import { includesLastOne, revealAll, revealTicket, viewTickets } from '../index.ts';
import {
  deliverHeldWebhooks,
  expectAuditToVerify,
  logOf,
  openSuccessPage,
  payUnseen,
  prizesOf,
  setOf,
  ticketsOf,
} from './look-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 16 });
});
afterAll(() => w.close());

async function anOrderOf(tickets: number, box = 6) {
  const kuji = await aKuji(w, { tickets: box });
  const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: tickets }]);
  const set = await setOf(w, kuji.productId);
  const cookie = await guestCookieOf(w, order.sessionId);
  return { kuji, order, set, cookie, tickets: await ticketsOf(w, set.id) };
}

const inStep = <T>(work: (tx: Tx, now: Date) => Promise<T>) => inTx(w.app, 'test.reveal', work);

it('H15 two reveals, one result', async () => {
  const { order, set, cookie, tickets } = await anOrderOf(1);
  const [ticket] = tickets;
  const path = `/api/v1/orders/${order.publicId}/tickets/${ticket?.id ?? ''}/reveal`;
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6].map(() => w.http.post(path).set('Cookie', cookie)),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  const views = answers.map(({ body }) => JSON.stringify((body as { data: unknown }).data));
  expect(new Set(views).size).toBe(1);
  expect((await logOf(w, set.id)).map(({ type }) => type)).toEqual(['draw', 'reveal']);
  await expectAuditToVerify(w, set.id);
});

it('all at once and one by one, in parallel, open each ticket once', async () => {
  const { order, set, tickets } = await anOrderOf(6);
  const { orderId } = order;
  expect(tickets).toHaveLength(7);
  await Promise.all([
    ...tickets.map(({ id }) =>
      inStep((tx, now) => revealTicket(tx, { ticketId: id, orderId, now })),
    ),
    inStep((tx, now) => revealAll(tx, { orderId, now })),
    inStep((tx, now) => revealAll(tx, { orderId, now })),
  ]);
  const reveals = (await logOf(w, set.id)).filter(({ type }) => type === 'reveal');
  expect(reveals).toHaveLength(7);
  expect(
    (await prizesOf(w, set.id)).map((prize) => [prize.prizeCode, prize.revealedCount]),
  ).toEqual([
    ['A', 1],
    ['D', 5],
    ['LO', 1],
  ]);
  await expectAuditToVerify(w, set.id);
});

it('orders with tickets of the same two sets open them at once without a deadlock', async () => {
  const one = await aKuji(w, { tickets: 20 });
  const other = await aKuji(w, { tickets: 20 });
  const orders = [];
  for (let i = 0; i < 6; i += 1) {
    const items = [one, other].map(({ productId }) => ({ productId, quantity: 2 }));
    orders.push(await aPaidOrder(w, i % 2 === 0 ? items : items.toReversed()));
  }
  await Promise.all(
    orders.map(({ orderId }) => inStep((tx, now) => revealAll(tx, { orderId, now }))),
  );
  for (const { productId } of [one, other]) {
    const set = await setOf(w, productId);
    expect((await logOf(w, set.id)).filter(({ type }) => type === 'reveal')).toHaveLength(12);
    await expectAuditToVerify(w, set.id);
  }
});

// Catches a draw or a reveal that continues the log without the set's lock: two entries would follow one head.
it('draws and reveals of one box at once continue one log', async () => {
  const kuji = await aKuji(w, { tickets: 20 });
  const items = [{ productId: kuji.productId, quantity: 2 }];
  const opened = [];
  const drawn = [];
  for (let i = 0; i < 5; i += 1) opened.push(await aPaidOrder(w, items));
  for (let i = 0; i < 5; i += 1) drawn.push(await anOpenCheckout(w, items));
  for (const order of drawn) payUnseen(w, order);
  await Promise.all([
    ...opened.map(({ orderId }) => inStep((tx, now) => revealAll(tx, { orderId, now }))),
    ...drawn.map((order) => openSuccessPage(w, order)),
  ]);
  const set = await setOf(w, kuji.productId);
  // 20 draws, the Last One, and 10 opened numbers.
  expect(set).toMatchObject({ drawCount: 20, logLength: 31, state: 'sold_out' });
  await expectAuditToVerify(w, set.id);
  await deliverHeldWebhooks(w);
});

it('repeats keep the first time and write nothing', async () => {
  const { order, set, tickets } = await anOrderOf(1);
  const request = { ticketId: tickets[0]?.id ?? '', orderId: order.orderId };
  await inStep((tx, now) => revealTicket(tx, { ...request, now }));
  const before = await setOf(w, set.productId);
  const opened = await ticketsOf(w, set.id);
  w.clock.offsetMs = 60_000;
  try {
    await inStep((tx, now) => revealTicket(tx, { ...request, now }));
    await inStep((tx, now) => revealAll(tx, { orderId: order.orderId, now }));
  } finally {
    w.clock.offsetMs = 0;
  }
  expect(await ticketsOf(w, set.id)).toEqual(opened);
  expect(await setOf(w, set.productId)).toEqual(before);
});

it('a ticket that was taken back stays closed, and strangers have none', async () => {
  const { order, tickets } = await anOrderOf(2);
  const [taken, other] = tickets;
  if (!taken || !other) throw new Error('Two tickets were drawn.');
  const { orderId } = order;
  const reveal = (tx: Tx, ticketId: string, now: Date, of = orderId) =>
    revealTicket(tx, { ticketId, orderId: of, now });
  // Only tried out: the transaction is given up at the end.
  const tried = inStep(async (tx, now) => {
    await tx
      .update(kujiTickets)
      .set({ voidedAt: now, voidReason: 'test' })
      .where(eq(kujiTickets.id, taken.id));
    await expect(reveal(tx, taken.id, now)).rejects.toMatchObject({ code: 'TICKET_VOIDED' });
    await revealAll(tx, { orderId, now });
    const rows = await tx
      .select({ revealedAt: kujiTickets.revealedAt })
      .from(kujiTickets)
      .where(eq(kujiTickets.orderId, orderId))
      .orderBy(asc(kujiTickets.seq));
    expect(rows.map((row) => row.revealedAt === null)).toEqual([true, false]);
    throw new Error('given up');
  });
  await expect(tried).rejects.toThrow('given up');
  const foreign = inStep((tx, now) => reveal(tx, other.id, now, newId()));
  await expect(foreign).rejects.toMatchObject({ code: 'TICKET_NOT_FOUND' });
  const unknown = inStep((tx, now) => reveal(tx, newId(), now));
  await expect(unknown).rejects.toMatchObject({ code: 'TICKET_NOT_FOUND' });
});

it('tells the owner of a Last One when its ticket is open, the shop at once', async () => {
  const { order, tickets } = await anOrderOf(2, 2);
  const { orderId } = order;
  const { db } = w.app.database;
  const told = async () => [
    await includesLastOne(db, orderId, 'shop'),
    await includesLastOne(db, orderId, 'owner'),
  ];
  expect(await told()).toEqual([true, false]);
  const numbers = tickets.filter(({ kind }) => kind === 'number');
  for (const { id } of numbers) {
    await inStep((tx, now) => revealTicket(tx, { ticketId: id, orderId, now }));
  }
  expect(await told()).toEqual([true, false]);
  await inStep((tx, now) => revealAll(tx, { orderId, now }));
  expect(await told()).toEqual([true, true]);
  const views = await viewTickets(db, w.app.storage, [orderId]);
  expect(views.map(({ prize }) => prize?.prizeTier)).toContain('LO');
});
