import { desc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  checkout,
  checkoutBody,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { auditEntries } from '../../../db/schema/audit.ts';
import { inventory, inventoryMovements } from '../../../db/schema/inventory.ts';
import { kujiPrizes } from '../../../db/schema/kuji.ts';
import { newId } from '../../../kernel/ids.ts';
import { changeProduct } from '../../catalog/index.ts';
import { changePrize, removePrize } from '../index.ts';
import type { AdminSet } from '../kuji.sets-contract.ts';
import { expectAuditToVerify, logOf, onHandOf, prizesOf, setOf } from './look-at-set.ts';

let w: World;
let token: string;
let actor: string;
beforeAll(async () => {
  w = await world();
  const admin = await anAdmin(w);
  token = admin.token;
  actor = `admin:${admin.userId}`;
});
afterAll(() => w.close());

const BY = { actor: 'test', requestId: null };
const SOME_ID = '0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11';

refusesStrangers(
  () => w,
  [
    ['get', `/admin/products/${SOME_ID}/kuji-sets`],
    ['post', `/admin/products/${SOME_ID}/kuji-sets`],
    ['post', `/admin/kuji-sets/${SOME_ID}/close`],
  ],
);

type Reply<T> = { status: number; code: unknown; data: T; fields: unknown };

async function send<T>(method: 'get' | 'post', path: string, body?: object): Promise<Reply<T>> {
  const request = w.http[method](`/api/v1/admin${path}`).set('Authorization', `Bearer ${token}`);
  const response = await (body === undefined ? request : request.send(body));
  const { data, errors } = response.body as {
    data: T;
    errors?: { code?: unknown; fields?: unknown };
  };
  return { status: response.status, code: errors?.code, fields: errors?.fields, data };
}

const close = (setId: string, reason = 'Water damage') =>
  send<AdminSet>('post', `/kuji-sets/${setId}/close`, { reason });
const history = (productId: string) => send<AdminSet[]>('get', `/products/${productId}/kuji-sets`);
const next = (productId: string, body?: object) =>
  send<AdminSet>('post', `/products/${productId}/kuji-sets`, body);

async function showProduct(slug: string): Promise<Record<string, unknown>> {
  const response = await w.http.get(`/api/v1/products/${slug}`);
  return (response.body as { data: Record<string, unknown> }).data;
}

describe('ending a box early', () => {
  it('takes what is not sold out of the stock, and says so in the public log', async () => {
    const kuji = await aKuji(w, { tickets: 5 });
    const { productId } = kuji;
    await aPaidOrder(w, [{ productId, quantity: 2 }]);
    const set = await setOf(w, productId);
    const answer = await close(set.id, '  Water damage ');
    expect(answer).toMatchObject({
      status: 200,
      data: {
        id: set.id,
        state: 'closed',
        closeReason: 'Water damage',
        counts: { total: 5, sold: 2, revealed: 0 },
        soldOutAt: null,
        publishedAt: null,
      },
    });
    expect(answer.data.closedAt).not.toBeNull();
    expect((await logOf(w, set.id)).at(-1)).toEqual({ type: 'closed', reason: 'Water damage' });
    const [movement] = await w.app.database.db
      .select({
        reason: inventoryMovements.reason,
        delta: inventoryMovements.onHandDelta,
        actor: inventoryMovements.actor,
      })
      .from(inventoryMovements)
      .innerJoin(inventory, eq(inventory.id, inventoryMovements.inventoryId))
      .where(eq(inventory.productId, productId))
      .orderBy(desc(inventoryMovements.id));
    expect(movement).toEqual({ reason: 'written_off', delta: -3, actor });
    const [entry] = await w.app.database.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.targetId, set.id))
      .orderBy(desc(auditEntries.id));
    expect(entry).toMatchObject({
      actor,
      action: 'kuji_set.closed',
      before: { state: 'open', unsold: 3 },
      after: { state: 'closed', reason: 'Water damage' },
    });
    // Sold tickets are still closed: three were never sold, and are not counted.
    expect(await showProduct(kuji.slug)).toMatchObject({
      isSoldOut: true,
      soldUnopenedTickets: 2,
      ticketSummary: { remainingTickets: 0, totalTickets: 5 },
    });
    const refused = await checkout(w, checkoutBody([{ productId, quantity: 1 }]));
    expect(refused.status).toBe(409);
    await expectAuditToVerify(w, set.id);
  });

  it('publishes at once where nothing was sold', async () => {
    const { productId } = await aKuji(w, { tickets: 2 });
    const set = await setOf(w, productId);
    expect((await close(set.id)).data.publishedAt).not.toBeNull();
    const shown = await w.http.get(`/api/v1/kuji/sets/${set.id}`);
    expect(shown.body).toMatchObject({
      data: {
        publishedAt: expect.any(String) as string,
        deck: [{ isSold: false }, { isSold: false }],
      },
    });
    await expectAuditToVerify(w, set.id);
  });

  it('waits for tickets that are held', async () => {
    const { productId } = await aKuji(w, { tickets: 3 });
    await anOpenCheckout(w, [{ productId, quantity: 1 }]);
    const set = await setOf(w, productId);
    expect(await close(set.id)).toMatchObject({ status: 409, code: 'KUJI_SET_HAS_HOLDS' });
    expect(await setOf(w, productId)).toEqual(set);
    expect(await onHandOf(w, productId)).toBe(3);
  });

  it('is refused for what is not on sale', async () => {
    const { productId } = await aKuji(w, { tickets: 1 });
    await aPaidOrder(w, [{ productId, quantity: 1 }]);
    const soldOut = await setOf(w, productId);
    expect(await close(soldOut.id)).toMatchObject({ status: 409, code: 'KUJI_SET_NOT_ON_SALE' });
    const prepared = await next(productId, { open: false });
    expect(await close(prepared.data.id)).toMatchObject({ code: 'KUJI_SET_NOT_ON_SALE' });
    expect(await close(newId())).toMatchObject({ status: 404, code: 'KUJI_SET_NOT_FOUND' });
    expect(await close('nonsense')).toMatchObject({ status: 400 });
  });

  it('needs a reason that fits', async () => {
    const { productId } = await aKuji(w);
    const set = await setOf(w, productId);
    for (const reason of ['', '   ', 'x'.repeat(301)]) {
      expect(await close(set.id, reason)).toMatchObject({
        status: 400,
        fields: { reason: [expect.any(String)] },
      });
    }
    const without = await send('post', `/kuji-sets/${set.id}/close`, {});
    expect(without).toMatchObject({ status: 400, fields: { reason: [expect.any(String)] } });
  });
});

describe('the next box', () => {
  it('is a full copy of the last, sealed and on sale at once', async () => {
    const kuji = await aKuji(w, { tickets: 3 });
    const { productId } = kuji;
    const first = await setOf(w, productId);
    const d = (await prizesOf(w, first.id)).find(({ prizeCode }) => prizeCode === 'D');
    // Half empty when it was put on sale; its successor is not.
    const change = { initialQuantity: 4, remainingQuantity: 1 };
    await changePrize(w.app, { ...BY, productId, prizeId: d?.id ?? '', change });
    await aPaidOrder(w, [{ productId, quantity: 2 }]);
    const answer = await next(productId);
    expect(answer).toMatchObject({
      status: 201,
      data: {
        productId,
        setNumber: 2,
        state: 'open',
        counts: { total: 5, sold: 0, revealed: 0 },
        closedAt: null,
      },
    });
    expect(await onHandOf(w, productId)).toBe(5);
    expect(await prizesOf(w, answer.data.id)).toMatchObject([
      { prizeCode: 'A', initialQuantity: 1, sealedQuantity: 1, revealedCount: 0 },
      { prizeCode: 'D', initialQuantity: 4, sealedQuantity: 4, revealedCount: 0 },
      { prizeCode: 'LO', initialQuantity: 1, sealedQuantity: 1, revealedCount: 0 },
    ]);
    // Closed tickets of the box before do not count on the page of this one.
    expect(await showProduct(kuji.slug)).toMatchObject({
      soldUnopenedTickets: 0,
      ticketSummary: { remainingTickets: 5, totalTickets: 5 },
    });
    await aPaidOrder(w, [{ productId, quantity: 5 }]);
    await expectAuditToVerify(w, answer.data.id);
    const [second, one] = (await history(productId)).data;
    expect(second).toMatchObject({ setNumber: 2, state: 'sold_out', counts: { sold: 5 } });
    expect(one).toMatchObject({ id: first.id, setNumber: 1, counts: { total: 2, sold: 2 } });
    expect(one?.setCode).not.toBe(second?.setCode);
  });

  it('can be prepared, edited and then opened', async () => {
    const kuji = await aKuji(w, { tickets: 2 });
    const { productId } = kuji;
    await aPaidOrder(w, [{ productId, quantity: 2 }]);
    const prepared = await next(productId, { open: false });
    expect(prepared).toMatchObject({ status: 201, data: { state: 'draft', sealedAt: null } });
    expect(await onHandOf(w, productId)).toBe(0);
    expect(await next(productId, { open: false })).toMatchObject({
      status: 409,
      code: 'KUJI_SET_IN_PREPARATION',
    });
    // The page still shows the box before.
    expect(await showProduct(kuji.slug)).toMatchObject({ soldUnopenedTickets: 2 });
    const [a] = await prizesOf(w, prepared.data.id);
    const change = { initialQuantity: 7, remainingQuantity: 7 };
    await changePrize(w.app, { ...BY, productId, prizeId: a?.id ?? '', change });
    expect(await next(productId)).toMatchObject({
      status: 201,
      data: { id: prepared.data.id, state: 'open', counts: { total: 8 } },
    });
    expect(await onHandOf(w, productId)).toBe(8);
    await expectAuditToVerify(w, prepared.data.id);
  });

  it('of a product that is not active is prepared, and opened with it', async () => {
    const { productId } = await aKuji(w, { tickets: 2 });
    await close((await setOf(w, productId)).id);
    const status = (value: 'archived' | 'active') =>
      changeProduct(w.app, { ...BY, productId, changes: { status: value } });
    await status('archived');
    const { data } = await next(productId);
    expect(data.state).toBe('draft');
    expect(await next(productId)).toMatchObject({ code: 'KUJI_SET_IN_PREPARATION' });
    await status('active');
    expect(await setOf(w, productId)).toMatchObject({ id: data.id, state: 'open' });
    expect(await onHandOf(w, productId)).toBe(2);
  });

  it('is refused while the present one is on sale, and while it is empty', async () => {
    const { productId } = await aKuji(w, { tickets: 1, lastOne: false });
    expect(await next(productId)).toMatchObject({ status: 409, code: 'KUJI_SET_STILL_ON_SALE' });
    await close((await setOf(w, productId)).id);
    const { data } = await next(productId, { open: false });
    const [only] = await w.app.database.db
      .select()
      .from(kujiPrizes)
      .where(eq(kujiPrizes.setId, data.id));
    await removePrize(w.app, { ...BY, productId, prizeId: only?.id ?? '' });
    expect(await next(productId)).toMatchObject({ status: 409, code: 'KUJI_SET_EMPTY' });
    expect((await history(productId)).data.map(({ state }) => state)).toEqual(['draft', 'closed']);
  });

  it('of two calls at once, one opens it', async () => {
    const { productId } = await aKuji(w, { tickets: 2 });
    await close((await setOf(w, productId)).id);
    const answers = await Promise.all([1, 2, 3].map(() => next(productId)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect((await history(productId)).data).toHaveLength(2);
  });

  it('belongs to a kuji', async () => {
    const { productId } = await aProduct(w);
    for (const answer of [await next(productId), await history(productId)]) {
      expect(answer).toMatchObject({ status: 422, code: 'PRODUCT_IS_NOT_KUJI' });
    }
    for (const answer of [await next(newId()), await history(newId())]) {
      expect(answer).toMatchObject({ status: 404, code: 'KUJI_PRODUCT_NOT_FOUND' });
    }
    const kuji = await aKuji(w);
    expect(await next(kuji.productId, { open: 'yes' })).toMatchObject({ status: 400 });
    expect(await next(kuji.productId, { quantity: 3 })).toMatchObject({ status: 400 });
  });
});
