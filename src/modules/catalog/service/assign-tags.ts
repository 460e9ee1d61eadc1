import type { Tx } from '../../../db/client.ts';
import { validationFailed } from '../../../kernel/problems.ts';
import { findTags, loadTagIds, replaceTags } from '../queries/save-memberships.ts';

/**
 * Step: makes these the product's tags. The product must be locked or new. Returns the ids before and after, sorted.
 * @throws Problem VALIDATION_FAILED naming the unknown ids, before anything is changed
 */
export async function assignTags(
  tx: Tx,
  productId: string,
  tagIds: readonly string[],
): Promise<{ before: string[]; after: string[] }> {
  const ids = [...new Set(tagIds)].sort();
  const found = await findTags(tx, ids);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    throw validationFailed({ tagIds: missing.map((id) => `There is no tag ${id}.`) });
  }
  const before = await loadTagIds(tx, productId);
  await replaceTags(tx, productId, ids);
  return { before, after: ids };
}
