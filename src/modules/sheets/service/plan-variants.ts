import type { SheetProduct, SheetVariant, VariantChanges } from '../../catalog/index.ts';
import type { RowFault } from '../sheet-columns.ts';
import { fault } from './group-rows.ts';
import type { SheetRow } from './read-row.ts';

export type NewVariant = {
  name: string;
  sku: string;
  priceCents: number;
  isActive: boolean;
  isDefault: boolean;
  sortOrder: number;
  onHand: number;
  lowStockThreshold: number;
};

export type StockChange = {
  onHand: number;
  lowStockThreshold: number;
  /** What is there must still be this, or a sale in between would be undone. */
  expectedOnHand?: number;
};

export type VariantStep =
  | { kind: 'add'; line: number; variant: NewVariant }
  | {
      kind: 'change';
      line: number;
      variantId: string;
      changes: VariantChanges | null;
      stock: StockChange | null;
    };

/** A variant as it will be, for the rules over all of a product's. */
type Future = { row: SheetRow | null; name: string; isActive: boolean; isDefault: boolean };

/**
 * What the rows of a standard product do to its variants: the new default first, because the old one cannot be deactivated
 * before. Adds what is wrong to `faults`.
 */
export function planVariants(
  rows: readonly SheetRow[],
  present: SheetProduct | null,
  faults: RowFault[],
): VariantStep[] {
  const matches = matchRows(rows, present, faults);
  const futures: Future[] = [];
  const steps: VariantStep[] = [];
  const wantsDefault = matches.find(({ row }) => row.is_default === true)?.row ?? null;
  let sortOrder = Math.max(-1, ...(present?.variants ?? []).map((variant) => variant.sortOrder));
  for (const [index, { row, variant }] of matches.entries()) {
    const isDefault =
      wantsDefault === null
        ? (variant?.isDefault ?? (present === null && index === 0))
        : row === wantsDefault;
    if (row.is_default === true && row !== wantsDefault) {
      faults.push(fault(row, 'is_default', 'CONTRADICTION', 'A product has one default variant.'));
    }
    if (variant === null) {
      sortOrder += 1;
      const isFirst = present === null && sortOrder === 0;
      const added = readNew(row, { isDefault, sortOrder, isFirst }, faults);
      futures.push({ row, ...added });
      steps.push({ kind: 'add', line: row.line, variant: added });
    } else {
      const { name = variant.name, isActive = variant.isActive } = readChanges(row, variant);
      futures.push({ row, name, isActive, isDefault });
      const changes = orNull({
        ...readChanges(row, variant),
        ...(isDefault && !variant.isDefault ? { isDefault } : {}),
      });
      const stock = readStock(row, variant, faults);
      if (changes === null && stock === null) continue;
      steps.push({ kind: 'change', line: row.line, variantId: variant.id, changes, stock });
    }
  }
  const touched = new Set(matches.map(({ variant }) => variant?.id));
  for (const variant of present?.variants ?? []) {
    if (touched.has(variant.id)) continue;
    futures.push({ ...variant, row: null, isDefault: variant.isDefault && wantsDefault === null });
  }
  checkFutures(futures, faults);
  return steps.sort((a, b) => Number(makesDefault(b)) - Number(makesDefault(a)));
}

function makesDefault(step: VariantStep): boolean {
  return step.kind === 'add' ? step.variant.isDefault : step.changes?.isDefault === true;
}

/** Which variant a row means: by SKU, else by name, else the only one. Rows that are about the product alone are left out. */
function matchRows(
  rows: readonly SheetRow[],
  present: SheetProduct | null,
  faults: RowFault[],
): { row: SheetRow; variant: SheetVariant | null }[] {
  const variants = present?.variants ?? [];
  const taken = new Set<string>();
  return rows.flatMap((row) => {
    const name = row.variant_name?.toLowerCase();
    const found =
      variants.find((variant) => variant.sku !== null && variant.sku === row.sku) ??
      variants.find((variant) => variant.name.toLowerCase() === name) ??
      (name === undefined && row.sku === undefined && variants.length === 1 ? variants[0] : null) ??
      null;
    if (found === null && name === undefined && row.sku === undefined) {
      if (!saysVariant(row)) return [];
      const message = 'Which variant? Give its SKU or its name.';
      faults.push(fault(row, 'variant_name', 'VALUE_MISSING', message));
      return [];
    }
    if (found !== null && taken.has(found.id)) {
      faults.push(fault(row, null, 'DUPLICATE_ROW', 'Another row is about the same variant.'));
      return [];
    }
    if (found !== null) taken.add(found.id);
    return [{ row, variant: found }];
  });
}

function saysVariant(row: SheetRow): boolean {
  const { price_cad, is_active, is_default, on_hand, low_stock_threshold } = row;
  const cells = [price_cad, is_active, is_default, on_hand, low_stock_threshold];
  return cells.some((cell) => cell !== undefined);
}

function readNew(
  row: SheetRow,
  place: { isDefault: boolean; sortOrder: number; isFirst: boolean },
  faults: RowFault[],
): NewVariant {
  const { sku, variant_name: name, price_cad: priceCents } = row;
  if (sku === undefined) {
    const message = 'A new row needs a SKU, or it would be made again.';
    faults.push(fault(row, 'sku', 'VALUE_MISSING', message));
  }
  if (priceCents === undefined) {
    faults.push(fault(row, 'price_cad', 'VALUE_MISSING', 'A new variant needs a price.'));
  }
  const needsName = !place.isFirst;
  if (name === undefined && needsName) {
    faults.push(fault(row, 'variant_name', 'VALUE_MISSING', 'A further variant needs a name.'));
  }
  return {
    sku: sku ?? '',
    name: name ?? (needsName ? (sku ?? '') : 'Default'),
    priceCents: priceCents ?? 0,
    isActive: row.is_active ?? true,
    isDefault: place.isDefault,
    sortOrder: place.sortOrder,
    onHand: row.on_hand ?? 0,
    lowStockThreshold: row.low_stock_threshold ?? 0,
  };
}

function readChanges(row: SheetRow, variant: SheetVariant): VariantChanges {
  const { sku, variant_name: name, price_cad: priceCents, is_active: isActive } = row;
  return {
    ...(sku === undefined || sku === variant.sku ? {} : { sku }),
    ...(name === undefined || name === variant.name ? {} : { name }),
    ...(priceCents === undefined || priceCents === variant.priceCents ? {} : { priceCents }),
    ...(isActive === undefined || isActive === variant.isActive ? {} : { isActive }),
  };
}

function readStock(row: SheetRow, variant: SheetVariant, faults: RowFault[]): StockChange | null {
  const onHand = row.on_hand ?? variant.onHand;
  const lowStockThreshold = row.low_stock_threshold ?? variant.lowStockThreshold;
  if (onHand === variant.onHand) {
    if (lowStockThreshold === variant.lowStockThreshold) return null;
    // Only the threshold changes: the stock is repeated, and must be what it was.
    return { onHand, lowStockThreshold, expectedOnHand: onHand };
  }
  if (onHand < variant.reserved) {
    const message = `${String(variant.reserved)} are set aside for shoppers who are paying.`;
    faults.push(fault(row, 'on_hand', 'STOCK_BELOW_RESERVED', message));
  }
  const seen = row.on_hand_seen;
  if (seen === undefined) return { onHand, lowStockThreshold };
  if (seen !== variant.onHand) {
    const message = `The stock is ${String(variant.onHand)} by now, no longer ${String(seen)}.`;
    faults.push(fault(row, 'on_hand_seen', 'STOCK_CHANGED', message));
  }
  return { onHand, lowStockThreshold, expectedOnHand: seen };
}

/** The rules over all variants of a product that the use cases keep one by one. */
function checkFutures(futures: readonly Future[], faults: RowFault[]): void {
  const names = new Map<string, Future>();
  for (const future of futures) {
    const key = future.name.trim().toLowerCase();
    const other = names.get(key);
    const row = future.row ?? other?.row;
    if (other !== undefined && row) {
      const message = 'The product has another variant with this name.';
      faults.push(fault(row, 'variant_name', 'PRODUCT_VARIANT_DUPLICATE_NAME', message));
    }
    names.set(key, future);
    if (future.isDefault && !future.isActive && future.row !== null) {
      const message = 'The default variant must be active.';
      faults.push(fault(future.row, 'is_active', 'PRODUCT_VARIANT_DEFAULT_REQUIRED', message));
    }
    if (future.isDefault && future.row?.is_default === false) {
      const message = 'Say which variant is the default instead.';
      faults.push(fault(future.row, 'is_default', 'PRODUCT_VARIANT_DEFAULT_REQUIRED', message));
    }
  }
}

function orNull(changes: VariantChanges): VariantChanges | null {
  return Object.keys(changes).length === 0 ? null : changes;
}
