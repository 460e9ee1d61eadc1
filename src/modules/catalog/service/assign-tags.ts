import type { Tx } from '../../../db/client.ts';
import { validationFailed } from '../../../kernel/problems.ts';
import { findTags, replaceTags } from '../queries/save-memberships.ts';

/**
 * Step: makes these the product's tags. The product must be locked or new.
 * @throws Problem VALIDATION_FAILED naming the unknown ids, before anything is changed
 */
export async function assignTags(
  tx: Tx,
  productId: string,
  tagIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(tagIds)];
  const found = await findTags(tx, ids);
  const missing = ids.filter((id) => !found.has(id));
  if (missing.length > 0) {
    throw validationFailed({ tagIds: missing.map((id) => `There is no tag ${id}.`) });
  }
  await replaceTags(tx, productId, ids);
}
