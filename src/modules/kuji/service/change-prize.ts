import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem, validationFailed } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { KujiPrize } from '../../catalog/index.ts';
import type { PrizeChange } from '../kuji.contract.ts';
import { kujiProblems } from '../kuji.problems.ts';
import { loadPrize, updatePrize, type PrizeRow } from '../queries/save-prizes.ts';
import { checkLastOne, checkQuantities, FROZEN_TEXT } from './check-prize.ts';
import { exchangePrizeImage } from './exchange-prize-image.ts';
import { lockBox, requireKujiProduct, type Box } from './lock-box.ts';
import { presentPrize } from './present-prize.ts';
import { reviseBox } from './revise-box.ts';

export type ChangePrizeRequest = {
  productId: string;
  prizeId: string;
  change: PrizeChange;
  actor: string;
  requestId: string | null;
};

/** What the seal promises, or follows from. */
const FROZEN_FIELDS = ['prizeCode', 'prizeTier', 'initialQuantity', 'remainingQuantity'] as const;
type FrozenField = (typeof FROZEN_FIELDS)[number];

const EMPTY_TEXT = 'This box is on sale and would be empty.';

/**
 * Use case: changes a prize; what is left out stays. Quantities, codes and tiers only while nothing of the box is held or
 * sold, and a box on sale is then sealed anew.
 *
 * @throws Problem PRIZE_NOT_FOUND, PRIZE_CODE_TAKEN; VALIDATION_FAILED (a frozen field, more remaining than printed, a
 *   second Last One, an empty box); KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI
 */
export async function changePrize(app: App, request: ChangePrizeRequest): Promise<KujiPrize> {
  const { productId, prizeId, change, actor, requestId } = request;
  return inTx(app, 'kuji.change-prize', async (tx, now) => {
    const { box, row } = await lockBoxOfPrize(tx, productId, prizeId);
    const before = presentPrize(row);
    const next = applyChange(before, change);
    const resealing = refuseFrozen(box, before, next);
    checkLastOne(next);
    if (change.initialQuantity !== undefined || change.remainingQuantity !== undefined) {
      const isSent = change.remainingQuantity !== undefined;
      checkQuantities(next, isSent ? 'remainingQuantity' : 'initialQuantity');
    }
    const after = presentPrize(await updatePrize(tx, prizeId, toColumns(next, row)));
    const [field] = resealing;
    if (field !== undefined) {
      const whenEmpty = validationFailed({ [field]: [EMPTY_TEXT] });
      await reviseBox(tx, app, { box, whenEmpty, now, actor });
    }
    const images = { before: before.imageUrl, after: after.imageUrl };
    await exchangePrizeImage(tx, app, { productId, ...images, now });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'kuji_prize.changed',
      targetType: 'kuji_prize',
      targetId: prizeId,
      ...difference(before, after),
      requestId,
    });
    return after;
  });
}

/**
 * Step: finds a prize and locks its box, whichever of the product's it is in.
 * @throws Problem PRIZE_NOT_FOUND, KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI
 */
export async function lockBoxOfPrize(
  tx: Tx,
  productId: string,
  prizeId: string,
): Promise<{ box: Box; row: PrizeRow }> {
  await requireKujiProduct(tx, productId);
  const found = await loadPrize(tx, productId, prizeId);
  if (!found) throw new Problem(kujiProblems.PRIZE_NOT_FOUND);
  const box = await lockBox(tx, { productId, setId: found.setId });
  // Again, now that nobody else can change it.
  const row = await loadPrize(tx, productId, prizeId);
  if (!row) throw new Problem(kujiProblems.PRIZE_NOT_FOUND);
  return { box, row };
}

function applyChange(prize: KujiPrize, change: PrizeChange): KujiPrize {
  const sent = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...prize, ...Object.fromEntries(sent) };
}

/** Which fields change of those that a seal fixes. @throws Problem VALIDATION_FAILED naming them if they are fixed */
function refuseFrozen(box: Box, before: KujiPrize, next: KujiPrize): FrozenField[] {
  const changed = FROZEN_FIELDS.filter((field) => next[field] !== before[field]);
  if (box.isFrozen && changed.length > 0) {
    throw validationFailed(Object.fromEntries(changed.map((field) => [field, [FROZEN_TEXT]])));
  }
  return changed;
}

function toColumns(prize: KujiPrize, row: PrizeRow) {
  return {
    prizeCode: prize.prizeCode,
    prizeTier: prize.prizeTier,
    name: prize.name,
    description: prize.description,
    imageUrl: prize.imageUrl,
    initialQuantity: prize.initialQuantity,
    sealedQuantity: prize.remainingQuantity + row.revealedCount,
    sortOrder: prize.sortOrder,
  };
}

function difference(before: KujiPrize, after: KujiPrize) {
  const changed = (a: KujiPrize, b: KujiPrize) =>
    Object.fromEntries(
      Object.entries(a).filter(([key, value]) => b[key as keyof KujiPrize] !== value),
    );
  return { before: changed(before, after), after: changed(after, before) };
}
