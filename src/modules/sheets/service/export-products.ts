import type { App } from '../../../kernel/app.ts';
import { loadSheetPage, type SheetProduct, type SheetVariant } from '../../catalog/index.ts';
import { LIST_SEPARATOR, SHEET_COLUMNS, type SheetColumn } from '../sheet-columns.ts';
import { toDollars, writeHeader, writeRows } from './write-csv.ts';

const PAGE = 200;

type Cells = Partial<Record<SheetColumn, string>>;

/**
 * All products as CSV, oldest first, page by page: a row per variant, and one per kuji. Importing the file as it is
 * changes nothing.
 */
export async function* exportProducts(app: App): AsyncGenerator<string> {
  yield writeHeader(SHEET_COLUMNS);
  let afterId: string | null = null;
  for (;;) {
    const page: SheetProduct[] = await loadSheetPage(app.database.db, { afterId, limit: PAGE });
    const rows = page.flatMap(toRows).map(toRecord);
    if (rows.length > 0) yield writeRows(rows);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    afterId = last.id;
  }
}

function toRows(product: SheetProduct): Cells[] {
  const shared: Cells = {
    product_slug: product.slug,
    product_name: product.name,
    product_type: product.productType,
    status: product.status,
    description: product.description ?? '',
    collections: product.collections.join(LIST_SEPARATOR),
    tags: product.tags.join(LIST_SEPARATOR),
    purchase_limit: product.purchaseLimit === null ? '' : String(product.purchaseLimit),
  };
  if (product.productType === 'standard') {
    return product.variants.map((variant) => ({ ...shared, ...variantCells(variant) }));
  }
  const { sku, priceCents, stock } = product;
  return [
    {
      ...shared,
      sku: sku ?? '',
      price_cad: toDollars(priceCents),
      on_hand: String(stock?.onHand ?? 0),
      low_stock_threshold: String(stock?.lowStockThreshold ?? 0),
    },
  ];
}

function variantCells(variant: SheetVariant): Cells {
  return {
    sku: variant.sku ?? '',
    variant_name: variant.name,
    price_cad: toDollars(variant.priceCents),
    is_active: variant.isActive ? 'yes' : 'no',
    is_default: variant.isDefault ? 'yes' : 'no',
    on_hand: String(variant.onHand),
    on_hand_seen: String(variant.onHand),
    low_stock_threshold: String(variant.lowStockThreshold),
  };
}

function toRecord(cells: Cells): string[] {
  return SHEET_COLUMNS.map((column) => cells[column] ?? '');
}
