import { sql, type SQL } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import type { ProductStatus, ProductType } from '../../../db/schema/catalog.ts';

type Stock = { onHand: number; reserved: number; lowStockThreshold: number };

export type SheetVariant = Stock & {
  id: string;
  name: string;
  sku: string | null;
  priceCents: number;
  isActive: boolean;
  isDefault: boolean;
  sortOrder: number;
};

/** A product as a row, or the rows, of a spreadsheet show it. */
export type SheetProduct = {
  id: string;
  slug: string;
  name: string;
  productType: ProductType;
  status: ProductStatus;
  description: string | null;
  /** Kuji: of a ticket. */
  priceCents: number;
  /** Kuji only: a standard product's are its variants'. */
  sku: string | null;
  /** Units for one person; null: no limit. */
  purchaseLimit: number | null;
  /** Slugs, in the order of assignment. */
  collections: string[];
  /** Slugs, by name. */
  tags: string[];
  /** Kuji only: its unsold tickets. */
  stock: Stock | null;
  /** Inactive ones included. */
  variants: SheetVariant[];
};

/** Step: at most `limit` products behind one, by id, whatever their status; from the first if it is null. */
export function loadSheetPage(
  reader: Reader,
  page: { afterId: string | null; limit: number },
): Promise<SheetProduct[]> {
  const { afterId, limit } = page;
  const behind = afterId === null ? sql`true` : sql`product.id > ${afterId}::uuid`;
  return load(reader, sql`WHERE ${behind} ORDER BY product.id LIMIT ${limit}::int`);
}

/** Step: the products with these ids; unknown ones are left out. */
export function loadSheetProducts(reader: Reader, ids: readonly string[]): Promise<SheetProduct[]> {
  return load(reader, sql`WHERE product.id = ANY(${sql.param([...ids])}::uuid[])`);
}

/** Step: which product has a SKU itself or by one of its variants, and which has a slug now; unknown ones are left out. */
export async function findSheetProducts(
  reader: Reader,
  wanted: { skus: readonly string[]; slugs: readonly string[] },
): Promise<{ bySku: Map<string, string>; bySlug: Map<string, string> }> {
  const { rows } = await reader.execute<{
    sku: string | null;
    slug: string | null;
    id: string;
  }>(sql`
    SELECT variant.sku, NULL AS slug, variant.product_id AS id FROM popbox.variants variant
    WHERE variant.sku = ANY(${sql.param([...wanted.skus])}::text[])
    UNION ALL
    SELECT product.sku, NULL, product.id FROM popbox.products product
    WHERE product.sku = ANY(${sql.param([...wanted.skus])}::text[])
    UNION ALL
    SELECT NULL, product.slug, product.id FROM popbox.products product
    WHERE product.slug = ANY(${sql.param([...wanted.slugs])}::text[])`);
  return {
    bySku: new Map(rows.flatMap(({ sku, id }) => (sku === null ? [] : [[sku, id]]))),
    bySlug: new Map(rows.flatMap(({ slug, id }) => (slug === null ? [] : [[slug, id]]))),
  };
}

/** Step: the ids of all collections and tags by their slugs. A shop has a thousand of them, not a million. */
export async function loadSlugIds(
  reader: Reader,
): Promise<{ collections: Map<string, string>; tags: Map<string, string> }> {
  const { rows } = await reader.execute<{ kind: string; slug: string; id: string }>(sql`
    SELECT 'collection' AS kind, slug, id FROM popbox.collections
    UNION ALL SELECT 'tag', slug, id FROM popbox.tags`);
  const ofKind = (kind: string) =>
    new Map(rows.flatMap((row) => (row.kind === kind ? [[row.slug, row.id]] : [])));
  return { collections: ofKind('collection'), tags: ofKind('tag') };
}

async function load(reader: Reader, condition: SQL): Promise<SheetProduct[]> {
  const { rows } = await reader.execute<SheetProduct>(sql`
    SELECT product.id, product.slug, product.name, product.product_type AS "productType", product.status,
      product.description, product.price_cents AS "priceCents", product.sku, product.purchase_limit AS "purchaseLimit",
      coalesce(shelf.slugs, '[]') AS collections, coalesce(label.slugs, '[]') AS tags,
      box.stock, coalesce(offer.variants, '[]') AS variants
    FROM (SELECT product.* FROM popbox.products product ${condition}) product
    LEFT JOIN LATERAL (
      SELECT json_agg(collection.slug ORDER BY member.assigned_order, collection.name, collection.id) AS slugs
      FROM popbox.product_collections member
      JOIN popbox.collections collection ON collection.id = member.collection_id
      WHERE member.product_id = product.id
    ) shelf ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(tag.slug ORDER BY lower(tag.name), tag.id) AS slugs
      FROM popbox.product_tags tagged JOIN popbox.tags tag ON tag.id = tagged.tag_id
      WHERE tagged.product_id = product.id
    ) label ON true
    LEFT JOIN LATERAL (
      SELECT ${STOCK} AS stock FROM popbox.catalog_stock held
      WHERE held.product_id = product.id AND held.variant_id IS NULL AND product.product_type = 'kuji'
    ) box ON true
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('id', variant.id, 'name', variant.name, 'sku', variant.sku,
        'priceCents', variant.price_cents, 'isActive', variant.is_active, 'isDefault', variant.is_default,
        'sortOrder', variant.sort_order, 'onHand', coalesce(held.on_hand, 0),
        'reserved', coalesce(held.reserved, 0), 'lowStockThreshold', coalesce(held.low_stock_threshold, 0))
        ORDER BY variant.sort_order, variant.id) AS variants
      FROM popbox.variants variant
      LEFT JOIN popbox.catalog_stock held ON held.variant_id = variant.id
      WHERE variant.product_id = product.id AND variant.removed_at IS NULL
    ) offer ON true
    ORDER BY product.id`);
  return rows;
}

const STOCK = sql`json_build_object('onHand', held.on_hand, 'reserved', held.reserved,
  'lowStockThreshold', held.low_stock_threshold)`;
