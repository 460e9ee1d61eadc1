import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem, validationFailed } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { KujiPrize } from '../../catalog/index.ts';
import type { NewPrize } from '../kuji.contract.ts';
import { kujiProblems } from '../kuji.problems.ts';
import { insertPrize, loadLastSortOrder } from '../queries/save-prizes.ts';
import { checkLastOne, checkQuantities, FROZEN_TEXT } from './check-prize.ts';
import { exchangePrizeImage } from './exchange-prize-image.ts';
import { lockBox } from './lock-box.ts';
import { presentPrize } from './present-prize.ts';
import { reviseBox } from './revise-box.ts';

export type AddPrizeRequest = {
  productId: string;
  prize: NewPrize;
  actor: string;
  requestId: string | null;
};

/**
 * Use case: puts a prize into the newest box of a kuji product. A box on sale in which nothing is held or sold is sealed
 * anew.
 *
 * @throws Problem PRIZE_CODE_TAKEN; VALIDATION_FAILED (more remaining than printed, a second Last One, a frozen box);
 *   KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI
 */
export function addPrize(app: App, request: AddPrizeRequest): Promise<KujiPrize> {
  const { productId, prize, actor, requestId } = request;
  return inTx(app, 'kuji.add-prize', async (tx, now) => {
    const box = await lockBox(tx, { productId, setId: null });
    if (box.isFrozen) throw validationFailed({ initialQuantity: [FROZEN_TEXT] });
    const remainingQuantity = prize.remainingQuantity ?? prize.initialQuantity;
    checkQuantities({ ...prize, remainingQuantity }, 'remainingQuantity');
    checkLastOne(prize);
    const row = await insertPrize(tx, {
      id: app.newId(),
      setId: box.set.id,
      prizeCode: prize.prizeCode,
      prizeTier: prize.prizeTier,
      name: prize.name,
      description: prize.description ?? null,
      imageUrl: prize.imageUrl ?? null,
      initialQuantity: prize.initialQuantity,
      sealedQuantity: remainingQuantity,
      sortOrder: prize.sortOrder ?? nextSortOrder(await loadLastSortOrder(tx, box.set.id)),
      createdAt: now,
    });
    // A box on sale has tickets already; one more prize cannot empty it.
    const whenEmpty = new Problem(kujiProblems.PRIZE_IS_THE_LAST);
    await reviseBox(tx, app, { box, whenEmpty, now, actor });
    const { id, ...added } = presentPrize(row);
    const images = { before: null, after: added.imageUrl };
    await exchangePrizeImage(tx, app, { productId, ...images, now });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'kuji_prize.added',
      targetType: 'kuji_prize',
      targetId: id,
      before: null,
      after: added,
      requestId,
    });
    return { id, ...added };
  });
}

function nextSortOrder(last: number | null): number {
  return last === null ? 0 : last + 1;
}
