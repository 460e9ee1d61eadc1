import { and, asc, eq, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { productImages, products } from '../../../db/schema/catalog.ts';
import type { ImageRow } from './select-card.ts';

const IMAGE_COLUMNS = {
  id: productImages.id,
  storageKey: productImages.storageKey,
  altText: productImages.altText,
  sortOrder: productImages.sortOrder,
};

export async function hasProduct(reader: Reader, productId: string): Promise<boolean> {
  const rows = await reader
    .select({ id: products.id })
    .from(products)
    .where(eq(products.id, productId));
  return rows.length > 0;
}

/** The product's pictures, the primary one first. */
export function loadImages(reader: Reader, productId: string): Promise<ImageRow[]> {
  return reader
    .select(IMAGE_COLUMNS)
    .from(productImages)
    .where(eq(productImages.productId, productId))
    .orderBy(asc(productImages.sortOrder), asc(productImages.createdAt), asc(productImages.id));
}

/** Gives these pictures the places 1, 2, 3 … . The product must be locked. */
export async function saveImageOrder(
  tx: Tx,
  productId: string,
  imageIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    UPDATE popbox.product_images image SET sort_order = wanted.place
    FROM unnest(${sql.param([...imageIds])}::uuid[]) WITH ORDINALITY AS wanted (id, place)
    WHERE image.id = wanted.id AND image.product_id = ${productId}::uuid`);
}

/** The deleted picture, or null if the product has no such one. */
export async function deleteImageRow(
  tx: Tx,
  productId: string,
  imageId: string,
): Promise<ImageRow | null> {
  const [row] = await tx
    .delete(productImages)
    .where(and(eq(productImages.id, imageId), eq(productImages.productId, productId)))
    .returning(IMAGE_COLUMNS);
  return row ?? null;
}
