import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { insertRows } from '../../../db/prepare-statement.ts';
import { paymentEntries } from '../../../db/schema/payments.ts';

/**
 * Step: the money of an order arrived. Received and expected amounts are both kept; whether they agree is the caller's
 * question. The payment must be locked and not paid yet.
 */
export async function recordCapture(
  tx: Tx,
  request: {
    paymentId: string;
    sessionId: string;
    intentId: string | null;
    receivedCents: number;
    receivedCurrency: string;
    now: Date;
  },
): Promise<void> {
  const { paymentId, sessionId, intentId, receivedCents, receivedCurrency, now } = request;
  await Promise.all([
    tx.execute(sql`
      UPDATE popbox.payments SET state = 'paid', session_id = ${sessionId}, intent_id = ${intentId},
        received_cents = ${receivedCents}, received_currency = ${receivedCurrency},
        paid_at = ${now.toISOString()}::timestamptz, failed_at = NULL
      WHERE id = ${paymentId}::uuid`),
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
