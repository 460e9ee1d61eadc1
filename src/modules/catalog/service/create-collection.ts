import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { Collection } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import {
  insertCollection,
  loadCollectionSlugs,
  lockCollectionOrder,
  nextCollectionSortOrder,
} from '../queries/save-collections-and-tags.ts';
import { claimSlug } from './claim-slug.ts';
import { makeSlug } from './make-slug.ts';

export type CreateCollectionRequest = {
  actor: string;
  requestId: string | null;
  name: string;
  /** Blank: made from the name. */
  slug?: string | undefined;
  description?: string | null | undefined;
  isActive?: boolean | undefined;
};

/** Leaves room for the number of a collision within the column's 180. */
const MAX_SLUG_BASE = 160;

/**
 * Creates a collection behind all others.
 * @throws Problem COLLECTION_SLUG_TAKEN if the caller chose a slug that exists
 */
export async function createCollection(
  app: App,
  request: CreateCollectionRequest,
): Promise<Collection> {
  return inTx(app, 'createCollection', async (tx, now) => {
    await lockCollectionOrder(tx);
    const id = app.newId();
    const values = {
      id,
      name: request.name.trim(),
      description: request.description ?? null,
      isActive: request.isActive ?? true,
      sortOrder: await nextCollectionSortOrder(tx),
    };
    const insert = (slug: string) =>
      insertCollection(tx, { ...values, slug, createdAt: now, updatedAt: now });
    const chosen = request.slug?.trim() ?? '';
    const base = makeSlug(chosen === '' ? values.name : chosen, {
      fallback: `collection-${id.slice(-8)}`,
      maxLength: MAX_SLUG_BASE,
    });
    const slug =
      chosen === ''
        ? await claimSlug(base, (wanted) => loadCollectionSlugs(tx, wanted), insert)
        : base;
    if (chosen !== '' && !(await insert(slug))) {
      throw new Problem(catalogProblems.COLLECTION_SLUG_TAKEN);
    }
    const collection = { ...values, slug };
    await recordAudit(tx, {
      id: app.newId(),
      actor: request.actor,
      action: 'collection.created',
      targetType: 'collection',
      targetId: id,
      before: null,
      after: collection,
      requestId: request.requestId,
    });
    return collection;
  });
}
