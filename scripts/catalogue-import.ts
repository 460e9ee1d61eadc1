import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Problem } from '../src/kernel/problems.ts';
import {
  importProducts,
  importReportSchema,
  type ImportProgress,
  type ImportReport,
} from '../src/modules/sheets/index.ts';
import { withShop } from './with-shop.ts';

const USAGE = `Usage: pnpm catalogue:import <file.csv> [--apply]

Checks a CSV file of products, variants and stock against the shop of DATABASE_URL and tells what it would change.
With --apply, and if no row is wrong, it is imported. The columns: docs/catalogue-csv.md
Without that variable the shop is that of pnpm dev.`;

const MAX_BYTES = 200 * 1024 * 1024;
const MAX_ROWS = 500_000;
const BAR_WIDTH = 30;
const SHOWN_FAULTS = 50;

/** Ends with 0 if all is well, 1 if rows are wrong or refused, 2 if it was called wrongly. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { apply: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  });
  const [path, ...others] = positionals;
  if (values.help === true || path === undefined || others.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const bytes = await readFile(path);
  if (bytes.length > MAX_BYTES) throw new Error('The file is larger than 200 MiB.');
  try {
    const report = await withShop('warn', async (app) => {
      await app.queue.start();
      return importProducts(app, {
        bytes,
        isApplied: values.apply,
        maxRows: MAX_ROWS,
        actor: 'command:catalogue-import',
        requestId: null,
        onProgress: drawProgress,
      });
    });
    tellReport(report);
    return report.faultCount === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    tellRefusal(error);
    return 1;
  }
}

/** One line that is drawn over; where nobody watches, nothing. */
function drawProgress({ phase, done, total }: ImportProgress): void {
  if (!process.stderr.isTTY) return;
  const filled = total === 0 ? BAR_WIDTH : Math.floor((done / total) * BAR_WIDTH);
  const bar = '█'.repeat(filled).padEnd(BAR_WIDTH, '░');
  process.stderr.write(`\r${phase.padEnd(9)} ${bar} ${String(done)}/${String(total)} products`);
  if (done === total) process.stderr.write('\n');
}

function tellReport(report: ImportReport): void {
  const { isApplied, rowCount, products, variants, stock, faultCount } = report;
  console.log(`${String(rowCount)} rows${isApplied ? '' : ', checked only'}`);
  console.log(
    `products: ${String(products.created)} new, ${String(products.changed)} changed, ${String(products.unchanged)} as they are`,
  );
  console.log(`variants: ${String(variants.created)} new, ${String(variants.changed)} changed`);
  console.log(`stock:    ${String(stock.changed)} changed`);
  tellFaults(report.faults, faultCount);
  if (isApplied) console.log(faultCount === 0 ? 'Imported.' : 'Imported, but for the rows above.');
  else if (faultCount === 0) console.log('Nothing was changed. Import it with --apply');
}

function tellRefusal(problem: Problem): void {
  const told = importReportSchema
    .pick({ faults: true, faultCount: true })
    .safeParse(problem.details);
  if (told.success) tellFaults(told.data.faults, told.data.faultCount);
  console.error(problem.message);
}

function tellFaults(faults: ImportReport['faults'], faultCount: number): void {
  for (const { line, column, message } of faults.slice(0, SHOWN_FAULTS)) {
    console.error(`line ${String(line)}${column === null ? '' : `, ${column}`}: ${message}`);
  }
  const hidden = faultCount - Math.min(faults.length, SHOWN_FAULTS);
  if (hidden > 0) console.error(`… and ${String(hidden)} more`);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
