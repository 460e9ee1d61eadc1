import { afterAll, beforeAll, expect, it } from 'vitest';
import { aKuji, checkout, checkoutBody } from '../../../../testing/factories.ts';
import { untilBlocked } from '../../../../testing/until-blocked.ts';
import { world, type World } from '../../../../testing/world.ts';
import { changePrize } from '../index.ts';
import { expectAuditToVerify, prizesOf, sealsOf, setOf } from './look-at-set.ts';
import { stopAtSet } from './stop-at-set.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 8 });
});
afterAll(() => w.close());

async function aBox() {
  const kuji = await aKuji(w, { tickets: 5 });
  const set = await setOf(w, kuji.productId);
  const prize = (await prizesOf(w, set.id)).find(({ prizeCode }) => prizeCode === 'D');
  if (!prize) throw new Error('The box has no D.');
  const edit = () =>
    changePrize(w.app, {
      productId: kuji.productId,
      prizeId: prize.id,
      change: { remainingQuantity: 2 },
      actor: 'test',
      requestId: null,
    });
  const buy = (quantity: number) =>
    checkout(w, checkoutBody([{ productId: kuji.productId, quantity }]));
  return { set, edit, buy };
}

// An edit that meets a checkout waits for it. Catches a freeze check that reads the held tickets before the lock, or without the stock row's.
it('H14 a box in use cannot be edited', async () => {
  const { set, edit, buy } = await aBox();
  const letGo = await stopAtSet(w, set.id);
  const bought = buy(5);
  await untilBlocked(w, 1);
  const edited = edit().then(
    () => 'edited',
    (error: unknown) => error,
  );
  await untilBlocked(w, 2);
  await letGo();
  expect((await bought).status).toBe(201);
  expect(await edited).toMatchObject({
    code: 'VALIDATION_FAILED',
    details: { fields: { remainingQuantity: [expect.any(String)] } },
  });
  expect(await sealsOf(w, set.id)).toHaveLength(1);
});

// Catches a checkout that sells from the box as it was before the edit.
it('H14 a checkout that meets an edit waits for it and finds the new box', async () => {
  const { set, edit, buy } = await aBox();
  const letGo = await stopAtSet(w, set.id);
  const edited = edit();
  await untilBlocked(w, 1);
  const tooMany = buy(5);
  await untilBlocked(w, 2);
  await letGo();
  expect(await edited).toMatchObject({ remainingQuantity: 2 });
  expect((await tooMany).status).toBe(409);
  expect((await buy(3)).status).toBe(201);
  expect(await sealsOf(w, set.id)).toHaveLength(2);
  await expectAuditToVerify(w, set.id);
});
