import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { HttpMethod } from '../../../http/route.ts';
import { newId } from '../../../kernel/ids.ts';
import { createProduct, type KujiPrize } from '../../catalog/index.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const call = <T = KujiPrize>(method: HttpMethod, path: string, body?: object) =>
  callAs<T>(w, admin, [method, `/admin/products/${path}`], body);

async function aDraft(): Promise<string> {
  const { id } = await createProduct(w.app, {
    actor: 'test',
    requestId: null,
    name: 'Kuji in preparation',
    productType: 'kuji',
    status: 'draft',
    priceCents: 1_000,
    collectionIds: [],
  });
  return id;
}

/** As the form sends it. */
const form = (overrides: object = {}) => ({
  prizeCode: 'A',
  prizeTier: 'A',
  name: 'Plush',
  description: null,
  imageUrl: null,
  initialQuantity: 2,
  remainingQuantity: 2,
  sortOrder: 0,
  ...overrides,
});

async function add(productId: string, overrides: object = {}): Promise<KujiPrize> {
  const answer = await call('post', `${productId}/kuji-prizes`, form(overrides));
  expect(answer.status, JSON.stringify(answer)).toBe(201);
  return answer.data;
}
const list = async (productId: string) =>
  (await call<KujiPrize[]>('get', `${productId}/kuji-prizes`)).data;
const patch = (productId: string, prizeId: string, body: object) =>
  call('patch', `${productId}/kuji-prizes/${prizeId}`, body);
const remove = (productId: string, prizeId: string) =>
  call<{ id: string; deleted: boolean }>('delete', `${productId}/kuji-prizes/${prizeId}`);

async function prizeOf(productId: string, code: string): Promise<KujiPrize> {
  const prize = (await list(productId)).find(({ prizeCode }) => prizeCode === code);
  if (!prize) throw new Error(`There is no prize ${code}.`);
  return prize;
}

refusesStrangers(
  () => w,
  [
    ['get', `/admin/products/${newId()}/kuji-prizes`],
    ['post', `/admin/products/${newId()}/kuji-prizes`],
    ['patch', `/admin/products/${newId()}/kuji-prizes/${newId()}`],
    ['delete', `/admin/products/${newId()}/kuji-prizes/${newId()}`],
  ],
);

describe('a prize', () => {
  it('is added with code and tier in capitals, listed bare, and recorded', async () => {
    const productId = await aDraft();
    const prize = await add(productId, { prizeCode: ' a1 ', prizeTier: 'a', sortOrder: 3 });
    expect(prize).toEqual({
      id: prize.id,
      prizeCode: 'A1',
      prizeTier: 'A',
      name: 'Plush',
      description: null,
      imageUrl: null,
      initialQuantity: 2,
      remainingQuantity: 2,
      sortOrder: 3,
    });
    const last = await add(productId, {
      prizeCode: 'LO',
      prizeTier: 'lo',
      initialQuantity: 1,
      remainingQuantity: undefined,
      sortOrder: undefined,
    });
    expect(last).toMatchObject({ prizeTier: 'LO', remainingQuantity: 1, sortOrder: 4 });
    expect(await list(productId)).toEqual([prize, last]);
    const { rows } = await w.app.database.db.execute(sql`
      SELECT actor, action FROM popbox.audit_entries WHERE target_id = ${prize.id}`);
    expect(rows).toEqual([{ actor: `admin:${admin.userId}`, action: 'kuji_prize.added' }]);
    const stock = await w.app.database.db.execute(sql`
      SELECT m.on_hand_delta AS delta, m.actor FROM popbox.inventory_movements m
      JOIN popbox.inventory i ON i.id = m.inventory_id WHERE i.product_id = ${productId}::uuid`);
    expect(stock.rows).toEqual([{ delta: 2, actor: `admin:${admin.userId}` }]);
  });

  it('is changed field by field; the code alone keeps the tier', async () => {
    const productId = await aDraft();
    const { id } = await add(productId);
    expect((await patch(productId, id, { prizeCode: 'b9' })).data).toMatchObject({
      prizeCode: 'B9',
      prizeTier: 'A',
    });
    const edited = await patch(productId, id, { initialQuantity: 5 });
    expect(edited).toMatchObject({
      status: 200,
      data: { initialQuantity: 5, remainingQuantity: 2 },
    });
    expect((await patch(productId, id, { remainingQuantity: 4 })).data.remainingQuantity).toBe(4);
    expect((await patch(productId, id, { sortOrder: 9, name: 'Big' })).data).toMatchObject({
      sortOrder: 9,
      name: 'Big',
    });
  });

  it('is removed, and an unknown one is 404', async () => {
    const productId = await aDraft();
    const { id } = await add(productId);
    expect(await remove(productId, id)).toMatchObject({ status: 200, data: { id, deleted: true } });
    for (const answer of [await remove(productId, id), await patch(productId, id, { name: 'X' })]) {
      expect(answer).toMatchObject({ status: 404, code: 'PRIZE_NOT_FOUND' });
    }
    expect(await list(productId)).toEqual([]);
  });

  it('belongs to a kuji product that exists', async () => {
    const { productId } = await aProduct(w);
    const answers = (id: string) =>
      Promise.all([
        call('get', `${id}/kuji-prizes`),
        call('post', `${id}/kuji-prizes`, form()),
        patch(id, newId(), { name: 'X' }),
        remove(id, newId()),
      ]);
    for (const answer of await answers(productId)) {
      expect(answer).toMatchObject({ status: 422, code: 'PRODUCT_IS_NOT_KUJI' });
    }
    for (const answer of await answers(newId())) {
      expect(answer).toMatchObject({ status: 404, code: 'KUJI_PRODUCT_NOT_FOUND' });
    }
  });
});

describe('5 a refusal of a prize', () => {
  it('is 409 for a duplicate code', async () => {
    const productId = await aDraft();
    await add(productId);
    const other = await add(productId, { prizeCode: 'B', prizeTier: 'B' });
    const refusal = { status: 409, code: 'PRIZE_CODE_TAKEN' };
    expect(await call('post', `${productId}/kuji-prizes`, form({ prizeCode: 'a' }))).toMatchObject(
      refusal,
    );
    expect(await patch(productId, other.id, { prizeCode: 'A' })).toMatchObject(refusal);
  });

  it.each<[object, string]>([
    [{ remainingQuantity: 3 }, 'remainingQuantity'],
    [{ initialQuantity: null }, 'initialQuantity'],
    [{ initialQuantity: '' }, 'initialQuantity'],
    [{ initialQuantity: -1 }, 'initialQuantity'],
    [{ initialQuantity: 1.5 }, 'initialQuantity'],
    [{ prizeTier: 'AA' }, 'prizeTier'],
    [{ prizeTier: null }, 'prizeTier'],
    [{ prizeCode: ' ' }, 'prizeCode'],
    [{ prizeCode: 'x'.repeat(65) }, 'prizeCode'],
    [{ name: '' }, 'name'],
    [{ imageUrl: 'javascript:alert(1)' }, 'imageUrl'],
    [{ imageUrl: 'not a url' }, 'imageUrl'],
    [{ sortOrder: -1 }, 'sortOrder'],
  ])('is 400 with its field for %j, and never 409', async (wrong, field) => {
    const productId = await aDraft();
    const { id } = await add(productId);
    const before = await list(productId);
    const answers = [
      await call('post', `${productId}/kuji-prizes`, form({ prizeCode: 'Z', ...wrong })),
      await patch(productId, id, wrong),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      expect(Object.keys(answer.fields)).toEqual([field]);
    }
    expect(await list(productId)).toEqual(before);
  });

  it('is 400 for a second Last One', async () => {
    const productId = await aDraft();
    const last = form({
      prizeCode: 'LO',
      prizeTier: 'LO',
      initialQuantity: 1,
      remainingQuantity: 1,
    });
    await add(productId, last);
    const second = await call('post', `${productId}/kuji-prizes`, { ...last, prizeCode: 'LO2' });
    expect(second).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(Object.keys(second.fields)).toEqual(['prizeTier']);
  });

  it('is 400 with the field once a ticket is held; names, texts and order may still change', async () => {
    const { productId } = await aKuji(w, { tickets: 4 });
    await anOpenCheckout(w, [{ productId, quantity: 1 }]);
    const prize = await prizeOf(productId, 'D');
    const frozen = {
      initialQuantity: 9,
      remainingQuantity: 1,
      prizeCode: 'Q',
      prizeTier: 'Q',
    };
    for (const [field, value] of Object.entries(frozen)) {
      const answer = await patch(productId, prize.id, { [field]: value });
      expect(answer).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
      expect(Object.keys(answer.fields)).toEqual([field]);
    }
    const added = await call('post', `${productId}/kuji-prizes`, form({ prizeCode: 'NEW' }));
    expect(added).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
    expect(await remove(productId, prize.id)).toMatchObject({ status: 409, code: 'PRIZE_IN_USE' });
    const texts = { name: 'New name', description: 'New text', sortOrder: 7 };
    expect(await patch(productId, prize.id, { ...prize, ...texts })).toMatchObject({
      status: 200,
      data: texts,
    });
  });

  it('is 409 where a box on sale would be empty without the prize', async () => {
    const { productId } = await aKuji(w, { tickets: 1, lastOne: false });
    const { id } = await prizeOf(productId, 'A');
    expect(await remove(productId, id)).toMatchObject({ status: 409, code: 'PRIZE_IS_THE_LAST' });
    const emptied = await patch(productId, id, { initialQuantity: 0, remainingQuantity: 0 });
    expect(emptied).toMatchObject({ status: 400, code: 'VALIDATION_FAILED' });
  });
});
