import { sql } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import type { KujiPrize } from '../catalog.contract.ts';
import type { ImageRow } from './select-card.ts';
import {
  ADMIN_COLUMNS,
  ADMIN_JOINS,
  type AdminProductRow,
  type StockRow,
} from './select-admin-product.ts';

export type AdminVariantRow = {
  id: string;
  productId: string;
  name: string;
  sku: string | null;
  priceCents: number;
  isActive: boolean;
  isDefault: boolean;
  sortOrder: number;
  inventory: StockRow;
};

export type AdminDetailRow = AdminProductRow & {
  description: string | null;
  purchaseLimit: number | null;
  version: number;
  createdAt: string;
  images: ImageRow[];
  prizes: KujiPrize[];
  /** Inactive ones included, removed ones not. */
  variants: AdminVariantRow[];
};

/** A product in any state with everything that its form shows, in one statement; null if there is none. */
export async function loadAdminProduct(
  reader: Reader,
  productId: string,
): Promise<AdminDetailRow | null> {
  const { rows } = await reader.execute<AdminDetailRow>(sql`
    SELECT ${ADMIN_COLUMNS}, product.description, product.purchase_limit AS "purchaseLimit", product.version,
      to_char(product.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "createdAt",
      coalesce(album.images, '[]') AS images, coalesce(box.prizes, '[]') AS prizes,
      coalesce(offer.variants, '[]') AS variants
    FROM popbox.products product
    ${ADMIN_JOINS}
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('id', image.id, 'storageKey', image.storage_key, 'altText', image.alt_text,
        'sortOrder', image.sort_order) ORDER BY image.sort_order, image.created_at, image.id) AS images
      FROM popbox.product_images image WHERE image.product_id = product.id
    ) album ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('id', prize.id, 'prizeCode', prize.prize_code, 'prizeTier', prize.prize_tier,
        'name', prize.name, 'description', prize.description, 'imageUrl', prize.image_url,
        'initialQuantity', prize.initial_quantity, 'remainingQuantity', prize.remaining_quantity,
        'sortOrder', prize.sort_order) ORDER BY prize.sort_order, prize.id) AS prizes
      FROM popbox.catalog_newest_box_prizes prize WHERE prize.product_id = product.id
    ) box ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(${VARIANT_OBJECT} ORDER BY variant.sort_order, variant.id) AS variants
      FROM popbox.variants variant
      LEFT JOIN popbox.catalog_stock held ON held.variant_id = variant.id
      WHERE variant.product_id = product.id AND variant.removed_at IS NULL
    ) offer ON true
    WHERE product.id = ${productId}::uuid`);
  return rows[0] ?? null;
}

/** A variant as the dashboard shows it; null if the product has no such variant (any more). */
export async function loadAdminVariant(
  reader: Reader,
  productId: string,
  variantId: string,
): Promise<AdminVariantRow | null> {
  const { rows } = await reader.execute<{ variant: AdminVariantRow }>(sql`
    SELECT ${VARIANT_OBJECT} AS variant
    FROM popbox.variants variant
    LEFT JOIN popbox.catalog_stock held ON held.variant_id = variant.id
    WHERE variant.id = ${variantId}::uuid AND variant.product_id = ${productId}::uuid AND variant.removed_at IS NULL`);
  return rows[0]?.variant ?? null;
}

const VARIANT_OBJECT = sql`json_build_object('id', variant.id, 'productId', variant.product_id, 'name', variant.name,
  'sku', variant.sku, 'priceCents', variant.price_cents, 'isActive', variant.is_active, 'isDefault', variant.is_default,
  'sortOrder', variant.sort_order, 'inventory', json_build_object(
    'onHand', coalesce(held.on_hand, 0), 'reserved', coalesce(held.reserved, 0),
    'available', coalesce(held.on_hand - held.reserved, 0),
    'lowStockThreshold', coalesce(held.low_stock_threshold, 0)))`;
