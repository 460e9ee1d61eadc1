import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKuji, aPaidOrder } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { createProduct } from '../../catalog/index.ts';
import { changePrize, revealAll } from '../index.ts';
import { boardSchema, type Board } from '../kuji.board-contract.ts';
import {
  expectAuditToVerify,
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

async function boardOf(setId: string): Promise<Board> {
  const { body } = (await w.http.get(`/api/v1/kuji/sets/${setId}/board`)) as {
    body: { data: unknown };
  };
  return boardSchema.parse(body.data);
}

/** What the board tells of results: everything but what leaves the box by a sale. */
const resultsOf = ({ tickets, state: _state, ...board }: Board) => ({
  ...board,
  tickets: { ...tickets, unsold: null },
});

it('tells what is in the box, what it costs and the odds of each tier', async () => {
  const kuji = await aKuji(w, { tickets: 5, priceCents: 1_600 });
  const set = await setOf(w, kuji.productId);
  const [grand, sticker, golden] = kuji.prizeNames;
  const shown = await w.http.get(`/api/v1/kuji/sets/${set.id}/board`);
  expect(shown.headers['cache-control']).toBe('public, max-age=0, must-revalidate');
  expect(shown.headers.etag).toBeTruthy();
  expect(await boardOf(set.id)).toEqual({
    setId: set.id,
    productId: kuji.productId,
    setNumber: 1,
    state: 'open',
    isPaused: false,
    ticketPriceCents: 1_600,
    currency: 'CAD',
    tickets: { total: 5, opened: 0, unopened: 5, unsold: 5 },
    tiers: [tier('A', 1, 0, 0.2, grand), tier('D', 4, 0, 0.8, sticker)],
    lastOne: { prizeCode: 'LO', name: golden, imageUrl: null, isOpened: false },
  });

  function tier(code: string, total: number, opened: number, odds: number, name?: string) {
    const counts = { total, opened, unopened: total - opened };
    return {
      tier: code,
      ...counts,
      odds,
      prizes: [{ prizeCode: code, name, imageUrl: null, ...counts }],
    };
  }
});

it('I24 does not move at a payment or a refund, and at a reveal by the opened ticket only', async () => {
  const kuji = await aKuji(w, { tickets: 4 });
  const set = await setOf(w, kuji.productId);
  const before = await boardOf(set.id);
  await aPaidOrder(w, [{ productId: kuji.productId, quantity: 4 }]);
  const sold = await boardOf(set.id);
  expect(sold.state).toBe('sold_out');
  expect(sold.tickets.unsold).toBe(0);
  // Also where the box is sold out: who holds which prize is as unknown as before.
  expect(resultsOf(sold)).toEqual(resultsOf(before));

  const [ticket, other] = await ticketsOf(w, set.id);
  if (!ticket || !other) throw new Error('No tickets were drawn.');
  await takeBack(w, other);
  const returned = await boardOf(set.id);
  expect(returned.tickets.unsold).toBe(1);
  expect(resultsOf(returned)).toEqual(resultsOf(before));

  await openTicket(w, ticket);
  const opened = await boardOf(set.id);
  expect(opened.tickets).toEqual({ total: 4, opened: 1, unopened: 3, unsold: 1 });
  const open = opened.tiers.filter((tier) => tier.opened > 0);
  expect(open).toHaveLength(1);
  expect(opened.tiers.map(({ odds }) => odds)).toEqual(
    opened.tiers.map(({ unopened }) => unopened / 3),
  );
  expect(opened.lastOne?.isOpened).toBe(false);
});

it('tells odds of 0 when all is opened, and that the Last One is gone', async () => {
  const kuji = await aKuji(w, { tickets: 2 });
  const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
  await inTx(w.app, 'test.reveal', (tx, now) => revealAll(tx, { orderId: order.orderId, now }));
  const board = await boardOf((await setOf(w, kuji.productId)).id);
  expect(board.tickets).toEqual({ total: 2, opened: 2, unopened: 0, unsold: 0 });
  expect(board.tiers.map(({ odds }) => odds)).toEqual([0, 0]);
  expect(board.lastOne?.isOpened).toBe(true);
});

it('shows no Last One where the paper box had lost it, and awards none', async () => {
  const kuji = await aKuji(w, { tickets: 2 });
  const { id: setId } = await setOf(w, kuji.productId);
  const prize = (await prizesOf(w, setId)).find(({ prizeTier }) => prizeTier === 'LO');
  await changePrize(w.app, {
    actor: 'test',
    requestId: null,
    productId: kuji.productId,
    prizeId: prize?.id ?? '',
    change: { remainingQuantity: 0 },
  });
  expect((await boardOf(setId)).lastOne).toBeNull();
  const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
  expect((await ticketsOf(w, setId)).map(({ kind }) => kind)).toEqual(['number', 'number']);
  await inTx(w.app, 'test.reveal', (tx, now) => revealAll(tx, { orderId: order.orderId, now }));
  await expectAuditToVerify(w, setId);
});

it('has no board for a box in preparation', async () => {
  const { id: productId } = await createProduct(w.app, {
    actor: 'test',
    requestId: null,
    name: 'Tomorrow',
    productType: 'kuji',
    status: 'draft',
    priceCents: 100,
    collectionIds: [],
  });
  const draft = await setOf(w, productId);
  const response = await w.http.get(`/api/v1/kuji/sets/${draft.id}/board`);
  expect([response.status, response.body]).toMatchObject([
    404,
    { errors: { code: 'KUJI_SET_NOT_FOUND' } },
  ]);
});
