import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aKuji, aPaidOrder, aProduct } from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { kujiNumbers, kujiPrizes } from '../../../db/schema/kuji.ts';
import { inventory } from '../../../db/schema/inventory.ts';
import { createProduct } from '../../catalog/index.ts';
import { addPrize, changePrize, newPrizeSchema, removePrize, sealAndOpenSet } from '../index.ts';
import { computeWithNode } from '../proof/compute-with-node.ts';
import { sealDeck } from '../proof/seal-deck.ts';
import { parseManifest } from '../service/show-set.ts';
import { expectAuditToVerify, prizesOf, sealsOf, setOf } from './look-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const BY = { actor: 'test', requestId: null };
const prize = (code: string, quantity: number) =>
  newPrizeSchema.parse({
    prizeCode: code,
    prizeTier: code.slice(0, 1),
    name: `Prize ${code}`,
    initialQuantity: quantity,
  });

async function numbersOf(setId: string) {
  const rows = await w.app.database.db
    .select({ number: kujiNumbers.number, code: kujiPrizes.prizeCode })
    .from(kujiNumbers)
    .innerJoin(kujiPrizes, eq(kujiPrizes.id, kujiNumbers.prizeId))
    .where(eq(kujiNumbers.setId, setId))
    .orderBy(asc(kujiNumbers.number));
  return rows.map(({ code }) => code);
}

async function onHandOf(productId: string): Promise<number | undefined> {
  const [stock] = await w.app.database.db
    .select({ onHand: inventory.onHand })
    .from(inventory)
    .where(eq(inventory.productId, productId));
  return stock?.onHand;
}

async function anEmptyKuji(status: 'draft' | 'active'): Promise<string> {
  const { id } = await createProduct(w.app, {
    ...BY,
    name: 'Empty kuji',
    productType: 'kuji',
    status,
    priceCents: 900,
    collectionIds: [],
  });
  return id;
}

describe('sealing', () => {
  it('stores the manifest as hashed, and a deck that follows from the seed', async () => {
    const kuji = await aKuji(w, { tickets: 40 });
    const set = await setOf(w, kuji.productId);
    const [seal] = await sealsOf(w, set.id);
    if (!seal) throw new Error('The set was not sealed.');
    const manifest = parseManifest(seal.manifest);
    expect(manifest).toMatchObject({
      setId: set.id,
      productId: kuji.productId,
      tickets: 40,
      lastOne: 'LO',
      ticketPriceCents: kuji.priceCents,
    });
    const again = computeWithNode(sealDeck(manifest, new Uint8Array(seal.seed)));
    expect(again).toMatchObject({
      manifestHash: seal.manifestHash,
      commitment: seal.commitment,
      root: seal.root,
    });
    expect(await numbersOf(set.id)).toEqual(again.deck);
    expect(set).toMatchObject({ state: 'open', tickets: 40, logLength: 0 });
    expect(await onHandOf(kuji.productId)).toBe(40);
    await expectAuditToVerify(w, set.id);
  });

  it('leaves a kuji without tickets in preparation, and opens its box with the first one', async () => {
    const productId = await anEmptyKuji('active');
    expect((await setOf(w, productId)).state).toBe('draft');
    await addPrize(w.app, { ...BY, productId, prize: prize('A', 2) });
    const set = await setOf(w, productId);
    expect(set).toMatchObject({ state: 'open', tickets: 2 });
    await expectAuditToVerify(w, set.id);
  });

  it('counts the prizes of a first box as stock while its product is a draft', async () => {
    const productId = await anEmptyKuji('draft');
    await addPrize(w.app, { ...BY, productId, prize: prize('A', 2) });
    const { id } = await addPrize(w.app, { ...BY, productId, prize: prize('B', 5) });
    expect(await onHandOf(productId)).toBe(7);
    await changePrize(w.app, { ...BY, productId, prizeId: id, change: { remainingQuantity: 3 } });
    expect(await onHandOf(productId)).toBe(5);
    await removePrize(w.app, { ...BY, productId, prizeId: id });
    expect(await onHandOf(productId)).toBe(2);
    expect((await setOf(w, productId)).state).toBe('draft');
  });

  it('does nothing for a standard product, nor for a box that is open', async () => {
    const { productId } = await aProduct(w);
    const kuji = await aKuji(w);
    const before = await setOf(w, kuji.productId);
    for (const id of [productId, kuji.productId]) {
      const isSealed = await inTx(w.app, 'test.seal', (tx, now) =>
        sealAndOpenSet(tx, w.app, { productId: id, now, actor: 'test' }),
      );
      expect(isSealed).toBe(false);
    }
    expect(await setOf(w, kuji.productId)).toEqual(before);
  });
});

describe('editing a box on sale in which nothing is held or sold', () => {
  it('makes a new seal and publishes the seed of the old one', async () => {
    const kuji = await aKuji(w, { tickets: 10 });
    const { productId } = kuji;
    const set = await setOf(w, productId);
    await addPrize(w.app, { ...BY, productId, prize: prize('B', 4) });
    const [a] = await prizesOf(w, set.id);
    if (!a) throw new Error('The set has no prizes.');
    await changePrize(w.app, {
      ...BY,
      productId,
      prizeId: a.id,
      change: { initialQuantity: 3, remainingQuantity: 3 },
    });
    await removePrize(w.app, {
      ...BY,
      productId,
      prizeId: (await prizesOf(w, set.id)).find(({ prizeCode }) => prizeCode === 'D')?.id ?? '',
    });

    expect(await setOf(w, productId)).toMatchObject({ id: set.id, state: 'open', tickets: 7 });
    expect(await onHandOf(productId)).toBe(7);
    const seals = await sealsOf(w, set.id);
    expect(seals.map(({ state }) => state)).toEqual(['aborted', 'aborted', 'aborted', 'current']);
    expect((await numbersOf(set.id)).toSorted()).toEqual(['A', 'A', 'A', 'B', 'B', 'B', 'B']);

    const answer = await w.http.get(`/api/v1/kuji/sets/${set.id}`);
    const { data } = answer.body as { data: { abortedSeals: { seed: string; root: string }[] } };
    expect(data.abortedSeals.map(({ seed }) => seed)).toEqual(
      seals.slice(0, 3).map(({ seed }) => seed.toString('hex')),
    );
    expect(JSON.stringify(data)).not.toContain(seals[3]?.seed.toString('hex'));
    await expectAuditToVerify(w, set.id);
    // And it sells.
    await aPaidOrder(w, [{ productId, quantity: 7 }]);
    await expectAuditToVerify(w, set.id);
  });

  it('keeps the seal when only names, texts, pictures or the order change', async () => {
    const kuji = await aKuji(w);
    const set = await setOf(w, kuji.productId);
    const [a] = await prizesOf(w, set.id);
    const changed = await changePrize(w.app, {
      ...BY,
      productId: kuji.productId,
      prizeId: a?.id ?? '',
      change: { name: 'Renamed', description: 'New', sortOrder: 9, initialQuantity: 1 },
    });
    expect(changed).toMatchObject({ name: 'Renamed', description: 'New', sortOrder: 9 });
    expect(await sealsOf(w, set.id)).toHaveLength(1);
  });
});
