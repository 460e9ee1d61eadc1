import { asc, desc, eq, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import {
  collections,
  productCollections,
  type ProductStatus,
  type ProductType,
} from '../../../db/schema/catalog.ts';
import type { CollectionRef } from '../catalog.contract.ts';
import { FEATURED_SLUG } from '../service/featured-slug.ts';
import { PICTURE_JOIN, SHELF_JOIN } from './select-admin-product.ts';

export type FeaturedRow = {
  id: string;
  name: string;
  productType: ProductType;
  status: ProductStatus;
  sortOrder: number;
  collections: CollectionRef[];
  image: { storageKey: string; altText: string | null } | null;
};

/** The featured products, in any state, in their manual order; ties as in the storefront's list. */
export async function loadFeatured(reader: Reader): Promise<FeaturedRow[]> {
  const { rows } = await reader.execute<FeaturedRow>(sql`
    SELECT product.id, product.name, product.product_type AS "productType", product.status,
      place.position AS "sortOrder", coalesce(shelf.collections, '[]') AS collections, picture.image
    FROM popbox.collections arranged
    JOIN popbox.product_collections place ON place.collection_id = arranged.id
    JOIN popbox.products product ON product.id = place.product_id
    ${SHELF_JOIN}
    ${PICTURE_JOIN}
    WHERE arranged.slug = ${FEATURED_SLUG}
    ORDER BY place.position, product.id DESC`);
  return rows;
}

/** Locks the featured collection, which everybody does who changes its members; null if the shop has none. */
export async function lockFeatured(tx: Tx): Promise<string | null> {
  const [featured] = await tx
    .select({ id: collections.id })
    .from(collections)
    .where(eq(collections.slug, FEATURED_SLUG))
    .for('no key update');
  return featured?.id ?? null;
}

/** Ids of a collection's products in its order. */
export async function loadMembers(tx: Tx, collectionId: string): Promise<string[]> {
  const rows = await tx
    .select({ id: productCollections.productId })
    .from(productCollections)
    .where(eq(productCollections.collectionId, collectionId))
    .orderBy(asc(productCollections.position), desc(productCollections.productId));
  return rows.map((row) => row.id);
}

/** Makes `productIds`, all of them members, the collection's members in this order; others leave it. */
export async function saveMembers(
  tx: Tx,
  collectionId: string,
  productIds: readonly string[],
): Promise<void> {
  const ids = sql.param([...productIds]);
  await tx.execute(sql`
    WITH leaving AS (
      DELETE FROM popbox.product_collections
      WHERE collection_id = ${collectionId}::uuid AND product_id <> ALL (${ids}::uuid[]) RETURNING product_id
    )
    -- Else they would be locked at the commit, in the order in which they left, and whoever renames a collection of theirs
    -- locks them by id.
    SELECT FROM popbox.storefront_products shown
    WHERE shown.product_id IN (SELECT product_id FROM leaving) ORDER BY shown.product_id FOR UPDATE OF shown`);
  await tx.execute(sql`
    UPDATE popbox.product_collections member SET position = wanted.place - 1
    FROM unnest(${ids}::uuid[]) WITH ORDINALITY AS wanted (id, place)
    WHERE member.collection_id = ${collectionId}::uuid AND member.product_id = wanted.id
      AND member.position <> wanted.place - 1`);
}
