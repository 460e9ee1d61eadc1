import { asc, inArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { disputes, refunds, surplusPayments } from '../../../db/schema/refunds.ts';

/** Money of these orders that went back or is on its way. */
export async function exportRefunds(reader: Reader, orderIds: readonly string[]) {
  if (orderIds.length === 0) return [];
  return reader
    .select({
      orderId: refunds.orderId,
      amountCents: refunds.amountCents,
      currency: refunds.currency,
      state: refunds.state,
      reason: refunds.reason,
      createdAt: refunds.createdAt,
    })
    .from(refunds)
    .where(inArray(refunds.orderId, [...orderIds]))
    .orderBy(asc(refunds.id));
}

/** Second payments of these orders, and how their way back stands. */
export async function exportSecondPayments(reader: Reader, orderIds: readonly string[]) {
  if (orderIds.length === 0) return [];
  return reader
    .select({
      orderId: surplusPayments.orderId,
      intentId: surplusPayments.intentId,
      amountCents: surplusPayments.amountCents,
      currency: surplusPayments.currency,
      refundState: surplusPayments.state,
      createdAt: surplusPayments.createdAt,
    })
    .from(surplusPayments)
    .where(inArray(surplusPayments.orderId, [...orderIds]))
    .orderBy(asc(surplusPayments.id));
}

/** What the cardholder disputed at the bank. */
export async function exportDisputes(reader: Reader, orderIds: readonly string[]) {
  if (orderIds.length === 0) return [];
  return reader
    .select({
      orderId: disputes.orderId,
      amountCents: disputes.amountCents,
      currency: disputes.currency,
      status: disputes.status,
      createdAt: disputes.createdAt,
      closedAt: disputes.closedAt,
    })
    .from(disputes)
    .where(inArray(disputes.orderId, [...orderIds]))
    .orderBy(asc(disputes.id));
}
