import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { findSheetProducts, loadSheetProducts, loadSlugIds } from '../../catalog/index.ts';
import type { RowFault } from '../sheet-columns.ts';
import type { ImportReport } from '../sheets.contract.ts';
import { sheetProblems } from '../sheets.problems.ts';
import { applyPlan } from './apply-plan.ts';
import { groupRows, type KnownProducts, type RowGroup } from './group-rows.ts';
import { planProduct, type ProductPlan, type SlugIds } from './plan-product.ts';
import { readRow, type SheetRow } from './read-row.ts';
import { readSheet } from './read-sheet.ts';

export type ImportProductsRequest = {
  /** A CSV file, see docs/catalogue-csv.md. */
  bytes: Buffer;
  /** False: says what would happen and changes nothing. */
  isApplied: boolean;
  maxRows: number;
  actor: string;
  requestId: string | null;
  onProgress?: (progress: ImportProgress) => void;
};

export type ImportProgress = { phase: 'checking' | 'importing'; done: number; total: number };

/** Products whose present state is read, compared and changed together. */
const BATCH = 100;
const LOOKUP_BATCH = 1_000;
/** Of a report; the count tells of the rest. */
const MAX_FAULTS = 500;

type Counts = Pick<ImportReport, 'products' | 'variants' | 'stock'>;

/**
 * Checks a whole file against the shop and, if that is asked for and no row is wrong, does what it says. The same file
 * twice changes nothing the second time.
 *
 * @throws Problem SHEET_UNREADABLE, SHEET_TOO_LONG, SHEET_HAS_FAULTS (to be applied, and some rows are wrong)
 */
export async function importProducts(
  app: App,
  request: ImportProductsRequest,
): Promise<ImportReport> {
  const raw = await readSheet(request.bytes, request.maxRows);
  const read = raw.map(readRow);
  const rows = read.map(({ row }) => row);
  const { groups, faults: unplaced } = groupRows(rows, await findKnown(app, rows));
  const faults = [...read.flatMap((one) => one.faults), ...unplaced];
  const slugIds = await loadSlugIds(app.database.db);
  const total = groups.length;
  const counts = noCounts();
  for await (const { planned, done } of planBatches(app, groups, slugIds)) {
    for (const one of planned) {
      faults.push(...one.faults);
      count(counts, one.plan);
    }
    request.onProgress?.({ phase: 'checking', done, total });
  }
  const checked = { isApplied: false, rowCount: rows.length, ...counts, ...describe(faults) };
  if (!request.isApplied) return checked;
  if (faults.length > 0) {
    const { faults: told, faultCount } = checked;
    throw new Problem(sheetProblems.SHEET_HAS_FAULTS, { details: { faults: told, faultCount } });
  }
  const failed: RowFault[] = [];
  // Compared again, batch by batch: what was read a minute ago is not what an import may build on.
  for await (const { planned, done } of planBatches(app, groups, slugIds)) {
    for (const { plan, faults: refused } of planned) {
      failed.push(...(refused.length > 0 ? refused : await applyPlan(app, plan, request)));
    }
    request.onProgress?.({ phase: 'importing', done, total });
  }
  return { isApplied: true, rowCount: rows.length, ...counts, ...describe(failed) };
}

async function findKnown(app: App, rows: readonly SheetRow[]): Promise<KnownProducts> {
  const bySku = new Map<string, string>();
  const bySlug = new Map<string, string>();
  for (let start = 0; start < rows.length; start += LOOKUP_BATCH) {
    const batch = rows.slice(start, start + LOOKUP_BATCH);
    const found = await findSheetProducts(app.database.db, {
      skus: batch.flatMap((row) => row.sku ?? []),
      slugs: batch.flatMap((row) => row.product_slug ?? []),
    });
    for (const [sku, id] of found.bySku) bySku.set(sku, id);
    for (const [slug, id] of found.bySlug) bySlug.set(slug, id);
  }
  return { bySku, bySlug };
}

type Planned = { plan: ProductPlan; faults: RowFault[] };

async function* planBatches(
  app: App,
  groups: readonly RowGroup[],
  slugIds: SlugIds,
): AsyncGenerator<{ planned: Planned[]; done: number }> {
  for (let start = 0; start < groups.length; start += BATCH) {
    const batch = groups.slice(start, start + BATCH);
    const ids = batch.flatMap((group) => group.productId ?? []);
    const products = await loadSheetProducts(app.database.db, ids);
    const byId = new Map(products.map((product) => [product.id, product]));
    const planned = batch.map((group) =>
      planProduct(group, byId.get(group.productId ?? '') ?? null, slugIds),
    );
    yield { planned, done: start + batch.length };
  }
}

function noCounts(): Counts {
  return {
    products: { created: 0, changed: 0, unchanged: 0 },
    variants: { created: 0, changed: 0 },
    stock: { changed: 0 },
  };
}

function count(counts: Counts, plan: ProductPlan): void {
  const added = plan.variants.filter((step) => step.kind === 'add').length;
  const changed = plan.variants.flatMap((step) => (step.kind === 'change' ? [step] : []));
  counts.variants.created += added;
  counts.variants.changed += changed.filter((step) => step.changes !== null).length;
  counts.stock.changed += changed.filter((step) => step.stock !== null).length;
  if (plan.productId === null) counts.products.created += 1;
  else if (plan.changes !== null) counts.products.changed += 1;
  else if (plan.variants.length === 0) counts.products.unchanged += 1;
}

function describe(faults: readonly RowFault[]): Pick<ImportReport, 'faults' | 'faultCount'> {
  const sorted = faults.toSorted((a, b) => a.line - b.line);
  return { faults: sorted.slice(0, MAX_FAULTS), faultCount: faults.length };
}
