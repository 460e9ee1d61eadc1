import { sql } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import type { ShopperIdentity } from './lock-shopper.ts';

/** What a person has bought or holds, as far as limits ask. */
export type History = {
  /** Unpaid orders of the account or browser. */
  openOfShopper: number;
  /** Unpaid orders of all guests with this inbox. */
  openOfMailbox: number;
  /** Kuji tickets since midnight in the shop's time zone. */
  ticketsToday: number;
  /** Product id → units. */
  units: Record<string, number>;
  /** Set id → tickets, for every set of the products asked for. */
  tickets: Record<string, number>;
};

/** The shop's, in which a day begins. */
const TIME_ZONE = sql`'America/Edmonton'`;

const EMAIL = sql.placeholder('email');
const USER_ID = sql.placeholder('userId');
const BROWSER_HASH = sql.placeholder('browserHash');
const PRODUCT_IDS = sql.placeholder('productIds');

type HistoryValues = ShopperIdentity & {
  except: readonly string[];
  productIds: readonly string[];
  now: string;
};

const historyOf = compileQuery<History, HistoryValues>(sql`
  WITH known AS MATERIALIZED (
    SELECT p.*, p.mailbox = popbox.mailbox_of(${EMAIL}::text) AS is_mailbox,
      coalesce(p.user_id = ${USER_ID}::uuid, false) AS is_user,
      coalesce(p.browser_hash = ${BROWSER_HASH}::text, false) AS is_browser
    FROM popbox.checkout_purchases p
    WHERE (p.mailbox = popbox.mailbox_of(${EMAIL}::text) OR p.user_id = ${USER_ID}::uuid
        OR (p.browser_hash = ${BROWSER_HASH}::text AND NOT p.is_paid))
      AND p.order_id <> ALL (${sql.placeholder('except')}::uuid[])
  ), own AS (
    SELECT * FROM known
    WHERE CASE WHEN ${USER_ID}::uuid IS NULL THEN is_mailbox ELSE is_user OR (is_mailbox AND is_paid) END
  )
  SELECT
    (SELECT count(DISTINCT order_id) FILTER (WHERE is_user OR is_browser) FROM known WHERE NOT is_paid)::int
      AS "openOfShopper",
    (SELECT count(DISTINCT order_id) FROM known WHERE NOT is_paid AND is_mailbox AND user_id IS NULL)::int
      AS "openOfMailbox",
    (SELECT coalesce(sum(quantity), 0) FROM own WHERE kuji_set_id IS NOT NULL
      AND created_at >= date_trunc('day', ${sql.placeholder('now')}::timestamptz AT TIME ZONE ${TIME_ZONE}) AT TIME ZONE ${TIME_ZONE})::int
      AS "ticketsToday",
    (SELECT coalesce(json_object_agg(product_id, units), '{}') FROM (
      SELECT product_id, sum(quantity) AS units FROM own
      WHERE product_id = ANY (${PRODUCT_IDS}::uuid[]) GROUP BY product_id) AS bought) AS units,
    (SELECT coalesce(json_object_agg(kuji_set_id, tickets), '{}') FROM (
      SELECT kuji_set_id, sum(quantity) AS tickets FROM own
      WHERE product_id = ANY (${PRODUCT_IDS}::uuid[]) AND kuji_set_id IS NOT NULL
      GROUP BY kuji_set_id) AS drawn) AS tickets`);

/**
 * Counts under the shopper's lock. A guest is his inbox. Somebody who is signed in is his account, and what was *paid for*
 * under his e-mail: what strangers merely hold under it does not count against him, so signing in is the way past a
 * stranger who holds goods in his name.
 */
export async function loadHistory(
  reader: Reader,
  request: {
    shopper: ShopperIdentity;
    /** Orders that the new one replaces. */
    except: readonly string[];
    productIds: readonly string[];
    now: Date;
  },
): Promise<History> {
  const { shopper, except, productIds, now } = request;
  const [history] = await historyOf(reader, {
    ...shopper,
    except,
    productIds,
    now: now.toISOString(),
  });
  if (!history) throw new Error('A history of one row was not answered.');
  return history;
}
