import { eq, like, or, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { collections, tags } from '../../../db/schema/catalog.ts';

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
