import type { App } from '../../../kernel/app.ts';
import { recordAudit } from '../../audit/index.ts';
import { awaitClaim, storeImages } from '../../media/index.ts';
import { prizeImageFolder } from './exchange-prize-image.ts';
import { requireKujiProduct } from './lock-box.ts';

/**
 * Use case: stores a picture that a prize of this product may show. It is nobody's until it is saved on one.
 * @throws Problem KUJI_PRODUCT_NOT_FOUND, PRODUCT_IS_NOT_KUJI, and those of `storeImages`
 */
export async function uploadPrizeImage(
  app: App,
  request: { productId: string; files: readonly Buffer[]; actor: string; requestId: string | null },
): Promise<{ imageUrl: string }> {
  const { productId, files, actor, requestId } = request;
  await requireKujiProduct(app.database.db, productId);
  const upload = { folder: prizeImageFolder(productId), files };
  return storeImages(app, upload, async (tx, now, [key]) => {
    if (key === undefined) throw new Error('A prize image was stored without a file.');
    await awaitClaim(tx, { key, now });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'kuji_prize_image.uploaded',
      targetType: 'product',
      targetId: productId,
      before: null,
      after: { storageKey: key },
      requestId,
    });
    return { imageUrl: app.storage.publicUrl(key) };
  });
}
