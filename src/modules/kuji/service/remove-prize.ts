import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { kujiProblems } from '../kuji.problems.ts';
import { deletePrize } from '../queries/save-prizes.ts';
import { deleteNumbers } from '../queries/write-seal.ts';
import { lockBoxOfPrize } from './change-prize.ts';
import { exchangePrizeImage } from './exchange-prize-image.ts';
import { presentPrize } from './present-prize.ts';
import { reviseBox } from './revise-box.ts';

/**
 * Use case: takes a prize out of a box in which nothing is held or sold.
 * @throws Problem PRIZE_NOT_FOUND, PRIZE_IN_USE, PRIZE_IS_THE_LAST, KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI
 */
export async function removePrize(
  app: App,
  request: { productId: string; prizeId: string; actor: string; requestId: string | null },
): Promise<{ id: string; deleted: true }> {
  const { productId, prizeId, actor, requestId } = request;
  await inTx(app, 'kuji.remove-prize', async (tx, now) => {
    const { box, row } = await lockBoxOfPrize(tx, productId, prizeId);
    if (box.isFrozen) throw new Problem(kujiProblems.PRIZE_IN_USE);
    // The old deck refers to the prize; the new one is written with the new seal.
    await deleteNumbers(tx, box.set.id);
    await deletePrize(tx, prizeId);
    const whenEmpty = new Problem(kujiProblems.PRIZE_IS_THE_LAST);
    await reviseBox(tx, app, { box, whenEmpty, now, actor });
    const { id, ...before } = presentPrize(row);
    const images = { before: before.imageUrl, after: null };
    await exchangePrizeImage(tx, app, { productId, ...images, now });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'kuji_prize.removed',
      targetType: 'kuji_prize',
      targetId: id,
      before,
      after: null,
      requestId,
    });
  });
  return { id: prizeId, deleted: true };
}
