import type { ProductChanges, SheetProduct } from '../../catalog/index.ts';
import type { RowFault, SheetColumn } from '../sheet-columns.ts';
import { fault, type RowGroup } from './group-rows.ts';
import { planVariants, type VariantStep } from './plan-variants.ts';
import type { SheetRow } from './read-row.ts';

export type SlugIds = {
  collections: ReadonlyMap<string, string>;
  tags: ReadonlyMap<string, string>;
};

type ProductType = SheetProduct['productType'];

/** What an import does to one product, in this order. Empty if the rows say what is there already. */
export type ProductPlan = {
  /** Null: it is created. */
  productId: string | null;
  /** Of the first row. */
  line: number;
  productType: ProductType;
  /** For a new product all that is known; else what differs. Null if nothing does. */
  changes: ProductChanges | null;
  variants: VariantStep[];
};

/** The cells that describe the product; all rows of one product say the same, or nothing. */
const SHARED_COLUMNS = [
  'product_name',
  'product_type',
  'status',
  'description',
  'collections',
  'tags',
  'purchase_limit',
] as const satisfies readonly SheetColumn[];

/** Columns of variants, which a kuji has none of. */
const VARIANT_COLUMNS = [
  'variant_name',
  'is_active',
  'is_default',
] as const satisfies readonly SheetColumn[];

/** Compares the rows of one product with what is there. @returns what to do, or everything that is wrong */
export function planProduct(
  group: RowGroup,
  present: SheetProduct | null,
  slugIds: SlugIds,
): { plan: ProductPlan; faults: RowFault[] } {
  const { row, faults } = mergeShared(group.rows);
  const productType = present?.productType ?? row.product_type ?? 'standard';
  if (row.product_type !== undefined && row.product_type !== productType) {
    faults.push(fault(row, 'product_type', 'TYPE_IS_FIXED', 'A product never changes its type.'));
  }
  const shared = readShared(row, present, slugIds, faults);
  const plan = { productId: present?.id ?? null, line: row.line, productType };
  if (productType === 'kuji') {
    const own = readKuji(group.rows, present, faults);
    return { plan: { ...plan, changes: orNull({ ...shared, ...own }), variants: [] }, faults };
  }
  const variants = planVariants(group.rows, present, faults);
  return { plan: { ...plan, changes: orNull(shared), variants }, faults };
}

function orNull(changes: ProductChanges): ProductChanges | null {
  return Object.keys(changes).length === 0 ? null : changes;
}

/** One row that has what any of them says about the product. */
function mergeShared(rows: readonly SheetRow[]): { row: SheetRow; faults: RowFault[] } {
  const faults: RowFault[] = [];
  const merged: SheetRow = { line: rows[0]?.line ?? 0 };
  for (const row of rows) {
    for (const column of SHARED_COLUMNS) {
      const [mine, first] = [row[column], merged[column]];
      if (mine === undefined) continue;
      if (first === undefined) Object.assign(merged, { [column]: mine });
      else if (String(first) !== String(mine)) {
        const message = 'Another row says something else about the same product.';
        faults.push(fault(row, column, 'CONTRADICTION', message));
      }
    }
  }
  return { row: merged, faults };
}

function readShared(
  row: SheetRow,
  present: SheetProduct | null,
  slugIds: SlugIds,
  faults: RowFault[],
): ProductChanges {
  const changes: ProductChanges = {};
  const { product_name: name, status, description, purchase_limit: purchaseLimit } = row;
  if (name !== undefined && name !== present?.name) changes.name = name;
  if (status !== undefined && status !== present?.status) changes.status = status;
  if (description !== undefined && !isSameText(description, present?.description ?? null)) {
    changes.description = description;
  }
  if (purchaseLimit !== undefined && purchaseLimit !== (present?.purchaseLimit ?? null)) {
    changes.purchaseLimit = purchaseLimit;
  }
  if (row.collections !== undefined && !isSameList(row.collections, present?.collections)) {
    changes.collectionIds = findIds(row, 'collections', slugIds, faults);
  }
  // Tags have no order.
  if (row.tags !== undefined && !isSameList([...row.tags].sort(), present?.tags.toSorted())) {
    changes.tagIds = findIds(row, 'tags', slugIds, faults);
  }
  return changes;
}

function findIds(
  row: SheetRow,
  column: 'collections' | 'tags',
  slugIds: SlugIds,
  faults: RowFault[],
): string[] {
  const unknown = (row[column] ?? []).filter((slug) => !slugIds[column].has(slug));
  if (unknown.length > 0) {
    const message = `Unknown: ${unknown.slice(0, 10).join(', ')}.`;
    faults.push(fault(row, column, 'UNKNOWN_REFERENCE', message));
  }
  return (row[column] ?? []).flatMap((slug) => slugIds[column].get(slug) ?? []);
}

/** Price and SKU of a kuji. Its tickets come from its prizes, so the stock may only repeat what is there. */
function readKuji(
  rows: readonly SheetRow[],
  present: SheetProduct | null,
  faults: RowFault[],
): ProductChanges {
  const [row, ...others] = rows;
  for (const other of others) {
    faults.push(fault(other, null, 'DUPLICATE_ROW', 'A kuji has one row.'));
  }
  if (!row) return {};
  for (const column of VARIANT_COLUMNS) {
    if (row[column] === undefined) continue;
    faults.push(fault(row, column, 'KUJI_HAS_NO_VARIANTS', 'A kuji has no variants.'));
  }
  const { on_hand: onHand, low_stock_threshold: threshold, price_cad: priceCents, sku } = row;
  const text = 'The tickets of a kuji come from its prizes.';
  if (onHand !== undefined && onHand !== (present?.stock?.onHand ?? 0)) {
    faults.push(fault(row, 'on_hand', 'STOCK_OF_KUJI', text));
  }
  if (threshold !== undefined && threshold !== (present?.stock?.lowStockThreshold ?? 0)) {
    faults.push(fault(row, 'low_stock_threshold', 'STOCK_OF_KUJI', text));
  }
  if (present === null && priceCents === undefined) {
    faults.push(fault(row, 'price_cad', 'VALUE_MISSING', 'A new product needs a price.'));
  }
  return {
    ...(priceCents === undefined || priceCents === present?.priceCents ? {} : { priceCents }),
    ...(sku === undefined || sku === present?.sku ? {} : { sku }),
  };
}

/** Programs change line ends and outer blanks of a cell without asking. */
function isSameText(a: string, b: string | null): boolean {
  const plain = (text: string) => text.replace(/\r\n?/g, '\n').trim();
  return plain(a) === plain(b ?? '');
}

function isSameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((entry, index) => entry === b[index]);
}
