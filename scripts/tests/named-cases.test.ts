import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../run-tool.ts';

/**
 * The ways in which other shops lost money, stock or tickets (T), those of our own design (H), and the points at which the
 * process is killed (C). Each has a test of exactly this name, so that none is lost when tests are moved or merged. Codes and
 * gift cards have no test (T33, T35): the shop has neither.
 */
const CASES = [
  'T01 last unit is sold once',
  'T02 a cart cannot outlive its stock',
  'T03 nobody can pay without a hold',
  'T04 two lines of one item count together',
  'T05 every path to a hold is guarded',
  'T06 a changed cart is checked again',
  'T07 ten buyers, one unit, one order',
  'T08 a restock during a sale loses nothing',
  'T09 a stale page cannot buy',
  'T10 crossed bulk changes do not deadlock',
  'T11 an older schema is not ready',
  'T12 the loser gets a clear 409',
  'T13 own unpaid checkout does not block the next',
  'T14 a superseded session is dead before its stock moves',
  'T15 releasing twice subtracts once',
  'T16 cancelling frees only what is open',
  'T17 archiving a variant keeps its holds',
  'T18 a late payment takes stock only if there is some',
  'T19 paying an expired order gives everything or the money back',
  'T20 a failed payment frees the order',
  'T21 leaving the pay page leads back or ends',
  'T22 success page and webhook finalise once',
  'T23 finalising needs one connection',
  'T24 an unpaid completion books nothing',
  'T25 serialisation failures stay inside',
  'T26 three webhooks at once settle once',
  'T27 an order is paid once',
  'T28 decisions follow the remote call',
  'T29 a hold converts once',
  'T30 an old failure leaves a paid order paid',
  'T31 no 200 without a stored event',
  'T32 one confirmation per order',
  'T34 a losing attempt never undoes the winner',
  'T36 partial refunds add up',
  'H01 stock stays held until Stripe says no',
  'H02 a busy event is not waved through',
  'H03 equal keys of two shoppers never meet',
  'H04 a key is bound to its body',
  'H05 a retry is not blocked by its own hold',
  'H06 locks end with their transaction',
  'H07 more payments than connections still finish',
  'H08 checkout and finalise do not deadlock',
  'H09 finalising twice draws once',
  'H10 paying late does not win Last One',
  'H11 one Last One per set',
  'H12 a revealed ticket never returns',
  'H13 a ticket is revealed or returned, not both',
  'H14 a box in use cannot be edited',
  'H15 two reveals, one result',
  'H16 cancel and pay: one of them',
  'H17 two equal refunds are two',
  'H18 a failed refund can be repeated',
  'H19 the second save is told',
  'H20 parallel checkouts respect the limit',
  'C01 crash after the reserve commit, before the Stripe call',
  'C02 crash after the Stripe call, before recording',
  'C03 crash in the webhook request, before the commit',
  'C04 crash after the webhook insert, before the work',
  'C05 crash mid-finalise, inside the transaction',
  'C06 crash after the finalise commit, before the job is marked done',
  'C07 crash after sessions.expire, before freeing',
  'C08 crash after claiming due orders, before any call',
  'C09 crash with a refund row requested, before the call',
  'C10 crash after the refund call, before recording',
  'C11 crash after the mail was sent, before marking',
  'C12 crash after the reveal commit, before the answer',
  'C13 crash while sealing a set',
  'C14 crash of a job inside its guarded run',
  'C15 SIGTERM under load',
  'C16 Postgres restarts under load',
  'C17 SIGKILL at a random moment, 50 purchases, printed seed',
];

const TITLE = /\b(?:it|test)(?:\.(?:runIf|skipIf)\([^)]*\))?\(\s*'([TCH]\d\d [^']*)'/g;

/** Every title of a test that names a case, with the file it stands in. */
function listNamedTests(): { title: string; file: string }[] {
  return globSync('{src,scripts,testing,sandbox}/**/*.test.ts', { cwd: ROOT }).flatMap((file) =>
    Array.from(readFileSync(join(ROOT, file), 'utf8').matchAll(TITLE), ([, title]) => ({
      title: title ?? '',
      file,
    })),
  );
}

const named = listNamedTests();

test.each(CASES)('there is one test named %s', (name) => {
  const files = named.flatMap(({ title, file }) => (title === name ? [file] : []));
  expect(files).toHaveLength(1);
});
