import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { condemnObjects } from '../../media/index.ts';
import { imageProblems } from '../catalog.images-problems.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { deleteImageRow } from '../queries/save-images.ts';
import { lockProduct } from '../queries/save-product.ts';

export type DeleteImageRequest = {
  productId: string;
  imageId: string;
  actor: string;
  requestId: string | null;
};

/**
 * Takes a picture off a product; a job deletes the stored object afterwards.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_IMAGE_NOT_FOUND
 */
export async function deleteImage(
  app: App,
  request: DeleteImageRequest,
): Promise<{ id: string; deleted: true }> {
  const { productId, imageId, actor, requestId } = request;
  await inTx(app, 'catalog.delete-image', async (tx, now) => {
    if ((await lockProduct(tx, productId)) === null) {
      throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
    }
    const image = await deleteImageRow(tx, productId, imageId);
    if (image === null) throw new Problem(imageProblems.PRODUCT_IMAGE_NOT_FOUND);
    await condemnObjects(tx, app, { keys: [image.storageKey], now });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'product_image.removed',
      targetType: 'product',
      targetId: productId,
      before: image,
      after: null,
      requestId,
    });
  });
  return { id: imageId, deleted: true };
}
