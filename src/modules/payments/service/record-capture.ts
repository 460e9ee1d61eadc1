import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';

export type Capture = {
  paymentId: string;
  sessionId: string;
  intentId: string | null;
  receivedCents: number;
  receivedCurrency: string;
};

// The list of ids finds the payments by their key, whatever the planner thinks that a table of captures holds.
const captured = compileQuery<{ paymentId: string }, { captures: string; now: string }>(sql`
  WITH captures AS (
    SELECT * FROM json_to_recordset(${sql.placeholder('captures')}::json) AS c("paymentId" uuid, "sessionId" text,
      "intentId" text, "receivedCents" int, "receivedCurrency" text)
  ), paid AS (
    UPDATE popbox.payments p SET state = 'paid', session_id = c."sessionId", intent_id = c."intentId",
      received_cents = c."receivedCents", received_currency = c."receivedCurrency",
      paid_at = ${sql.placeholder('now')}::timestamptz, failed_at = NULL
    FROM captures c
    WHERE p.id = ANY (array(SELECT "paymentId" FROM captures)) AND p.id = c."paymentId"
    RETURNING p.id, p.received_cents, p.received_currency, coalesce(p.intent_id, p.session_id) AS provider_ref, p.paid_at
  )
  INSERT INTO popbox.payment_entries (payment_id, kind, amount_cents, currency, provider_ref, created_at)
  SELECT id, 'captured', received_cents, received_currency, provider_ref, paid_at FROM paid
  RETURNING payment_id AS "paymentId"`);

/**
 * Step: the money of orders arrived: the payments and their entries in the ledger, in one statement. Received and expected
 * amounts are both kept; whether they agree is the caller's question. The caller has locked the orders, and their payments are
 * not paid yet.
 */
export async function recordCaptures(
  tx: Tx,
  { captures, now }: { captures: readonly Capture[]; now: Date },
): Promise<void> {
  const values = { captures: JSON.stringify(captures), now: now.toISOString() };
  const rows = await captured(tx, values);
  if (rows.length !== captures.length) throw new Error('There is no payment to book.');
}
