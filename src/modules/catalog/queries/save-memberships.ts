import { and, asc, eq, inArray, notInArray, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { collections, productCollections, productTags, tags } from '../../../db/schema/catalog.ts';

/**
 * Locks collections, by id, and returns those that exist. Whoever appends to a collection holds its lock, so
 * two appends at once get two positions.
 */
export async function lockCollections(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .select({ id: collections.id })
    .from(collections)
    .where(inArray(collections.id, [...ids]))
    .orderBy(asc(collections.id))
    .for('no key update');
  return new Set(rows.map((row) => row.id));
}

/**
 * Makes `ids`, in this order, the product's collections. A kept membership keeps its position in the
 * collection, a new one goes to the end. The collections must be locked.
 */
export async function replaceCollections(
  tx: Tx,
  productId: string,
  ids: readonly string[],
): Promise<void> {
  await tx
    .delete(productCollections)
    .where(
      and(
        eq(productCollections.productId, productId),
        ids.length === 0 ? undefined : notInArray(productCollections.collectionId, [...ids]),
      ),
    );
  if (ids.length === 0) return;
  await tx.execute(sql`
    INSERT INTO popbox.product_collections (product_id, collection_id, position, assigned_order)
    SELECT ${productId}::uuid, wanted.id, coalesce((
      SELECT max(member.position) + 1 FROM popbox.product_collections member WHERE member.collection_id = wanted.id
    ), 0), wanted.place
    FROM unnest(${sql.param([...ids])}::uuid[]) WITH ORDINALITY AS wanted (id, place)
    ON CONFLICT (product_id, collection_id) DO UPDATE SET assigned_order = excluded.assigned_order`);
}

export async function loadCollectionIds(tx: Tx, productId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: productCollections.collectionId })
    .from(productCollections)
    .where(eq(productCollections.productId, productId))
    .orderBy(asc(productCollections.assignedOrder), asc(productCollections.collectionId));
  return rows.map((row) => row.id);
}

export async function loadTagIds(tx: Tx, productId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: productTags.tagId })
    .from(productTags)
    .where(eq(productTags.productId, productId))
    .orderBy(asc(productTags.tagId));
  return rows.map((row) => row.id);
}

/** Those of the ids that are tags. */
export async function findTags(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .select({ id: tags.id })
    .from(tags)
    .where(inArray(tags.id, [...ids]));
  return new Set(rows.map((row) => row.id));
}

export async function replaceTags(
  tx: Tx,
  productId: string,
  ids: readonly string[],
): Promise<void> {
  await tx
    .delete(productTags)
    .where(
      and(
        eq(productTags.productId, productId),
        ids.length === 0 ? undefined : notInArray(productTags.tagId, [...ids]),
      ),
    );
  if (ids.length === 0) return;
  await tx
    .insert(productTags)
    .values(ids.map((tagId) => ({ productId, tagId })))
    .onConflictDoNothing();
}
