import { sql } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import type { KujiPrize, Tag } from '../catalog.contract.ts';
import { productOfSlug } from './product-of-slug.ts';
import { BOX_STOCK, type BoxStock, type ImageRow, type ShownCard } from './select-card.ts';

/** What the product's page shows besides its card. */
export type ShownPage = {
  sku: string | null;
  purchaseLimit: number | null;
  /** The primary image first. */
  images: ImageRow[];
  tags: Tag[];
  /** Active ones, sold-out ones included; none of a kuji. */
  variants: {
    id: string;
    name: string;
    priceCents: number;
    sortOrder: number;
  }[];
};

export type DetailRow = {
  card: ShownCard;
  page: ShownPage;
  /** Ids of the variants that have something to sell. */
  available: string[];
  /** Null for a standard product. */
  box: {
    stock: BoxStock | null;
    prizes: KujiPrize[];
    /** Tickets of the shown box that are sold and closed. */
    soldUnopened: number;
  } | null;
};

const detailOf = compileQuery<DetailRow, { slug: string }>(sql`
  SELECT shown.card, shown.page,
    array(
      SELECT held.variant_id FROM popbox.catalog_stock held
      WHERE held.product_id = shown.product_id AND held.on_hand > held.reserved
        AND held.variant_id = ANY(shown.variant_ids)
    ) AS available,
    CASE WHEN shown.is_kuji THEN json_build_object('stock', ${BOX_STOCK},
      'prizes', (
        SELECT coalesce(json_agg(json_build_object('id', prize.id, 'prizeCode', prize.prize_code,
          'prizeTier', prize.prize_tier, 'name', prize.name, 'description', prize.description, 'imageUrl', prize.image_url,
          'initialQuantity', prize.initial_quantity, 'remainingQuantity', prize.remaining_quantity,
          'sortOrder', prize.sort_order) ORDER BY prize.sort_order, prize.id), '[]')
        FROM popbox.catalog_kuji_prizes prize WHERE prize.product_id = shown.product_id
      ),
      'soldUnopened', coalesce((
        SELECT board.sold_unopened FROM popbox.catalog_kuji_boxes board WHERE board.product_id = shown.product_id
      ), 0)
    ) END AS box
  FROM popbox.storefront_products shown
  WHERE shown.product_id = ${productOfSlug(sql.placeholder('slug'))} AND shown.is_active`);

/** An active product with everything that its page shows, by any slug it ever had; null if there is none. */
export async function loadProductDetail(
  database: Database,
  slug: string,
): Promise<DetailRow | null> {
  const [row] = await detailOf(database.db, { slug });
  return row ?? null;
}
