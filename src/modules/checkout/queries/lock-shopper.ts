import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';

/** Whom a checkout belongs to, as far as it can be known: an account, a browser, an inbox. */
export type ShopperIdentity = {
  userId: string | null;
  /** Null for a browser that was never here: nothing belongs to it yet. */
  browserHash: string | null;
  email: string;
};

/**
 * Step, as a select list's source: locks the shopper until the end of the transaction, under each name that a limit counts
 * by, in one order. Two checkouts of one person run one after the other, so that the second counts the first; everybody
 * else's do not wait. A limit has no row to guard, and the rows that all buyers share (stock, box) are locked last.
 *
 * Counting needs a statement of its own afterwards: this one's snapshot is older than the wait.
 */
export const SHOPPER_LOCKS = sql`(
  SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended('shopper:' || name, 0) AS key
    FROM unnest(${sql.placeholder('shopperNames')}::text[] ||
      ('mailbox:' || popbox.mailbox_of(${sql.placeholder('shopperEmail')}::text))) AS name
    ORDER BY key
  ) AS ordered
)`;

export type ShopperLockValues = { shopperNames: readonly string[]; shopperEmail: string };

/** What the placeholders of `SHOPPER_LOCKS` stand for. */
export function namesToLock({ userId, browserHash, email }: ShopperIdentity): ShopperLockValues {
  const shopperNames = [
    ...(userId === null ? [] : [`user:${userId}`]),
    ...(browserHash === null ? [] : [`browser:${browserHash}`]),
  ];
  return { shopperNames, shopperEmail: email };
}

const locking = compileQuery<object, ShopperLockValues>(
  sql`SELECT count(*) FROM ${SHOPPER_LOCKS} AS locked`,
);

export async function lockShopper(tx: Tx, shopper: ShopperIdentity): Promise<void> {
  await locking(tx, namesToLock(shopper));
}
