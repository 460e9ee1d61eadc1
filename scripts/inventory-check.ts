import { checkInventory, type StockCheck } from '../src/modules/inventory/index.ts';
import { formatTable } from './print-table.ts';
import { withShop } from './with-shop.ts';

const USAGE = `Usage: pnpm inventory:check

Compares the stock in the shop of DATABASE_URL with its ledger, its holds and its kuji boxes. Changes nothing.
Without that variable: in the shop of pnpm dev.
Exit code 0: all agrees. 1: something differs, or it could not be checked. 2: wrong arguments.`;

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const { rowCount, differing } = await withShop('warn', checkInventory);
  if (differing.length > 0) console.log(`${formatTable(differing.map(toRow))}\n`);
  console.log(`${String(rowCount)} stock rows, ${String(differing.length)} with differences`);
  return differing.length === 0 ? 0 : 1;
}

function toRow(check: StockCheck) {
  const { actual, expected } = check;
  return {
    'stock row': check.inventoryId,
    variant: check.productVariantId,
    'on hand': actual.onHand,
    'by ledger': expected.onHand,
    'in box': expected.freeNumbers,
    reserved: actual.reserved,
    'by ledger ': expected.reserved,
    'by holds': expected.liveHolds,
    differences: check.differences.join(' '),
  };
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
