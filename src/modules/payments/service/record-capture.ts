import { eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { paymentEntries, payments } from '../../../db/schema/payments.ts';

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
    tx
      .update(payments)
      .set({
        state: 'paid',
        sessionId,
        intentId,
        receivedCents,
        receivedCurrency,
        paidAt: now,
        failedAt: null,
      })
      .where(eq(payments.id, paymentId)),
    tx.insert(paymentEntries).values({
      paymentId,
      kind: 'captured',
      amountCents: receivedCents,
      currency: receivedCurrency,
      providerRef: intentId ?? sessionId,
      createdAt: now,
    }),
  ]);
}
