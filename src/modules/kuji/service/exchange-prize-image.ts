import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { validationFailed } from '../../../kernel/problems.ts';
import { claimObject, condemnObjects } from '../../media/index.ts';
import { isImageInUse } from '../queries/save-prizes.ts';

export function prizeImageFolder(productId: string): string {
  return `products/${productId}/kuji-prizes/`;
}

/**
 * Step: what follows from another picture on a prize, after its row was written. The new one is kept, the old one deleted
 * once the transaction is committed, each only if it lies in this product's folder: an address elsewhere is somebody else's.
 * A picture that another prize shows as well stays.
 *
 * @throws Problem VALIDATION_FAILED if the new one is being deleted at this moment
 */
export async function exchangePrizeImage(
  tx: Tx,
  app: Pick<App, 'queue' | 'storage'>,
  request: { productId: string; before: string | null; after: string | null; now: Date },
): Promise<void> {
  const { productId, before, after, now } = request;
  if (before === after) return;
  const kept = findKey(app, productId, after);
  if (kept !== null && !(await claimObject(tx, kept))) {
    throw validationFailed({ imageUrl: ['This picture was deleted. Please upload it again.'] });
  }
  const dropped = findKey(app, productId, before);
  if (before === null || dropped === null || (await isImageInUse(tx, before))) return;
  await condemnObjects(tx, app, { keys: [dropped], now });
}

/** The key of a picture in this product's folder; null for every other address. */
function findKey(
  app: Pick<App, 'storage'>,
  productId: string,
  imageUrl: string | null,
): string | null {
  const folder = prizeImageFolder(productId);
  const folderUrl = app.storage.publicUrl(folder);
  if (imageUrl?.startsWith(folderUrl) !== true) return null;
  const name = imageUrl.slice(folderUrl.length);
  return /^[\w-]+\.\w+$/.test(name) ? folder + name : null;
}
