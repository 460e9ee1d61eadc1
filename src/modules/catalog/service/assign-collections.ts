import type { Tx } from '../../../db/client.ts';
import { validationFailed } from '../../../kernel/problems.ts';
import { lockCollections, replaceCollections } from '../queries/save-memberships.ts';

/**
 * Step: makes these the product's collections, first mention first. The product must be locked or new.
 * @throws Problem VALIDATION_FAILED naming the unknown ids, before anything is changed
 */
export async function assignCollections(
  tx: Tx,
  productId: string,
  collectionIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(collectionIds)];
  const found = await lockCollections(tx, ids);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    throw validationFailed({
      collectionIds: missing.map((id) => `There is no collection ${id}.`),
    });
  }
  await replaceCollections(tx, productId, ids);
}
