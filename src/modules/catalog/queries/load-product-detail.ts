import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { runPrepared } from '../../../db/prepared-query.ts';
import type { KujiPrize, Tag } from '../catalog.contract.ts';
import { productOfSlug } from './product-of-slug.ts';
import { PRODUCT_COLUMNS, PRODUCT_JOINS, type ImageRow, type ProductRow } from './select-card.ts';

export type DetailVariantRow = {
  id: string;
  name: string;
  priceCents: number;
  sortOrder: number;
  isDefault: boolean;
  isAvailable: boolean;
};

export type DetailRow = ProductRow & {
  sku: string | null;
  createdAt: string;
  purchaseLimit: number | null;
  /** The primary image first. */
  images: ImageRow[];
  tags: Tag[];
  /** Active ones, sold-out ones included. */
  variants: DetailVariantRow[];
  prizes: KujiPrize[];
  /** Tickets of the shown box that are sold and closed; null for a standard product. */
  soldUnopened: number | null;
};

/** An active product with everything that its page shows, by any slug it ever had; null if there is none. */
export async function loadProductDetail(
  database: Database,
  slug: string,
): Promise<DetailRow | null> {
  const rows = await runPrepared<DetailRow>(
    database,
    sql`
    SELECT ${PRODUCT_COLUMNS},
      to_char(product.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt",
      product.purchase_limit AS "purchaseLimit",
      coalesce(product.sku, offer.sku) AS sku, coalesce(album.images, '[]') AS images,
      coalesce(label.tags, '[]') AS tags, coalesce(offer.variants, '[]') AS variants,
      coalesce(box.prizes, '[]') AS prizes, board.sold_unopened AS "soldUnopened"
    FROM popbox.products product
    ${PRODUCT_JOINS}
    ${DETAIL_JOINS}
    WHERE product.id = ${productOfSlug(slug)} AND product.status = 'active'`,
  );
  return rows[0] ?? null;
}

const DETAIL_JOINS = sql`
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', image.id, 'storageKey', image.storage_key, 'altText', image.alt_text,
      'sortOrder', image.sort_order) ORDER BY image.sort_order, image.created_at, image.id) AS images
    FROM popbox.product_images image WHERE image.product_id = product.id
  ) album ON true
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', tag.id, 'name', tag.name, 'slug', tag.slug, 'tagType', tag.tag_type)
      ORDER BY lower(tag.name), tag.id) AS tags
    FROM popbox.product_tags tagged
    CROSS JOIN LATERAL (
      SELECT known.id, known.name, known.slug, known.tag_type FROM popbox.tags known
      WHERE known.id = tagged.tag_id OFFSET 0
    ) tag
    WHERE tagged.product_id = product.id
  ) label ON true
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', variant.id, 'name', variant.name, 'priceCents', variant.price_cents,
      'sortOrder', variant.sort_order, 'isDefault', variant.is_default,
      'isAvailable', coalesce(held.on_hand > held.reserved, false))
      ORDER BY variant.sort_order, variant.id) AS variants,
      max(variant.sku) FILTER (WHERE variant.is_default) AS sku
    FROM popbox.variants variant
    LEFT JOIN popbox.catalog_stock held ON held.variant_id = variant.id
    WHERE variant.product_id = product.id AND variant.is_active AND product.product_type = 'standard'
  ) offer ON true
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', prize.id, 'prizeCode', prize.prize_code, 'prizeTier', prize.prize_tier,
      'name', prize.name, 'description', prize.description, 'imageUrl', prize.image_url,
      'initialQuantity', prize.initial_quantity, 'remainingQuantity', prize.remaining_quantity,
      'sortOrder', prize.sort_order) ORDER BY prize.sort_order, prize.id) AS prizes
    FROM popbox.catalog_kuji_prizes prize
    WHERE prize.product_id = product.id AND product.product_type = 'kuji'
  ) box ON true
  LEFT JOIN popbox.catalog_kuji_boxes board
    ON board.product_id = product.id AND product.product_type = 'kuji'`;
