import type { App } from '../../../kernel/app.ts';
import { Problem, validationFailed } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { storeImages } from '../../media/index.ts';
import type { ProductImage } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { hasProduct } from '../queries/save-images.ts';
import { insertImageAtEnd, lockProduct } from '../queries/save-product.ts';
import { presentImage } from './present-card.ts';

export type UploadProductImagesRequest = {
  productId: string;
  files: readonly Buffer[];
  /** One per file, or none at all. */
  altTexts: readonly (string | null)[] | null;
  actor: string;
  requestId: string | null;
};

/**
 * Stores pictures and puts them behind the product's others, in the order of the files. Answers the new ones.
 * @throws Problem PRODUCT_NOT_FOUND, VALIDATION_FAILED (not one text per file), and those of `storeImages`
 */
export async function uploadProductImages(
  app: App,
  request: UploadProductImagesRequest,
): Promise<ProductImage[]> {
  const { productId, files, altTexts, actor, requestId } = request;
  if (altTexts !== null && altTexts.length !== files.length) {
    throw validationFailed({ altTexts: ['There must be one text per file.'] });
  }
  // Asked before megabytes go to the storage, and again under the lock.
  if (!(await hasProduct(app.database.db, productId))) {
    throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
  }
  const folder = `products/${productId}/`;
  return storeImages(app, { folder, files }, async (tx, _now, keys) => {
    // Whoever appends holds the lock, so two uploads at once get different places.
    if ((await lockProduct(tx, productId)) === null) {
      throw new Problem(catalogProblems.PRODUCT_NOT_FOUND);
    }
    const added: ProductImage[] = [];
    for (const [index, storageKey] of keys.entries()) {
      const image = { id: app.newId(), storageKey, altText: altTexts?.[index] ?? null };
      const sortOrder = await insertImageAtEnd(tx, { ...image, productId });
      added.push(presentImage({ ...image, sortOrder }, app.storage));
      await recordAudit(tx, {
        id: app.newId(),
        actor,
        action: 'product_image.added',
        targetType: 'product',
        targetId: productId,
        before: null,
        after: { ...image, sortOrder },
        requestId,
      });
    }
    return added;
  });
}
