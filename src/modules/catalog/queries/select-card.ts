import { sql, type SQL } from 'drizzle-orm';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';
import type { CollectionRef } from '../catalog.contract.ts';

export type ImageRow = {
  id: string;
  storageKey: string;
  altText: string | null;
  sortOrder: number;
};

/** What every public view shows of a product, as `popbox.refresh_storefront` gathers it. */
export type ShownCard = {
  id: string;
  name: string;
  slug: string;
  description: string | null;
  productType: ProductType;
  status: ProductStatus;
  priceCents: number;
  minPriceCents: number;
  maxPriceCents: number;
  /** Like the next one in seconds since 1970, with fractions: formatting times costs the database more than reading them. */
  createdAt: number;
  updatedAt: number;
  /** Those that are shown, in the order of assignment. */
  collections: CollectionRef[];
  image: ImageRow | null;
  /** Null for a kuji. */
  defaultVariantId: string | null;
  activeVariants: number;
};

/** What can be had of a box. */
export type BoxStock = { onHand: number; reserved: number; lowStockThreshold: number };

export type CardRow = {
  card: ShownCard;
  /** True if an active variant has something to sell. */
  hasAvailableVariant: boolean | null;
  /** Null for a standard product. */
  box: {
    /** Null where no stock row exists. */
    stock: BoxStock | null;
    /** Tickets printed on the box, without the Last One. */
    totalTickets: number;
  } | null;
};

/** Stock of the box that the alias `shown` is. */
export const BOX_STOCK = sql`(
  SELECT json_build_object('onHand', held.on_hand, 'reserved', held.reserved,
    'lowStockThreshold', held.low_stock_threshold)
  FROM popbox.catalog_stock held WHERE held.product_id = shown.product_id AND held.variant_id IS NULL
)`;

/**
 * Cards of the products that `page` selects by their id, and what else `more` wants of its rows, in one statement. Of the gathered
 * row only the stock is missing, which changes with every sale.
 */
export function selectCards(
  page: SQL,
  { more = sql``, orderBy }: { more?: SQL; orderBy: SQL },
): SQL {
  return sql`
    SELECT shown.card,
      (
        SELECT true FROM popbox.catalog_stock held
        WHERE held.product_id = shown.product_id AND held.on_hand > held.reserved
          AND held.variant_id = ANY(shown.variant_ids)
        LIMIT 1
      ) AS "hasAvailableVariant",
      -- The type is asked first, before a table is touched.
      CASE WHEN shown.is_kuji THEN json_build_object('stock', ${BOX_STOCK}, 'totalTickets', ${TOTAL_TICKETS}) END AS box
      ${more}
    FROM (${page}) product
    JOIN popbox.storefront_products shown ON shown.product_id = product.id AND shown.is_active
    ORDER BY ${orderBy}`;
}

const TOTAL_TICKETS = sql`(
  SELECT coalesce(sum(prize.initial_quantity), 0)::int
  FROM popbox.catalog_kuji_prizes prize
  WHERE prize.product_id = shown.product_id AND prize.prize_tier <> 'LO'
)`;
