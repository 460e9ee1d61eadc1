import { asc, eq, sql } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { collections, tags } from '../../../db/schema/catalog.ts';
import type { Collection, Tag } from '../catalog.contract.ts';

export const collectionColumns = {
  id: collections.id,
  name: collections.name,
  slug: collections.slug,
  description: collections.description,
  sortOrder: collections.sortOrder,
  isActive: collections.isActive,
};

export async function loadActiveCollections(reader: Reader): Promise<Collection[]> {
  return reader
    .select(collectionColumns)
    .from(collections)
    .where(eq(collections.isActive, true))
    .orderBy(asc(collections.sortOrder), asc(collections.id));
}

export async function loadAllCollections(reader: Reader): Promise<Collection[]> {
  return reader
    .select(collectionColumns)
    .from(collections)
    .orderBy(asc(collections.sortOrder), asc(collections.id));
}

export async function loadTags(reader: Reader): Promise<Tag[]> {
  return reader
    .select({ id: tags.id, name: tags.name, slug: tags.slug, tagType: tags.tagType })
    .from(tags)
    .orderBy(asc(tags.tagType), sql`lower(${tags.name})`, asc(tags.id));
}
