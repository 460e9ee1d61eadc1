import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKuji, anOpenCheckout, aPaidOrder } from '../../../../testing/factories.ts';
import { statusOf } from '../../../../testing/refund-as.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { auditEntries } from '../../../db/schema/audit.ts';
import { inventory, inventoryMovements } from '../../../db/schema/inventory.ts';
import { kujiNumbers } from '../../../db/schema/kuji.ts';
import { newId } from '../../../kernel/ids.ts';
import { expireOrder } from '../../checkout/index.ts';
import {
  closeSet,
  findOrdersWithLastOne,
  includesLastOne,
  openNextSet,
  revealAll,
  takeTicketHold,
  voidTickets,
} from '../index.ts';
import {
  expectAuditToVerify,
  logOf,
  onHandOf,
  openTicket,
  prizesOf,
  setOf,
  takeBack,
  ticketsOf,
} from './look-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const BY = { actor: 'test', requestId: null };
const NOTHING = { returnedIds: [], burnedIds: [] };

type Tickets = Awaited<ReturnType<typeof ticketsOf>>;

/** A box and what was sold of it, each quantity in an order of its own. */
async function aSoldBox(options: { tickets: number; orders: number[]; lastOne?: boolean }) {
  const kuji = await aKuji(w, options);
  const orders = [];
  for (const quantity of options.orders) {
    orders.push(await aPaidOrder(w, [{ productId: kuji.productId, quantity }]));
  }
  const set = await setOf(w, kuji.productId);
  const tickets = await ticketsOf(w, set.id);
  const [first] = tickets;
  if (!first) throw new Error('Nothing was sold.');
  return { kuji, productId: kuji.productId, orders, set, tickets, first };
}

const buy = (productId: string, quantity: number) => aPaidOrder(w, [{ productId, quantity }]);

async function numbersIn(setId: string, state: 'free' | 'drawn' | 'burned'): Promise<number[]> {
  const rows = await w.app.database.db
    .select()
    .from(kujiNumbers)
    .where(eq(kujiNumbers.setId, setId));
  return rows.filter((row) => row.state === state).map(({ number }) => number);
}

async function lastOnesOf(setId: string): Promise<Tickets> {
  return (await ticketsOf(w, setId)).filter(({ kind }) => kind === 'last_one');
}

const typesOf = async (setId: string) => (await logOf(w, setId)).map(({ type }) => type);

/** What the next box of a product starts with: the present one is over. */
async function goOn(productId: string): Promise<void> {
  await openNextSet(w.app, { ...BY, productId, open: true });
}

describe('a ticket that nobody opened', () => {
  it('goes back: its number is free, and on sale again', async () => {
    const { productId, set, first } = await aSoldBox({ tickets: 5, orders: [2] });
    expect(await takeBack(w, first)).toEqual({ returnedIds: [first.id], burnedIds: [] });
    expect(await numbersIn(set.id, 'free')).toContain(first.number);
    expect(await onHandOf(w, productId)).toBe(4);
    expect((await ticketsOf(w, set.id))[0]).toMatchObject({ voidReason: 'refunded' });
    expect((await logOf(w, set.id)).at(-1)).toEqual({
      type: 'void',
      number: first.number,
      returned: true,
    });
    const [movement] = await w.app.database.db
      .select({ reason: inventoryMovements.reason, delta: inventoryMovements.onHandDelta })
      .from(inventoryMovements)
      .innerJoin(inventory, eq(inventory.id, inventoryMovements.inventoryId))
      .where(eq(inventory.productId, productId))
      .orderBy(desc(inventoryMovements.id));
    expect(movement).toEqual({ reason: 'restocked', delta: 1 });
    await expectAuditToVerify(w, set.id);
    await buy(productId, 4);
    expect(await numbersIn(set.id, 'drawn')).toHaveLength(5);
    await expectAuditToVerify(w, set.id);
  });

  it('goes back once, and leaves the other tickets alone', async () => {
    const { set, first } = await aSoldBox({ tickets: 5, orders: [3] });
    await takeBack(w, first);
    const before = await setOf(w, set.productId);
    expect(await takeBack(w, first, { id: newId() })).toEqual(NOTHING);
    expect(await setOf(w, set.productId)).toEqual(before);
    expect(await numbersIn(set.id, 'drawn')).toHaveLength(2);
  });

  it('opens its sold-out box again', async () => {
    const { productId, set, first } = await aSoldBox({ tickets: 3, orders: [3], lastOne: false });
    await takeBack(w, first);
    expect(await setOf(w, productId)).toMatchObject({ state: 'open', soldOutAt: null });
    expect(await onHandOf(w, productId)).toBe(1);
    const [entry] = await w.app.database.db
      .select({ action: auditEntries.action, actor: auditEntries.actor })
      .from(auditEntries)
      .where(eq(auditEntries.targetId, set.id))
      .orderBy(desc(auditEntries.id));
    expect(entry).toEqual({ action: 'kuji_set.reopened', actor: 'test' });
    await buy(productId, 1);
    expect((await setOf(w, productId)).state).toBe('sold_out');
    expect(await numbersIn(set.id, 'drawn')).toEqual(expect.arrayContaining([first.number]));
    await expectAuditToVerify(w, set.id);
  });

  it('goes back to a box that was ended early, but not on sale', async () => {
    const { productId, set, tickets } = await aSoldBox({ tickets: 5, orders: [2] });
    const [first, second] = tickets;
    if (!first || !second) throw new Error('Two tickets were sold.');
    await closeSet(w.app, { ...BY, setId: set.id, reason: 'test' });
    await takeBack(w, first);
    expect(await onHandOf(w, productId)).toBe(0);
    expect(await setOf(w, productId)).toMatchObject({ state: 'closed', publishedAt: null });
    await expectAuditToVerify(w, set.id);
    // The last closed ticket: from now on a verifier expects the seed.
    await takeBack(w, second);
    expect((await setOf(w, productId)).publishedAt).not.toBeNull();
    expect(await numbersIn(set.id, 'free')).toHaveLength(5);
    await expectAuditToVerify(w, set.id);
  });
});

describe('H12 a revealed ticket never returns', () => {
  it('its number and its prize stay off the board, and the odds do not move', async () => {
    const { productId, set, first } = await aSoldBox({ tickets: 4, orders: [2] });
    await openTicket(w, first);
    const prizes = await prizesOf(w, set.id);
    expect(await takeBack(w, first)).toEqual({ returnedIds: [], burnedIds: [first.id] });
    expect(await numbersIn(set.id, 'burned')).toEqual([first.number]);
    expect(await onHandOf(w, productId)).toBe(2);
    expect(await prizesOf(w, set.id)).toEqual(prizes);
    expect((await logOf(w, set.id)).at(-1)).toEqual({
      type: 'void',
      number: first.number,
      returned: false,
    });
    await buy(productId, 2);
    const live = (await ticketsOf(w, set.id)).filter(
      ({ kind, voidedAt }) => kind === 'number' && voidedAt === null,
    );
    expect(live.map(({ number }) => number)).not.toContain(first.number);
    expect((await setOf(w, productId)).state).toBe('sold_out');
    await expectAuditToVerify(w, set.id);
  });

  it('a sold-out box stays sold out, and its Last One with the winner', async () => {
    const { set, tickets, orders } = await aSoldBox({ tickets: 2, orders: [1, 1] });
    const winner = tickets.find(({ orderId }) => orderId === orders[1]?.orderId);
    if (!winner) throw new Error('The second order has no ticket.');
    await openTicket(w, winner);
    await takeBack(w, winner);
    expect((await setOf(w, set.productId)).state).toBe('sold_out');
    expect(await lastOnesOf(set.id)).toMatchObject([{ voidedAt: null }]);
    await expectAuditToVerify(w, set.id);
  });

  it('in one refund with a closed one, only that one goes back', async () => {
    const { productId, set, tickets, first } = await aSoldBox({ tickets: 5, orders: [3] });
    await openTicket(w, first);
    const result = await takeBack(w, ...tickets);
    expect(result.burnedIds).toEqual([first.id]);
    expect(result.returnedIds).toHaveLength(2);
    expect(await numbersIn(set.id, 'free')).toHaveLength(4);
    expect(await onHandOf(w, productId)).toBe(4);
    await expectAuditToVerify(w, set.id);
  });
});

describe('the Last One', () => {
  it('is withdrawn when the box goes back on sale, and awarded again when it sells out', async () => {
    const { productId, set, orders, first } = await aSoldBox({ tickets: 3, orders: [1, 2] });
    expect(await lastOnesOf(set.id)).toMatchObject([{ orderId: orders[1]?.orderId }]);
    await takeBack(w, first);
    const [withdrawn] = await lastOnesOf(set.id);
    expect(withdrawn?.voidedAt).not.toBeNull();
    // Whoever packs looks for it in the order, so it must not be announced there any more.
    const { db } = w.app.database;
    const former = orders[1]?.orderId ?? '';
    expect(await includesLastOne(db, former, 'shop')).toBe(false);
    expect(await findOrdersWithLastOne(db, [former])).toEqual(new Set());
    await expectAuditToVerify(w, set.id);
    const later = await buy(productId, 1);
    const standing = (await lastOnesOf(set.id)).filter(({ voidedAt }) => voidedAt === null);
    expect(standing.map(({ orderId }) => orderId)).toEqual([later.orderId]);
    expect((await typesOf(set.id)).filter((type) => type === 'last_one')).toHaveLength(2);
    await expectAuditToVerify(w, set.id);
  });

  it('is not won by a ticket that was opened and paid back, although it left the board last', async () => {
    const { productId } = await aKuji(w, { tickets: 2 });
    const slow = await anOpenCheckout(w, [{ productId, quantity: 1 }]);
    await buy(productId, 1);
    const set = await setOf(w, productId);
    const [opened] = await ticketsOf(w, set.id);
    if (!opened) throw new Error('Nothing was drawn.');
    await openTicket(w, opened);
    await takeBack(w, opened);
    w.sandbox.pay(slow.sessionId, 'paid');
    await w.drain();
    expect(await lastOnesOf(set.id)).toMatchObject([{ orderId: slow.orderId }]);
    await expectAuditToVerify(w, set.id);
  });

  it('that was opened is kept, and not awarded a second time', async () => {
    const { productId, set, first } = await aSoldBox({ tickets: 3, orders: [1, 2] });
    const [lastOne] = await lastOnesOf(set.id);
    if (!lastOne) throw new Error('No Last One was awarded.');
    await openTicket(w, lastOne);
    await takeBack(w, first);
    await buy(productId, 1);
    expect(await lastOnesOf(set.id)).toMatchObject([{ id: lastOne.id, voidedAt: null }]);
    expect((await setOf(w, productId)).state).toBe('sold_out');
    await expectAuditToVerify(w, set.id);
  });

  it('is no ticket that could be taken back by itself', async () => {
    const { set } = await aSoldBox({ tickets: 2, orders: [2] });
    const [lastOne] = await lastOnesOf(set.id);
    if (!lastOne) throw new Error('No Last One was awarded.');
    expect(await takeBack(w, lastOne)).toEqual(NOTHING);
    expect(await lastOnesOf(set.id)).toEqual([lastOne]);
    await expectAuditToVerify(w, set.id);
  });
});

describe('a sold-out box after which the shop went on to the next', () => {
  it('is closed, its number unsold, and the winner keeps the Last One', async () => {
    const { productId, set, orders, first } = await aSoldBox({ tickets: 3, orders: [1, 2] });
    await goOn(productId);
    await takeBack(w, first);
    const next = await setOf(w, productId);
    expect(next).toMatchObject({ setNumber: 2, state: 'open' });
    expect(await onHandOf(w, productId)).toBe(3);
    expect(await numbersIn(set.id, 'free')).toEqual([first.number]);
    expect(await lastOnesOf(set.id)).toMatchObject([
      { orderId: orders[1]?.orderId, voidedAt: null, revealedAt: expect.any(Date) as Date },
    ]);
    expect((await typesOf(set.id)).slice(-3)).toEqual(['reveal', 'void', 'closed']);
    await expectAuditToVerify(w, set.id);
    const { orderId = '' } = orders[1] ?? {};
    await inTx(w.app, 'test.reveal', (tx, now) => revealAll(tx, { orderId, now }));
    const answer = await w.http.get(`/api/v1/kuji/sets/${set.id}`);
    expect(answer.body).toMatchObject({
      data: {
        state: 'closed',
        publishedAt: expect.any(String) as string,
        seed: expect.any(String) as string,
      },
    });
    await expectAuditToVerify(w, set.id);
  });

  it('has no Last One any more if it was the winner’s ticket that came back', async () => {
    const { productId, set, tickets, orders } = await aSoldBox({ tickets: 2, orders: [1, 1] });
    await goOn(productId);
    const winner = tickets.find(({ orderId }) => orderId === orders[1]?.orderId);
    if (!winner) throw new Error('The second order has no ticket.');
    await takeBack(w, winner);
    expect(await lastOnesOf(set.id)).toMatchObject([{ voidedAt: expect.any(Date) as Date }]);
    expect((await typesOf(set.id)).slice(-2)).toEqual(['void', 'closed']);
    await expectAuditToVerify(w, set.id);
  });

  // Red if the stock of the next box pays for tickets of this one: its seal has promised that it is over.
  it('serves no late payment with the number that came back', async () => {
    const { productId } = await aKuji(w, { tickets: 3, lastOne: false });
    w.sandbox.setWebhookMode('hold');
    const late = await anOpenCheckout(w, [{ productId, quantity: 1 }]);
    w.sandbox.pay(late.sessionId, 'paid');
    await expireOrder(w.app, { orderId: late.orderId, actor: 'test' });
    w.sandbox.setWebhookMode('normal');
    await buy(productId, 3);
    const set = await setOf(w, productId);
    await goOn(productId);
    const [first] = await ticketsOf(w, set.id);
    if (!first) throw new Error('Nothing was drawn.');
    await takeBack(w, first);
    const hold = { setId: set.id, orderLineId: newId(), unitPriceCents: null };
    expect(await inTx(w.app, 'test.hold', (tx) => takeTicketHold(tx, hold))).toBeNull();
    await w.sandbox.releaseWebhooks();
    await w.drain();
    expect(await statusOf(w, late.orderId)).toBe('refunded');
    expect(await numbersIn(set.id, 'free')).toEqual([first.number]);
    await expectAuditToVerify(w, set.id);
  });

  it('stays sold out when an opened ticket is paid back', async () => {
    const { productId, set, first } = await aSoldBox({ tickets: 2, orders: [2] });
    await goOn(productId);
    await openTicket(w, first);
    await takeBack(w, first);
    const state = (await typesOf(set.id)).at(-1);
    expect(state).toBe('void');
    expect(await onHandOf(w, productId)).toBe(2);
    await expectAuditToVerify(w, set.id);
  });
});

it('tickets of two boxes go back in one transaction, or not at all', async () => {
  const one = await aKuji(w, { tickets: 3 });
  const other = await aKuji(w, { tickets: 3 });
  await aPaidOrder(w, [
    { productId: one.productId, quantity: 3 },
    { productId: other.productId, quantity: 1 },
  ]);
  const sets = [await setOf(w, one.productId), await setOf(w, other.productId)];
  const tickets = (await Promise.all(sets.map((set) => ticketsOf(w, set.id)))).flat();
  const ticketIds = tickets.map(({ id }) => id);
  const givenUp = inTx(w.app, 'test.void', async (tx, now) => {
    await voidTickets(tx, w.app, { ticketIds, reason: 'refunded', now, actor: 'test' });
    throw new Error('given up');
  });
  await expect(givenUp).rejects.toThrow('given up');
  expect((await setOf(w, one.productId)).state).toBe('sold_out');
  expect((await takeBack(w, ...tickets)).returnedIds).toHaveLength(4);
  for (const { productId } of [one, other]) {
    const set = await setOf(w, productId);
    expect(set.state).toBe('open');
    expect(await onHandOf(w, productId)).toBe(3);
    await expectAuditToVerify(w, set.id);
  }
});
