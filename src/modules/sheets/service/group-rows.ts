import type { RowFault, SheetColumn } from '../sheet-columns.ts';
import type { SheetRow } from './read-row.ts';

/** All rows of one product, in the order of the file. */
export type RowGroup = {
  /** Null: the rows describe a product that does not exist yet. */
  productId: string | null;
  rows: SheetRow[];
};

export type KnownProducts = {
  bySku: ReadonlyMap<string, string>;
  bySlug: ReadonlyMap<string, string>;
};

/**
 * Puts together what belongs to one product. A row's product is the one that has its SKU, else the one with its slug; rows
 * of a new product go by their product name. A new row joins an existing product whose other rows have the same product
 * name, so that a file can be imported again after half of it failed.
 */
export function groupRows(
  rows: readonly SheetRow[],
  known: KnownProducts,
): { groups: RowGroup[]; faults: RowFault[] } {
  const faults: RowFault[] = [];
  const found = new Map<SheetRow, string>();
  const lineOfSku = new Map<string, number>();
  const idOfName = new Map<string, string>();
  const good = rows.filter((row) => {
    const result = findProduct(row, known, lineOfSku);
    if (typeof result === 'object' && result !== null) {
      faults.push(result);
      return false;
    }
    if (result !== null) {
      found.set(row, result);
      if (row.product_name !== undefined) idOfName.set(nameKey(row.product_name), result);
    }
    return true;
  });
  const groups = new Map<string, RowGroup>();
  for (const row of good) {
    const name = nameKey(row.product_name ?? '');
    const productId = found.get(row) ?? idOfName.get(name) ?? null;
    const key = productId ?? `new:${name}`;
    const group = groups.get(key) ?? { productId, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return { groups: [...groups.values()], faults };
}

/** The product's id, null for a new one, or what is wrong. */
function findProduct(
  row: SheetRow,
  known: KnownProducts,
  lineOfSku: Map<string, number>,
): string | RowFault | null {
  const { sku, product_slug: slug } = row;
  if (sku !== undefined) {
    const first = lineOfSku.get(sku);
    if (first !== undefined) {
      return fault(row, 'sku', 'DUPLICATE_ROW', `Line ${String(first)} has this SKU already.`);
    }
    lineOfSku.set(sku, row.line);
  }
  const bySku = sku === undefined ? undefined : known.bySku.get(sku);
  const bySlug = slug === undefined ? undefined : known.bySlug.get(slug);
  if (slug !== undefined && bySlug === undefined) {
    const message = 'There is no product with this slug. Leave it blank for a new product.';
    return fault(row, 'product_slug', 'UNKNOWN_PRODUCT', message);
  }
  if (bySku !== undefined && bySlug !== undefined && bySku !== bySlug) {
    return fault(row, 'product_slug', 'SKU_OF_ANOTHER', 'Another product has this SKU.');
  }
  const id = bySku ?? bySlug ?? null;
  if (id !== null) return id;
  if (sku === undefined) {
    return fault(row, 'sku', 'VALUE_MISSING', 'A new row needs a SKU, or it would be made again.');
  }
  if (row.product_name === undefined) {
    const message = 'No product has this SKU; a new one needs a name.';
    return fault(row, 'product_name', 'VALUE_MISSING', message);
  }
  return null;
}

function nameKey(name: string): string {
  return name.trim().toLowerCase();
}

export function fault(
  row: { line: number },
  column: SheetColumn | null,
  code: string,
  message: string,
): RowFault {
  return { line: row.line, column, code, message };
}
