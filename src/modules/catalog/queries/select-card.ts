import { sql } from 'drizzle-orm';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';
import type { CollectionRef } from '../catalog.contract.ts';

export type ImageRow = {
  id: string;
  storageKey: string;
  altText: string | null;
  sortOrder: number;
};

/** A product's own columns as they are read for any public view. */
export type ProductRow = {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  productType: ProductType;
  status: ProductStatus;
  priceCents: number;
  minPriceCents: number;
  maxPriceCents: number;
  /** ISO 8601 with milliseconds. */
  updatedAt: string;
  collections: CollectionRef[];
  /** Of the kuji product; null for a standard product and where no stock row exists. */
  onHand: number | null;
  reserved: number | null;
  lowStockThreshold: number | null;
};

export type CardRow = ProductRow & {
  image: ImageRow | null;
  defaultVariantId: string | null;
  activeVariants: number;
  /** True if one of the active variants has something to sell. */
  hasAvailableVariant: boolean | null;
  /** Tickets printed on the box, without the Last One; null for a standard product. */
  totalTickets: number | null;
};

/** Columns of every public view, over the aliases `product`, `stock` and `shelf` of `PRODUCT_JOINS`. */
export const PRODUCT_COLUMNS = sql`
  product.id, product.name, product.slug, product.description, product.product_type AS "productType",
  product.status, product.price_cents AS "priceCents", product.min_price_cents AS "minPriceCents",
  product.max_price_cents AS "maxPriceCents",
  to_char(product.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "updatedAt",
  coalesce(shelf.collections, '[]') AS collections,
  stock.on_hand AS "onHand", stock.reserved, stock.low_stock_threshold AS "lowStockThreshold"`;

/**
 * Conditions on the type are tested once per product, before the table is touched. OFFSET 0 makes a join a lookup by key for
 * each row: the planner would rather read a small table from end to end, for each product of a page.
 */
export const PRODUCT_JOINS = sql`
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('id', collection.id, 'name', collection.name, 'slug', collection.slug)
      ORDER BY membership.assigned_order, collection.name, collection.id) AS collections
    FROM popbox.product_collections membership
    CROSS JOIN LATERAL (
      SELECT known.id, known.name, known.slug FROM popbox.collections known
      WHERE known.id = membership.collection_id AND known.is_active OFFSET 0
    ) collection
    WHERE membership.product_id = product.id
  ) shelf ON true
  LEFT JOIN LATERAL (
    SELECT held.on_hand, held.reserved, held.low_stock_threshold FROM popbox.catalog_stock held
    WHERE held.product_id = product.id AND held.variant_id IS NULL AND product.product_type = 'kuji' OFFSET 0
  ) stock ON true`;

export const CARD_COLUMNS = sql`${PRODUCT_COLUMNS},
  picture.image, choice."defaultVariantId", choice."activeVariants", choice."hasAvailableVariant",
  box."totalTickets"`;

export const CARD_JOINS = sql`${PRODUCT_JOINS}
  LEFT JOIN LATERAL (
    SELECT json_build_object('id', image.id, 'storageKey', image.storage_key, 'altText', image.alt_text,
      'sortOrder', image.sort_order) AS image
    FROM popbox.product_images image
    WHERE image.product_id = product.id
    ORDER BY image.sort_order, image.created_at, image.id LIMIT 1
  ) picture ON true
  LEFT JOIN LATERAL (
    SELECT count(*)::int AS "activeVariants",
      (array_agg(variant.id) FILTER (WHERE variant.is_default))[1] AS "defaultVariantId",
      bool_or(held.on_hand > held.reserved) AS "hasAvailableVariant"
    FROM popbox.variants variant
    LEFT JOIN popbox.catalog_stock held ON held.variant_id = variant.id
    WHERE variant.product_id = product.id AND variant.is_active AND product.product_type = 'standard'
  ) choice ON true
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(prize.initial_quantity), 0)::int AS "totalTickets"
    FROM popbox.catalog_kuji_prizes prize
    WHERE prize.product_id = product.id AND prize.prize_tier <> 'LO' AND product.product_type = 'kuji'
  ) box ON true`;
