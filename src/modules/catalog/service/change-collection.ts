import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { Collection } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import {
  loadCollectionSlugs,
  lockCollection,
  updateCollection,
} from '../queries/save-collections-and-tags.ts';
import { compareValues } from './compare-values.ts';
import { FEATURED_SLUG } from './featured-slug.ts';
import { chooseSlug } from './choose-slug.ts';

export type CollectionChanges = {
  name?: string | undefined;
  /** Blank: made from the name. */
  slug?: string | undefined;
  description?: string | null | undefined;
  isActive?: boolean | undefined;
};

export type ChangeCollectionRequest = {
  actor: string;
  requestId: string | null;
  collectionId: string;
  changes: CollectionChanges;
};

/** Leaves room for the number of a collision within the column's 180. */
const MAX_SLUG_BASE = 160;

/**
 * Changes a collection; what is left out stays, and so does its place.
 * @throws Problem COLLECTION_NOT_FOUND, COLLECTION_SLUG_TAKEN, FEATURED_SLUG_FIXED, FEATURED_STAYS_ACTIVE
 */
export async function changeCollection(
  app: App,
  request: ChangeCollectionRequest,
): Promise<Collection> {
  const { collectionId, changes, actor, requestId } = request;
  return inTx(app, 'changeCollection', async (tx) => {
    const collection = await lockCollection(tx, collectionId);
    if (collection === null) throw new Problem(catalogProblems.COLLECTION_NOT_FOUND);
    const { before, after } = compareValues(collection, await readWanted(tx, collection, changes));
    if (Object.keys(after).length === 0) return collection;
    await updateCollection(tx, collectionId, after);
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'collection.changed',
      targetType: 'collection',
      targetId: collectionId,
      before,
      after,
      requestId,
    });
    return { ...collection, ...after };
  });
}

async function readWanted(tx: Tx, collection: Collection, changes: CollectionChanges) {
  const { slug, description, isActive } = changes;
  if (collection.slug === FEATURED_SLUG && isActive === false) {
    throw new Problem(catalogProblems.FEATURED_STAYS_ACTIVE);
  }
  const name = changes.name?.trim() ?? collection.name;
  return {
    name,
    ...(slug === undefined ? {} : { slug: await readSlug(tx, { ...collection, name }, slug) }),
    ...(description === undefined ? {} : { description }),
    ...(isActive === undefined ? {} : { isActive }),
  };
}

async function readSlug(tx: Tx, collection: Collection, wanted: string): Promise<string> {
  const isFeatured = collection.slug === FEATURED_SLUG;
  // The form sends a blank slug with a new name: that may not take the home page's products away.
  if (isFeatured && wanted.trim() === '') return FEATURED_SLUG;
  const slug = await chooseSlug({
    wanted,
    name: collection.name,
    fallback: `collection-${collection.id.slice(-8)}`,
    maxLength: MAX_SLUG_BASE,
    loadTaken: async (base) => {
      const taken = await loadCollectionSlugs(tx, base);
      taken.delete(collection.slug);
      return taken;
    },
  });
  if (slug === null) throw new Problem(catalogProblems.COLLECTION_SLUG_TAKEN);
  if (isFeatured && slug !== FEATURED_SLUG) throw new Problem(catalogProblems.FEATURED_SLUG_FIXED);
  return slug;
}
