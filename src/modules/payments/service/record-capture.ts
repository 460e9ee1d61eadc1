import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import { insertRows } from '../../../db/prepare-statement.ts';
import { paymentEntries } from '../../../db/schema/payments.ts';

type Capture = {
  paymentId: string;
  sessionId: string;
  intentId: string | null;
  receivedCents: number;
  receivedCurrency: string;
  now: Date;
};

const captured = compileQuery<object, Omit<Capture, 'now'> & { now: string }>(sql`
  UPDATE popbox.payments SET state = 'paid', session_id = ${sql.placeholder('sessionId')},
    intent_id = ${sql.placeholder('intentId')}, received_cents = ${sql.placeholder('receivedCents')},
    received_currency = ${sql.placeholder('receivedCurrency')}, paid_at = ${sql.placeholder('now')}::timestamptz,
    failed_at = NULL
  WHERE id = ${sql.placeholder('paymentId')}::uuid`);

/**
 * Step: the money of an order arrived. Received and expected amounts are both kept; whether they agree is the caller's
 * question. The payment must be locked and not paid yet.
 */
export async function recordCapture(tx: Tx, capture: Capture): Promise<void> {
  const { paymentId, sessionId, intentId, receivedCents, receivedCurrency, now } = capture;
  await Promise.all([
    captured(tx, { ...capture, now: now.toISOString() }),
    insertRows(tx, paymentEntries, [
      {
        paymentId,
        kind: 'captured',
        amountCents: receivedCents,
        currency: receivedCurrency,
        providerRef: intentId ?? sessionId,
        createdAt: now,
      },
    ]),
  ]);
}
