import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { ProductImage } from '../catalog.contract.ts';
import { imageProblems } from '../catalog.images-problems.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { loadImages, saveImageOrder } from '../queries/save-images.ts';
import { lockProduct } from '../queries/save-product.ts';
import { presentImage } from './present-card.ts';

export type ReorderImagesRequest = {
  productId: string;
  /** In the new order; of an id that comes twice the first place counts. */
  imageIds: readonly string[];
  actor: string;
  requestId: string | null;
};

/**
 * Gives the listed pictures the places 1, 2, 3 …; others keep theirs. Answers all of the product's, in order.
 * @throws Problem PRODUCT_NOT_FOUND, PRODUCT_IMAGE_NOT_FOUND (one of the ids is not this product's; nothing changes)
 */
export async function reorderImages(
  app: App,
  request: ReorderImagesRequest,
): Promise<ProductImage[]> {
  const { productId, actor, requestId } = request;
  const imageIds = [...new Set(request.imageIds)];
  const images = await inTx(app, 'catalog.reorder-images', async (tx) => {
    if ((await lockProduct(tx, productId)) === null) {
      throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
    }
    const before = await loadImages(tx, productId);
    const known = new Set(before.map((image) => image.id));
    if (!imageIds.every((id) => known.has(id))) {
      throw new Problem(imageProblems.PRODUCT_IMAGE_NOT_FOUND);
    }
    await saveImageOrder(tx, productId, imageIds);
    const after = await loadImages(tx, productId);
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'product_image.reordered',
      targetType: 'product',
      targetId: productId,
      before: { imageIds: before.map((image) => image.id) },
      after: { imageIds: after.map((image) => image.id) },
      requestId,
    });
    return after;
  });
  return images.map((image) => presentImage(image, app.storage));
}
