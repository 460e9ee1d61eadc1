import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';

type Capture = {
  paymentId: string;
  sessionId: string;
  intentId: string | null;
  receivedCents: number;
  receivedCurrency: string;
  now: Date;
};

const captured = compileQuery<
  { paymentId: string },
  Omit<Capture, 'now'> & { providerRef: string; now: string }
>(
  sql`
  WITH paid AS (
    UPDATE popbox.payments SET state = 'paid', session_id = ${sql.placeholder('sessionId')},
      intent_id = ${sql.placeholder('intentId')}, received_cents = ${sql.placeholder('receivedCents')},
      received_currency = ${sql.placeholder('receivedCurrency')}, paid_at = ${sql.placeholder('now')}::timestamptz,
      failed_at = NULL
    WHERE id = ${sql.placeholder('paymentId')}::uuid
    RETURNING id, received_cents, received_currency, paid_at
  )
  INSERT INTO popbox.payment_entries (payment_id, kind, amount_cents, currency, provider_ref, created_at)
  SELECT id, 'captured', received_cents, received_currency, ${sql.placeholder('providerRef')}, paid_at FROM paid
  RETURNING payment_id AS "paymentId"`,
);

/**
 * Step: the money of an order arrived: the payment and its entry in the ledger, in one statement. Received and expected amounts
 * are both kept; whether they agree is the caller's question. The caller has locked the order, and its payment is not paid yet.
 */
export async function recordCapture(tx: Tx, capture: Capture): Promise<void> {
  const { sessionId, intentId, now } = capture;
  const providerRef = intentId ?? sessionId;
  const rows = await captured(tx, { ...capture, providerRef, now: now.toISOString() });
  if (rows.length !== 1) throw new Error(`There is no payment ${capture.paymentId} to book.`);
}
