import { sql, type SQL } from 'drizzle-orm';
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
  /** Seconds since 1970, with fractions. Formatting times costs the database more than reading the row does. */
  updatedAt: number;
};

/** What can be had of a kuji product: null for a standard product and where no stock row exists. */
export type BoxStock = { onHand: number; reserved: number; lowStockThreshold: number };

export type CardRow = ProductRow & {
  /** Null if it is in none that is shown. */
  collections: CollectionRef[] | null;
  image: ImageRow | null;
  /** The next three of a standard product; null without an active variant. */
  defaultVariantId: string | null;
  activeVariants: number | null;
  /** True if one of the active variants has something to sell. */
  hasAvailableVariant: boolean | null;
  stock: BoxStock | null;
  /** Tickets printed on the box, without the Last One; null for a standard product. */
  totalTickets: number | null;
};

/** Columns of every public view, over the alias `product`. */
export const PRODUCT_COLUMNS = sql`
  product.id, product.name, product.slug, product.description, product.product_type AS "productType",
  product.status, product.price_cents AS "priceCents", product.min_price_cents AS "minPriceCents",
  product.max_price_cents AS "maxPriceCents", date_part('epoch', product.updated_at) AS "updatedAt"`;

/** Stock of the box that the alias `product` is. The type is asked first, before a table is touched. */
export const BOX_STOCK = sql`CASE WHEN product.product_type = 'kuji' THEN (
  SELECT json_build_object('onHand', held.on_hand, 'reserved', held.reserved,
    'lowStockThreshold', held.low_stock_threshold)
  FROM popbox.catalog_stock held WHERE held.product_id = product.id AND held.variant_id IS NULL
) END`;

/** A row of the alias `image`. */
export const IMAGE = sql`json_build_object('id', image.id, 'storageKey', image.storage_key, 'altText', image.alt_text,
  'sortOrder', image.sort_order)`;

/** Membership in collections that are shown, in the order of assignment. */
export const COLLECTIONS = sql`json_agg(
  json_build_object('id', collection.id, 'name', collection.name, 'slug', collection.slug)
  ORDER BY membership.assigned_order, collection.name, collection.id)`;

/**
 * Cards of the products that `page` selects, with all their columns and what else `more` wants of them, in one statement.
 *
 * What belongs to the cards is read for all of them together: a lookup for each card costs half as much again.
 */
export function selectCards(
  page: SQL,
  { more = sql``, orderBy }: { more?: SQL; orderBy: SQL },
): SQL {
  return sql`
    WITH page AS MATERIALIZED (${page}),
    page_ids AS MATERIALIZED (SELECT array_agg(id) AS ids FROM page)
    SELECT ${PRODUCT_COLUMNS}, shelf.collections, picture.image,
      choice."defaultVariantId", choice."activeVariants", choice."hasAvailableVariant",
      ${BOX_STOCK} AS stock, ${TOTAL_TICKETS} AS "totalTickets" ${more}
    FROM page product
    LEFT JOIN (
      SELECT membership.product_id, ${COLLECTIONS} AS collections
      FROM popbox.product_collections membership
      JOIN popbox.collections collection ON collection.id = membership.collection_id AND collection.is_active
      WHERE membership.product_id = ${ON_PAGE}
      GROUP BY membership.product_id
    ) shelf ON shelf.product_id = product.id
    LEFT JOIN (
      SELECT variant.product_id, count(*)::int AS "activeVariants",
        (array_agg(variant.id) FILTER (WHERE variant.is_default))[1] AS "defaultVariantId",
        bool_or(held.on_hand > held.reserved) AS "hasAvailableVariant"
      FROM popbox.variants variant
      LEFT JOIN (
        -- OFFSET 0: else it looks up the stock of each variant by itself.
        SELECT stock.variant_id, stock.on_hand, stock.reserved FROM popbox.catalog_stock stock
        WHERE stock.product_id = ${ON_PAGE} OFFSET 0
      ) held ON held.variant_id = variant.id
      WHERE variant.product_id = ${ON_PAGE} AND variant.is_active
      GROUP BY variant.product_id
    ) choice ON choice.product_id = product.id AND product.product_type = 'standard'
    LEFT JOIN LATERAL (
      -- One of maybe many: for each card by itself after all.
      SELECT ${IMAGE} AS image
      FROM popbox.product_images image
      WHERE image.product_id = product.id
      ORDER BY image.sort_order, image.created_at, image.id LIMIT 1
    ) picture ON true
    ORDER BY ${orderBy}`;
}

const ON_PAGE = sql`ANY((SELECT ids FROM page_ids)::uuid[])`;

const TOTAL_TICKETS = sql`CASE WHEN product.product_type = 'kuji' THEN (
  SELECT coalesce(sum(prize.initial_quantity), 0)::int
  FROM popbox.catalog_kuji_prizes prize
  WHERE prize.product_id = product.id AND prize.prize_tier <> 'LO'
) END`;
