import type { App } from '../../../kernel/app.ts';
import { isImageInUse } from '../queries/save-prizes.ts';

/**
 * Use case: deletes a picture that a prize no longer shows, if it is one of ours for this product and no other prize
 * shows it. The edit has been committed, so a failure is logged and changes nothing.
 */
export async function removePrizeImage(
  app: App,
  request: { productId: string; imageUrl: string },
): Promise<void> {
  const { productId, imageUrl } = request;
  const folder = `products/${productId}/kuji-prizes/`;
  const folderUrl = app.storage.publicUrl(folder);
  const name = imageUrl.slice(folderUrl.length);
  if (!imageUrl.startsWith(folderUrl) || !/^[\w.-]+$/.test(name)) return;
  try {
    if (await isImageInUse(app.database.db, imageUrl)) return;
    await app.storage.remove([folder + name]);
  } catch (error) {
    app.log.warn({ err: error, productId }, 'an unused prize image could not be deleted');
  }
}
