import type { Tx } from '../../../db/client.ts';
import { validationFailed } from '../../../kernel/problems.ts';
import {
  loadCollectionIds,
  lockCollections,
  replaceCollections,
} from '../queries/save-memberships.ts';

/**
 * Step: makes these the product's collections, first mention first. The product must be locked or new. The collections
 * that it leaves are locked as well: who arranges one of them then sees its members as they are. Returns the ids before
 * and after.
 * @throws Problem VALIDATION_FAILED naming the unknown ids, before anything is changed
 */
export async function assignCollections(
  tx: Tx,
  productId: string,
  collectionIds: readonly string[],
): Promise<{ before: string[]; after: string[] }> {
  const ids = [...new Set(collectionIds)];
  const present = await loadCollectionIds(tx, productId);
  const found = await lockCollections(tx, [...new Set([...ids, ...present])]);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    throw validationFailed({
      collectionIds: missing.map((id) => `There is no collection ${id}.`),
    });
  }
  const before = await loadCollectionIds(tx, productId);
  if (!isSameList(before, ids)) await replaceCollections(tx, productId, ids);
  return { before, after: ids };
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
