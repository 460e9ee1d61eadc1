import { readConfig } from '../src/config/index.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { checkInventory, type StockCheck } from '../src/modules/inventory/index.ts';
import { formatTable } from './print-table.ts';

const USAGE = `Usage: pnpm inventory:check

Compares the stock in the shop of DATABASE_URL with its ledger, its holds and its kuji boxes. Changes nothing.
Exit code 0: all agrees. 1: something differs, or it could not be checked. 2: wrong arguments.`;

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    console.error(USAGE);
    return 2;
  }
  const config = readConfig(process.env);
  const log = createLogger({ level: 'warn', environment: config.environment });
  const app = buildApp({ config, log });
  try {
    const { rowCount, differing } = await checkInventory(app);
    if (differing.length > 0) console.log(`${formatTable(differing.map(toRow))}\n`);
    console.log(`${String(rowCount)} stock rows, ${String(differing.length)} with differences`);
    return differing.length === 0 ? 0 : 1;
  } finally {
    await app.database.close();
  }
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
