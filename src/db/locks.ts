import { sql } from 'drizzle-orm';
import type { Tx } from './client.ts';

/*
 * The global lock order. Whoever locks more than one kind of row in a transaction takes them in this
 * order, and several rows of one kind by ascending id (customers, found or made by their e-mails, by e-mail); then no two
 * transactions can wait for each other.
 *
 *   0 shopper (advisory)   1 checkout attempt   2 order   3 customer   4 inventory rows   5 kuji set   6 payment
 *
 * The shopper is no row: a checkout locks account, browser and inbox by name before it counts what they hold (see
 * checkout's lock-shopper.ts). Nobody else takes these, and the checkout takes them first.
 *
 * Product rows are never locked to sell: inserting a line takes a key-share lock on the product, and a
 * stronger one elsewhere would block every sale of it.
 *
 * Rows are locked with FOR NO KEY UPDATE, which lets foreign keys to them still be inserted.
 */

/** Names of the jobs that may run on one instance at a time. */
export const JOB_LOCKS = {
  expireHolds: 'jobs:expire-holds',
  resumeCheckouts: 'jobs:resume-checkouts',
  finishRefunds: 'jobs:finish-refunds',
  reconcileStripe: 'jobs:reconcile-stripe',
  requeueStranded: 'jobs:requeue-stranded',
  closeKujiSets: 'jobs:close-kuji-sets',
  announceChanges: 'jobs:announce-changes',
  refreshTrending: 'jobs:refresh-trending',
  indexProducts: 'jobs:index-products',
  prune: 'jobs:prune',
  remindOfTickets: 'jobs:remind-of-tickets',
  alertLowStock: 'jobs:alert-low-stock',
  forgetPersonal: 'jobs:forget-personal',
} as const;

export type JobLock = (typeof JOB_LOCKS)[keyof typeof JOB_LOCKS];

/**
 * Takes the job's lock until the end of this transaction; false if another instance has it. Only
 * transaction-scoped advisory locks are used: behind a pooler a session-level one can be unlocked on another
 * connection than the one that has it, and then stays for ever.
 */
export async function tryJobLock(tx: Tx, lock: JobLock): Promise<boolean> {
  const { rows } = await tx.execute<{ locked: boolean }>(
    sql`SELECT pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) AS locked`,
  );
  return rows[0]?.locked === true;
}
