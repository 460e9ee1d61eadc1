import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKuji, anOpenCheckout, aPaidOrder } from '../../../../testing/factories.ts';
import { untilBlocked } from '../../../../testing/until-blocked.ts';
import { world, type World } from '../../../../testing/world.ts';
import { kujiNumbers } from '../../../db/schema/kuji.ts';
import { Problem } from '../../../kernel/problems.ts';
import { closeSet, openNextSet } from '../index.ts';
import {
  deliverHeldWebhooks,
  expectAuditToVerify,
  logOf,
  onHandOf,
  openSuccessPage,
  openTicket,
  payUnseen,
  setOf,
  takeBack,
  ticketsOf,
} from './look-at-set.ts';
import { stopAtSet } from './stop-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 20 });
});
afterAll(() => w.close());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);

async function aSoldBox(tickets: number, sold = tickets) {
  const { productId } = await aKuji(w, { tickets });
  const order = await aPaidOrder(w, [{ productId, quantity: sold }]);
  const set = await setOf(w, productId);
  const drawn = (await ticketsOf(w, set.id)).filter(({ kind }) => kind === 'number');
  const [first] = drawn;
  if (!first) throw new Error('Nothing was sold.');
  return { productId, order, set, drawn, first };
}

// Catches a void that decides by what it read before the set's lock, and a reveal that does.
it.each(['reveal', 'void'] as const)(
  'H13 a ticket is revealed or returned, not both: %s first',
  async (faster) => {
    const { set, first } = await aSoldBox(3, 1);
    const letGo = await stopAtSet(w, set.id);
    const reveal = () => openTicket(w, first).then(() => 'revealed', codeOf);
    const voidIt = () => takeBack(w, first);
    const contestants =
      faster === 'reveal'
        ? { revealed: reveal(), voided: untilBlocked(w, 1).then(voidIt) }
        : { voided: voidIt(), revealed: untilBlocked(w, 1).then(reveal) };
    await untilBlocked(w, 2);
    await letGo();
    const { returnedIds, burnedIds } = await contestants.voided;
    expect([...returnedIds, ...burnedIds]).toEqual([first.id]);
    const isReturned = returnedIds.length === 1;
    expect(await contestants.revealed).toBe(isReturned ? 'TICKET_VOIDED' : 'revealed');
    expect((await logOf(w, set.id)).slice(1)).toMatchObject(
      isReturned
        ? [{ type: 'void', returned: true }]
        : [{ type: 'reveal' }, { type: 'void', returned: false }],
    );
    const numbers = await w.app.database.db.select().from(kujiNumbers);
    const number = numbers.find((row) => row.setId === set.id && row.number === first.number);
    expect(number?.state).toBe(isReturned ? 'free' : 'burned');
    await expectAuditToVerify(w, set.id);
  },
);

it('H13 many tickets are opened and taken back at once: each is one or the other', async () => {
  const { set, drawn } = await aSoldBox(12);
  await Promise.all(
    drawn.flatMap((ticket) => [openTicket(w, ticket).catch(codeOf), takeBack(w, ticket)]),
  );
  const after = (await ticketsOf(w, set.id)).filter(({ kind }) => kind === 'number');
  expect(after.filter(({ voidedAt }) => voidedAt === null)).toEqual([]);
  const free = (await w.app.database.db.select().from(kujiNumbers)).filter(
    (row) => row.setId === set.id && row.state === 'free',
  );
  const closed = after.filter(({ revealedAt }) => revealedAt === null);
  expect(free.map(({ number }) => number).toSorted()).toEqual(
    closed.map(({ number }) => number).toSorted(),
  );
  await expectAuditToVerify(w, set.id);
});

// Catches a void without the product's stock row: two refunds would each add to what they read, or count one ticket twice.
it('the same refund twice at once returns each ticket once', async () => {
  const { productId, set, drawn } = await aSoldBox(4);
  const results = await Promise.all([1, 2, 3, 4].map(() => takeBack(w, ...drawn)));
  expect(results.flatMap(({ returnedIds }) => returnedIds)).toHaveLength(4);
  expect(await onHandOf(w, productId)).toBe(4);
  expect((await logOf(w, set.id)).filter(({ type }) => type === 'void')).toHaveLength(4);
  await expectAuditToVerify(w, set.id);
});

// Catches locks in another order than that of a checkout: stock row, then set.
it('refunds in two boxes meet purchases of both without a deadlock', async () => {
  const boxes = [await aKuji(w, { tickets: 30 }), await aKuji(w, { tickets: 30 })];
  const items = boxes.map(({ productId }) => ({ productId, quantity: 2 }));
  const refunded = [];
  const bought = [];
  for (let i = 0; i < 5; i += 1) refunded.push(await aPaidOrder(w, items));
  for (let i = 0; i < 5; i += 1) bought.push(await anOpenCheckout(w, items.toReversed()));
  const sets = await Promise.all(boxes.map(({ productId }) => setOf(w, productId)));
  const sold = (await Promise.all(sets.map(({ id }) => ticketsOf(w, id)))).flat();
  for (const order of bought) payUnseen(w, order);
  const statuses = await Promise.all([
    ...bought.map((order) => openSuccessPage(w, order)),
    ...refunded.map(async ({ orderId }, i) => {
      const own = sold.filter((ticket) => ticket.orderId === orderId);
      const { returnedIds } = await takeBack(w, ...(i % 2 === 0 ? own : own.toReversed()));
      return returnedIds.length;
    }),
  ]);
  await deliverHeldWebhooks(w);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 4, 4, 4, 4, 4]);
  for (const { id, productId } of sets) {
    expect(await onHandOf(w, productId)).toBe(20);
    await expectAuditToVerify(w, id);
  }
});

// Catches a look for a later box before the stock row is locked: two boxes of one product would be on sale.
it('a refund that meets the opening of the next box finds it', async () => {
  const { productId, set, first } = await aSoldBox(2);
  const letGo = await stopAtSet(w, set.id);
  const opened = openNextSet(w.app, { productId, open: true, actor: 'test', requestId: null });
  await untilBlocked(w, 1);
  const voided = takeBack(w, first);
  await untilBlocked(w, 2);
  await letGo();
  expect(await opened).toMatchObject({ setNumber: 2, state: 'open' });
  expect((await voided).returnedIds).toEqual([first.id]);
  expect(await onHandOf(w, productId)).toBe(2);
  await expectAuditToVerify(w, set.id);
});

it('the opening of the next box that meets a refund finds the old one on sale again', async () => {
  const { productId, set, first } = await aSoldBox(2);
  const letGo = await stopAtSet(w, set.id);
  const voided = takeBack(w, first);
  await untilBlocked(w, 1);
  const request = { productId, open: true, actor: 'test', requestId: null };
  const opened = openNextSet(w.app, request).catch(codeOf);
  await untilBlocked(w, 2);
  await letGo();
  expect((await voided).returnedIds).toEqual([first.id]);
  expect(await opened).toBe('KUJI_SET_STILL_ON_SALE');
  await expectAuditToVerify(w, set.id);
});

// Catches a close that looks for holds before it has the stock row.
it('a close that meets a checkout waits for it and leaves the box open', async () => {
  const { productId } = await aKuji(w, { tickets: 3 });
  const set = await setOf(w, productId);
  const letGo = await stopAtSet(w, set.id);
  const bought = anOpenCheckout(w, [{ productId, quantity: 1 }]);
  await untilBlocked(w, 1);
  const request = { setId: set.id, reason: 'test', actor: 'test', requestId: null };
  const closed = closeSet(w.app, request).catch(codeOf);
  await untilBlocked(w, 2);
  await letGo();
  await bought;
  expect(await closed).toBe('KUJI_SET_HAS_HOLDS');
  expect((await setOf(w, productId)).state).toBe('open');
});
