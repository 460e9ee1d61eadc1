import { asc, eq, like, or, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import { collections, tags } from '../../../db/schema/catalog.ts';
import { Problem } from '../../../kernel/problems.ts';
import type { Collection, Tag } from '../catalog.contract.ts';
import { catalogProblems } from '../catalog.problems.ts';
import { collectionColumns } from './load-collections-and-tags.ts';

/** The slugs that are `base` or begin with `base-`. */
export async function loadCollectionSlugs(tx: Tx, base: string): Promise<Set<string>> {
  const rows = await tx
    .select({ slug: collections.slug })
    .from(collections)
    .where(or(eq(collections.slug, base), like(collections.slug, `${base}-%`)));
  return new Set(rows.map((row) => row.slug));
}

/** The slugs that are `base` or begin with `base-`. */
export async function loadTagSlugs(tx: Tx, base: string): Promise<Set<string>> {
  const rows = await tx
    .select({ slug: tags.slug })
    .from(tags)
    .where(or(eq(tags.slug, base), like(tags.slug, `${base}-%`)));
  return new Set(rows.map((row) => row.slug));
}

/** Held until the end of the transaction by whoever changes which collections there are, or their order. */
export async function lockCollectionOrder(tx: Tx): Promise<void> {
  await tx.execute(
    sql`SELECT pg_advisory_xact_lock(hashtextextended('catalog:collection-order', 0))`,
  );
}

/** Where a new collection stands: behind the last one. */
export async function nextCollectionSortOrder(tx: Tx): Promise<number> {
  const [last] = await tx
    .select({ next: sql<number>`(coalesce(max(${collections.sortOrder}), 0) + 1)::int` })
    .from(collections);
  return last?.next ?? 1;
}

/** False, and nothing inserted, if the slug is taken. */
export async function insertCollection(
  tx: Tx,
  collection: typeof collections.$inferInsert,
): Promise<boolean> {
  const rows = await tx
    .insert(collections)
    .values(collection)
    .onConflictDoNothing({ target: collections.slug })
    .returning({ id: collections.id });
  return rows.length > 0;
}

/** False, and nothing inserted, if the slug is taken. */
export async function insertTag(tx: Tx, tag: typeof tags.$inferInsert): Promise<boolean> {
  const rows = await tx
    .insert(tags)
    .values(tag)
    .onConflictDoNothing({ target: tags.slug })
    .returning({ id: tags.id });
  return rows.length > 0;
}

export async function lockCollection(tx: Tx, collectionId: string): Promise<Collection | null> {
  const [collection] = await tx
    .select(collectionColumns)
    .from(collections)
    .where(eq(collections.id, collectionId))
    .for('no key update');
  return collection ?? null;
}

/**
 * At the commit all products of it are shown anew (`popbox.refresh_storefront`): a second for ten thousand, so the usual limit
 * of a statement could refuse the largest for good.
 * @throws Problem COLLECTION_SLUG_TAKEN
 */
export async function updateCollection(
  tx: Tx,
  collectionId: string,
  values: Partial<typeof collections.$inferInsert>,
): Promise<void> {
  await allowLongCommit(tx);
  try {
    await tx.update(collections).set(values).where(eq(collections.id, collectionId));
  } catch (error) {
    if (!violatesUnique(error, 'collections_slug')) throw error;
    throw new Problem(catalogProblems.COLLECTION_SLUG_TAKEN, { cause: error });
  }
}

/** All collections by id, locked in that order. Whoever calls holds the lock of their order. */
export async function lockAllCollections(tx: Tx): Promise<Collection[]> {
  return tx
    .select(collectionColumns)
    .from(collections)
    .orderBy(asc(collections.id))
    .for('no key update');
}

/** Gives collections the sort orders 1, 2, 3 … in the order of `ids`. They must be locked. */
export async function saveCollectionOrder(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.execute(sql`
    UPDATE popbox.collections collection SET sort_order = wanted.place
    FROM unnest(${sql.param([...ids])}::uuid[]) WITH ORDINALITY AS wanted (id, place)
    WHERE collection.id = wanted.id AND collection.sort_order <> wanted.place`);
}

/**
 * Locks a tag against everybody who refers to it: another slug is another key. With a weaker lock a product that has just got
 * the tag would wait for this transaction, and the change of the slug for the product's.
 */
export async function lockTag(tx: Tx, tagId: string): Promise<Tag | null> {
  const [tag] = await tx
    .select({ id: tags.id, name: tags.name, slug: tags.slug, tagType: tags.tagType })
    .from(tags)
    .where(eq(tags.id, tagId))
    .for('update');
  return tag ?? null;
}

/**
 * The same at the commit.
 * @throws Problem TAG_SLUG_TAKEN
 */
export async function updateTag(
  tx: Tx,
  tagId: string,
  values: Partial<typeof tags.$inferInsert>,
): Promise<void> {
  await allowLongCommit(tx);
  try {
    await tx.update(tags).set(values).where(eq(tags.id, tagId));
  } catch (error) {
    if (!violatesUnique(error, 'tags_slug')) throw error;
    throw new Problem(catalogProblems.TAG_SLUG_TAKEN, { cause: error });
  }
}

async function allowLongCommit(tx: Tx): Promise<void> {
  await tx.execute(sql`SELECT set_config('statement_timeout', '60s', true)`);
}
