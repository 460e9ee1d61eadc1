import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  aKuji,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type TestKuji,
} from '../../../../testing/factories.ts';
import { viewStorage } from '../../../../testing/storage-in-step.ts';
import { world, type World } from '../../../../testing/world.ts';
import { auditEntries } from '../../../db/schema/audit.ts';
import { newId } from '../../../kernel/ids.ts';
import { Problem } from '../../../kernel/problems.ts';
import {
  addPrize,
  changePrize,
  closeSet,
  listPrizes,
  newPrizeSchema,
  prizeChangeSchema,
  removePrize,
  type PrizeChange,
} from '../index.ts';
import { prizesOf, sealsOf, setOf } from './look-at-set.ts';

let w: World;
let kuji: TestKuji;
beforeAll(async () => {
  w = await world();
});
beforeEach(async () => {
  kuji = await aKuji(w, { tickets: 4 });
});
afterAll(() => w.close());

const BY = { actor: 'test', requestId: null };
const aPrize = (values: Record<string, unknown> = {}) =>
  newPrizeSchema.parse({
    prizeCode: 'B',
    prizeTier: 'B',
    name: 'Tote bag',
    initialQuantity: 2,
    ...values,
  });
const add = (values: Record<string, unknown> = {}) =>
  addPrize(w.app, { ...BY, productId: kuji.productId, prize: aPrize(values) });
const change = async (code: string, values: PrizeChange) => {
  const prizeId = await idOf(code);
  return changePrize(w.app, { ...BY, productId: kuji.productId, prizeId, change: values });
};
const remove = async (code: string) =>
  removePrize(w.app, { ...BY, productId: kuji.productId, prizeId: await idOf(code) });

async function idOf(code: string): Promise<string> {
  const set = await setOf(w, kuji.productId);
  const prize = (await prizesOf(w, set.id)).find(({ prizeCode }) => prizeCode === code);
  if (!prize) throw new Error(`There is no prize ${code}.`);
  return prize.id;
}

async function problemOf(refused: Promise<unknown>): Promise<Problem> {
  const error: unknown = await refused.then(
    () => new Error('It was not refused.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Problem)) throw error;
  return error;
}

/** The fields of a 400, which is what the dashboard marks red. */
async function fieldsOf(refused: Promise<unknown>): Promise<string[]> {
  const problem = await problemOf(refused);
  expect(problem.code).toBe('VALIDATION_FAILED');
  return Object.keys(problem.details.fields as object);
}

describe('the values of a prize', () => {
  it('are trimmed and upper-cased where they are codes', () => {
    expect(aPrize({ prizeCode: ' a1 ', prizeTier: ' lo ', name: ' Cup ' })).toMatchObject({
      prizeCode: 'A1',
      prizeTier: 'LO',
      name: 'Cup',
    });
  });

  it.each([
    ['prizeCode', '  '],
    ['prizeTier', 'AA'],
    ['prizeTier', ''],
    ['prizeTier', undefined],
    ['name', ' '],
    ['imageUrl', 'picture.png'],
    ['initialQuantity', -1],
    ['initialQuantity', 1.5],
    ['initialQuantity', '3'],
    ['remainingQuantity', null],
    ['sortOrder', -1],
  ])('refuse %s = %j', (field, value) => {
    const parsed = newPrizeSchema.safeParse({
      prizeCode: 'B',
      prizeTier: 'B',
      name: 'Tote bag',
      initialQuantity: 2,
      [field]: value,
    });
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });

  it('need not be sent again to change one of them', () => {
    expect(prizeChangeSchema.parse({ sortOrder: 3 })).toEqual({ sortOrder: 3 });
  });
});

describe('adding', () => {
  it('takes what is printed as what remains, and goes to the end', async () => {
    expect(await add()).toMatchObject({ remainingQuantity: 2, sortOrder: 3, description: null });
  });

  it('allows several prizes in a tier, and refuses only a code that is taken with 409', async () => {
    await add({ prizeCode: 'A1', prizeTier: 'A' });
    await add({ prizeCode: 'A2', prizeTier: 'A' });
    const taken = await problemOf(add({ prizeCode: 'a2', prizeTier: 'C' }));
    expect(taken).toMatchObject({ code: 'PRIZE_CODE_TAKEN', status: 409 });
    const second = { prizeCode: 'LO2', prizeTier: 'LO', initialQuantity: 1 };
    expect(await fieldsOf(add(second))).toEqual(['prizeTier']);
    expect(await fieldsOf(add({ ...second, initialQuantity: 2 }))).toEqual(['initialQuantity']);
    expect(await fieldsOf(add({ prizeCode: 'C', remainingQuantity: 3 }))).toEqual([
      'remainingQuantity',
    ]);
  });

  it('is for kuji products that exist', async () => {
    const { productId } = await aProduct(w);
    const other = (id: string) => addPrize(w.app, { ...BY, productId: id, prize: aPrize() });
    expect(await problemOf(other(productId))).toMatchObject({ status: 422 });
    expect(await problemOf(other(newId()))).toMatchObject({ status: 404 });
    expect(await problemOf(listPrizes(w.app, { productId }))).toMatchObject({ status: 422 });
  });

  it('refuses more tickets than a ticket number has digits for', async () => {
    expect(await fieldsOf(add({ initialQuantity: 9_996 }))).toEqual(['initialQuantity']);
  });
});

describe('changing', () => {
  it('compares what remains with what is printed, whichever of the two is sent', async () => {
    expect(await fieldsOf(change('D', { remainingQuantity: 4 }))).toEqual(['remainingQuantity']);
    expect(await fieldsOf(change('D', { initialQuantity: 2 }))).toEqual(['initialQuantity']);
    expect(await change('D', { initialQuantity: 9 })).toMatchObject({ remainingQuantity: 3 });
  });

  it('keeps the tier when the code changes, and refuses a code that is taken', async () => {
    expect(await change('D', { prizeCode: 'E' })).toMatchObject({ prizeCode: 'E', prizeTier: 'D' });
    expect(await problemOf(change('E', { prizeCode: 'A' }))).toMatchObject({ status: 409 });
  });

  it('never empties a box on sale', async () => {
    await change('A', { remainingQuantity: 0 });
    expect(await fieldsOf(change('D', { remainingQuantity: 0 }))).toEqual(['remainingQuantity']);
    expect(await problemOf(remove('D'))).toMatchObject({ code: 'PRIZE_IS_THE_LAST' });
  });

  it('is for prizes of this product', async () => {
    const other = await aKuji(w);
    const prizeId = await idOf('A');
    const request = { ...BY, productId: other.productId, prizeId };
    expect(await problemOf(changePrize(w.app, { ...request, change: {} }))).toMatchObject({
      code: 'PRIZE_NOT_FOUND',
    });
    expect(await problemOf(removePrize(w.app, request))).toMatchObject({ status: 404 });
  });

  it('is written into the audit with both values', async () => {
    const prizeId = await idOf('D');
    await change('D', { name: 'Large sticker' });
    const entries = await w.app.database.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.targetId, prizeId));
    expect(entries.at(-1)).toMatchObject({
      action: 'kuji_prize.changed',
      before: { name: kuji.prizeNames[1] },
      after: { name: 'Large sticker' },
    });
  });
});

describe('a picture that no prize shows any more', () => {
  it('is deleted from our folder of this product, and nothing else is', async () => {
    const key = (name: string) => `products/${kuji.productId}/kuji-prizes/${name}.webp`;
    const upload = async (name: string) => {
      await w.app.storage.upload(key(name), Buffer.from(name), 'image/webp', { cacheSeconds: 60 });
      return w.app.storage.publicUrl(key(name));
    };
    const [kept, cleared] = [await upload('kept'), await upload('cleared')];
    await change('A', { imageUrl: cleared });
    await change('D', { imageUrl: kept });
    await add({ imageUrl: kept });
    await change('A', { imageUrl: 'https://elsewhere.example/picture.webp' });
    await change('D', { imageUrl: null });
    await w.drain();
    expect(await w.app.storage.list(`products/${kuji.productId}/kuji-prizes`)).toEqual([
      key('kept'),
    ]);

    // What storage says about it does not undo the edit.
    w.sandbox.fault({ match: 'DELETE /storage/v1/object/*', kind: 'error_500' });
    expect(await remove('B')).toMatchObject({ deleted: true });
    await w.drain();
    expect(w.logLines.join('')).toContain('job failed');
    expect((await viewStorage(w)).listed).toEqual([key('kept')]);
  });
});

describe('a box in use', () => {
  const frozen = async () => {
    expect(await fieldsOf(add())).toEqual(['initialQuantity']);
    expect(
      await fieldsOf(
        change('D', {
          prizeCode: 'X',
          prizeTier: 'X',
          initialQuantity: 9,
          remainingQuantity: 1,
          name: 'Other',
        }),
      ),
    ).toEqual(['prizeCode', 'prizeTier', 'initialQuantity', 'remainingQuantity']);
    expect(await problemOf(remove('D'))).toMatchObject({ code: 'PRIZE_IN_USE', status: 409 });
    // What is not promised may change, and sending a fixed value unchanged is no change.
    expect(await change('D', { name: 'Other', prizeCode: 'D' })).toMatchObject({ name: 'Other' });
    expect(await sealsOf(w, (await setOf(w, kuji.productId)).id)).toHaveLength(1);
  };

  it('H14 cannot be edited while a ticket is held', async () => {
    await anOpenCheckout(w, [{ productId: kuji.productId, quantity: 1 }]);
    await frozen();
  });

  it('H14 cannot be edited once a ticket is sold', async () => {
    await aPaidOrder(w, [{ productId: kuji.productId, quantity: 1 }]);
    await frozen();
    // No list tells what was drawn: quantities count opened tickets only.
    expect(await listPrizes(w.app, { productId: kuji.productId })).toMatchObject([
      { prizeCode: 'A', remainingQuantity: 1 },
      { prizeCode: 'D', remainingQuantity: 3 },
      { prizeCode: 'LO', remainingQuantity: 1 },
    ]);
  });

  it('H14 cannot be edited after it is sold out', async () => {
    await aPaidOrder(w, [{ productId: kuji.productId, quantity: 4 }]);
    await frozen();
  });

  it('H14 cannot be edited after it was ended early', async () => {
    await aPaidOrder(w, [{ productId: kuji.productId, quantity: 1 }]);
    const { id: setId } = await setOf(w, kuji.productId);
    await closeSet(w.app, { ...BY, setId, reason: 'damaged' });
    await frozen();
  });
});
