import { sql } from 'drizzle-orm';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';
import type { CollectionRef, Tag } from '../catalog.contract.ts';

export type StockRow = {
  onHand: number;
  reserved: number;
  available: number;
  lowStockThreshold: number;
};

/** A product's own columns as the dashboard reads them, over the joins of `ADMIN_JOINS`. */
export type AdminProductRow = {
  id: string;
  name: string;
  slug: string;
  productType: ProductType;
  status: ProductStatus;
  priceCents: number;
  /** Of a standard product: its default variant's. */
  sku: string | null;
  updatedAt: string;
  /** Inactive ones included. */
  collections: CollectionRef[];
  tags: Tag[];
  /** The sum over the variants; null where no stock row exists. */
  inventory: StockRow | null;
};

export const ADMIN_COLUMNS = sql`
  product.id, product.name, product.slug, product.product_type AS "productType", product.status,
  product.price_cents AS "priceCents", coalesce(product.sku, standard.sku) AS sku,
  to_char(product.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updatedAt",
  coalesce(shelf.collections, '[]') AS collections, coalesce(label.tags, '[]') AS tags, stock.inventory`;

export const SHELF_JOIN = sql`
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', collection.id, 'name', collection.name, 'slug', collection.slug)
      ORDER BY membership.assigned_order, collection.name, collection.id) AS collections
    FROM popbox.product_collections membership
    JOIN popbox.collections collection ON collection.id = membership.collection_id
    WHERE membership.product_id = product.id
  ) shelf ON true`;

/** The primary image, as everywhere: lowest sort order, then oldest, then lowest id. */
export const PICTURE_JOIN = sql`
  LEFT JOIN LATERAL (
    SELECT json_build_object('storageKey', image.storage_key, 'altText', image.alt_text) AS image
    FROM popbox.product_images image
    WHERE image.product_id = product.id
    ORDER BY image.sort_order, image.created_at, image.id LIMIT 1
  ) picture ON true`;

export const ADMIN_JOINS = sql`
  ${SHELF_JOIN}
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', tag.id, 'name', tag.name, 'slug', tag.slug, 'tagType', tag.tag_type)
      ORDER BY lower(tag.name), tag.id) AS tags
    FROM popbox.product_tags tagged JOIN popbox.tags tag ON tag.id = tagged.tag_id
    WHERE tagged.product_id = product.id
  ) label ON true
  LEFT JOIN LATERAL (
    SELECT variant.sku FROM popbox.variants variant WHERE variant.product_id = product.id AND variant.is_default
  ) standard ON true
  LEFT JOIN LATERAL (
    SELECT CASE WHEN count(*) > 0 THEN json_build_object('onHand', sum(held.on_hand), 'reserved', sum(held.reserved),
      'available', sum(held.on_hand - held.reserved), 'lowStockThreshold', sum(held.low_stock_threshold)) END AS inventory
    FROM popbox.catalog_stock held WHERE held.product_id = product.id
  ) stock ON true`;
