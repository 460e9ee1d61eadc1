import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { FeaturedOrder } from '../catalog.collections-contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { loadMembers, lockFeatured, saveMembers } from '../queries/featured-order.ts';
import { readFeaturedOrder, signMembers } from './show-featured-order.ts';

export type SaveFeaturedOrderRequest = {
  actor: string;
  requestId: string | null;
  /** Of the members that the editor saw. */
  membershipSignature: string;
  /** Members in their new order, each once; those left out are no longer featured. */
  productIds: readonly string[];
};

/**
 * Gives the featured products a new order.
 * @throws Problem FEATURED_MEMBERSHIP_CHANGED if the members are others than the editor saw, or one of the ids is none
 */
export async function saveFeaturedOrder(
  app: App,
  request: SaveFeaturedOrderRequest,
): Promise<FeaturedOrder> {
  const { membershipSignature, productIds, actor, requestId } = request;
  return inTx(app, 'saveFeaturedOrder', async (tx) => {
    const collectionId = await lockFeatured(tx);
    const before = collectionId === null ? [] : await loadMembers(tx, collectionId);
    const members = new Set(before);
    if (
      membershipSignature !== signMembers(before) ||
      !productIds.every((productId) => members.has(productId))
    ) {
      throw new Problem(catalogProblems.FEATURED_MEMBERSHIP_CHANGED);
    }
    if (collectionId !== null && before.join() !== productIds.join()) {
      await saveMembers(tx, collectionId, productIds);
      await recordAudit(tx, {
        id: app.newId(),
        actor,
        action: 'collection.arranged',
        targetType: 'collection',
        targetId: collectionId,
        before: { productIds: before },
        after: { productIds },
        requestId,
      });
    }
    return readFeaturedOrder(tx, app);
  });
}
