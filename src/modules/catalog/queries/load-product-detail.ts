import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { compileQuery } from '../../../db/prepared-query.ts';
import type { CollectionRef, KujiPrize, Tag } from '../catalog.contract.ts';
import { productOfSlug } from './product-of-slug.ts';
import {
  BOX_STOCK,
  COLLECTIONS,
  IMAGE,
  PRODUCT_COLUMNS,
  type BoxStock,
  type ImageRow,
  type ProductRow,
} from './select-card.ts';

export type DetailVariantRow = {
  id: string;
  name: string;
  priceCents: number;
  sortOrder: number;
  isDefault: boolean;
  isAvailable: boolean;
};

/** A list that would be empty is null: `json_agg` of no rows. */
export type DetailRow = ProductRow & {
  sku: string | null;
  createdAt: number;
  purchaseLimit: number | null;
  collections: CollectionRef[] | null;
  /** The primary image first. */
  images: ImageRow[] | null;
  tags: Tag[] | null;
  /** Active ones, sold-out ones included. */
  variants: DetailVariantRow[] | null;
  stock: BoxStock | null;
  prizes: KujiPrize[] | null;
  /** Tickets of the shown box that are sold and closed; null for a standard product. */
  soldUnopened: number | null;
};

const detailOf = compileQuery<DetailRow, { slug: string }>(sql`
  SELECT ${PRODUCT_COLUMNS}, date_part('epoch', product.created_at) AS "createdAt",
    product.purchase_limit AS "purchaseLimit", coalesce(product.sku, (
      SELECT variant.sku FROM popbox.variants variant WHERE variant.product_id = product.id AND variant.is_default
    )) AS sku,
    (
      SELECT ${COLLECTIONS} FROM popbox.product_collections membership
      JOIN popbox.collections collection ON collection.id = membership.collection_id AND collection.is_active
      WHERE membership.product_id = product.id
    ) AS collections,
    (
      SELECT json_agg(${IMAGE} ORDER BY image.sort_order, image.created_at, image.id)
      FROM popbox.product_images image WHERE image.product_id = product.id
    ) AS images,
    (
      SELECT json_agg(json_build_object('id', tag.id, 'name', tag.name, 'slug', tag.slug, 'tagType', tag.tag_type)
        ORDER BY lower(tag.name), tag.id)
      FROM popbox.product_tags tagged
      CROSS JOIN LATERAL (
        -- OFFSET 0 makes it a lookup by key: the planner would rather read all tags.
        SELECT known.id, known.name, known.slug, known.tag_type FROM popbox.tags known
        WHERE known.id = tagged.tag_id OFFSET 0
      ) tag
      WHERE tagged.product_id = product.id
    ) AS tags,
    CASE WHEN product.product_type = 'standard' THEN (
      SELECT json_agg(json_build_object('id', variant.id, 'name', variant.name, 'priceCents', variant.price_cents,
        'sortOrder', variant.sort_order, 'isDefault', variant.is_default,
        'isAvailable', coalesce(held.on_hand > held.reserved, false))
        ORDER BY variant.sort_order, variant.id)
      FROM popbox.variants variant
      LEFT JOIN popbox.catalog_stock held ON held.variant_id = variant.id
      WHERE variant.product_id = product.id AND variant.is_active
    ) END AS variants,
    ${BOX_STOCK} AS stock,
    CASE WHEN product.product_type = 'kuji' THEN (
      SELECT json_agg(json_build_object('id', prize.id, 'prizeCode', prize.prize_code, 'prizeTier', prize.prize_tier,
        'name', prize.name, 'description', prize.description, 'imageUrl', prize.image_url,
        'initialQuantity', prize.initial_quantity, 'remainingQuantity', prize.remaining_quantity,
        'sortOrder', prize.sort_order) ORDER BY prize.sort_order, prize.id)
      FROM popbox.catalog_kuji_prizes prize WHERE prize.product_id = product.id
    ) END AS prizes,
    CASE WHEN product.product_type = 'kuji' THEN (
      SELECT board.sold_unopened FROM popbox.catalog_kuji_boxes board WHERE board.product_id = product.id
    ) END AS "soldUnopened"
  FROM popbox.products product
  WHERE product.id = ${productOfSlug(sql.placeholder('slug'))} AND product.status = 'active'`);

/** An active product with everything that its page shows, by any slug it ever had; null if there is none. */
export async function loadProductDetail(
  database: Database,
  slug: string,
): Promise<DetailRow | null> {
  const [row] = await detailOf(database, { slug });
  return row ?? null;
}
