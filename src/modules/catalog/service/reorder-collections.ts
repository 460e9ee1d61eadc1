import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { Collection } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import {
  lockAllCollections,
  lockCollectionOrder,
  saveCollectionOrder,
} from '../queries/save-collections-and-tags.ts';

export type ReorderCollectionsRequest = {
  actor: string;
  requestId: string | null;
  /** Every collection exactly once. */
  collectionIds: readonly string[];
};

/**
 * Gives all collections a new order and returns them in it.
 * @throws Problem COLLECTION_MEMBERSHIP_CHANGED if the ids are not exactly those of all collections
 */
export async function reorderCollections(
  app: App,
  request: ReorderCollectionsRequest,
): Promise<Collection[]> {
  const { collectionIds, actor, requestId } = request;
  return inTx(app, 'reorderCollections', async (tx) => {
    await lockCollectionOrder(tx);
    const present = await lockAllCollections(tx);
    const byId = new Map(present.map((collection) => [collection.id, collection]));
    const ordered = collectionIds.flatMap((id, index) => {
      const collection = byId.get(id);
      return collection === undefined ? [] : [{ ...collection, sortOrder: index + 1 }];
    });
    const isComplete =
      collectionIds.length === present.length &&
      new Set(ordered.map(({ id }) => id)).size === byId.size;
    if (!isComplete) throw new Problem(catalogProblems.COLLECTION_MEMBERSHIP_CHANGED);
    await saveCollectionOrder(tx, collectionIds);
    const before = present.toSorted((a, b) => a.sortOrder - b.sortOrder || (a.id < b.id ? -1 : 1));
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'collections.reordered',
      targetType: 'collections',
      targetId: 'all',
      before: { collectionIds: before.map(({ id }) => id) },
      after: { collectionIds },
      requestId,
    });
    return ordered;
  });
}
