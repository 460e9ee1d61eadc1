import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { ProductImage } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { insertImageAtEnd, lockProduct } from '../queries/save-product.ts';
import { presentImage } from './present-card.ts';

export type AddProductImageRequest = {
  actor: string;
  requestId: string | null;
  productId: string;
  /** Of an object that is already in the storage. */
  storageKey: string;
  altText: string | null;
};

/**
 * Records a stored image behind the product's other images.
 * @throws Problem PRODUCT_NOT_FOUND
 */
export async function addProductImage(
  app: App,
  request: AddProductImageRequest,
): Promise<ProductImage> {
  const { productId, storageKey, altText } = request;
  const image = await inTx(app, 'addProductImage', async (tx) => {
    if ((await lockProduct(tx, productId)) === null) {
      throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
    }
    const id = app.newId();
    const sortOrder = await insertImageAtEnd(tx, { id, productId, storageKey, altText });
    await recordAudit(tx, {
      id: app.newId(),
      actor: request.actor,
      action: 'product_image.added',
      targetType: 'product',
      targetId: productId,
      before: null,
      after: { imageId: id, storageKey, altText, sortOrder },
      requestId: request.requestId,
    });
    return { id, storageKey, altText, sortOrder };
  });
  return presentImage(image, app.storage);
}
