import { asc, inArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { payments } from '../../../db/schema/payments.ts';

/** What these orders were to cost, and what came and went back. */
export async function exportPayments(reader: Reader, orderIds: readonly string[]) {
  if (orderIds.length === 0) return [];
  return reader
    .select({
      orderId: payments.orderId,
      provider: payments.provider,
      /** Under this the payment is found at the provider, which keeps the card. */
      intentId: payments.intentId,
      state: payments.state,
      amountCents: payments.amountCents,
      currency: payments.currency,
      receivedCents: payments.receivedCents,
      receivedCurrency: payments.receivedCurrency,
      refundedCents: payments.refundedCents,
      paidAt: payments.paidAt,
      createdAt: payments.createdAt,
    })
    .from(payments)
    .where(inArray(payments.orderId, [...orderIds]))
    .orderBy(asc(payments.id));
}
