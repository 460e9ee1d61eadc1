import { parseArgs } from 'node:util';
import { reconcileStripe, type StripeReconciliation } from '../src/modules/webhooks/index.ts';
import { formatTable } from './print-table.ts';
import { withShop } from './with-shop.ts';

const USAGE = `Usage: pnpm stripe:reconcile [--days <1 to 30>]

Does by hand what the nightly job does: stores the events of the last 30 days that Stripe could not deliver, and compares
the sessions of the last days (default: 3) and every order that still waits for money with Stripe. Prints what was found.
The shop is that of DATABASE_URL; without that variable, that of pnpm dev, while it runs.
Exit code 0: all is well or on its way. 1: something needs a person, or it could not be done. 2: wrong arguments.`;

const MAX_DAYS = 30;
const DEFAULT_DAYS = '3';
/** Outcomes that nobody repairs by himself. */
const FOR_A_PERSON: readonly string[] = ['order_unknown', 'failed', 'needs_attention'];

async function main(): Promise<number> {
  const days = readDays();
  if (days === null) {
    console.error(USAGE);
    return 2;
  }
  return withShop('error', async (app) => {
    await app.queue.start();
    const found = await reconcileStripe(app, { sessionDays: days, onProgress: drawProgress });
    if (process.stderr.isTTY) process.stderr.write('\n');
    return tell(found);
  });
}

function readDays(): number | null {
  try {
    const { values } = parseArgs({
      options: { days: { type: 'string', default: DEFAULT_DAYS }, help: { type: 'boolean' } },
    });
    const days = /^\d{1,2}$/.test(values.days) ? Number(values.days) : 0;
    return values.help === true || days < 1 || days > MAX_DAYS ? null : days;
  } catch {
    return null;
  }
}

/** One line that is drawn over; where nobody watches, nothing. */
function drawProgress(seen: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${String(seen)} sessions looked at`);
}

function tell({ events, sessions }: StripeReconciliation): number {
  const rows = [
    ...events.found.map(({ eventId, type, orderId }) => ({
      what: `event ${type}`,
      id: eventId,
      order: orderId,
      outcome: 'queued',
    })),
    ...sessions.settled.map(({ sessionId, orderId, outcome }) => ({
      what: 'session',
      id: sessionId,
      order: orderId,
      outcome,
    })),
  ];
  if (rows.length > 0) console.log(`${formatTable(rows)}\n`);
  const open = rows.filter(({ outcome }) => FOR_A_PERSON.includes(outcome)).length;
  console.log(
    `${String(events.seen)} undelivered events, ${String(events.found.length)} of them new to the shop; ` +
      `${String(sessions.seen)} sessions, ${String(sessions.settled.length)} of them settled now; ${String(open)} for a person`,
  );
  return open === 0 ? 0 : 1;
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
