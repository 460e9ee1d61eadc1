import { and, eq, inArray, notInArray } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { refunds } from '../../../db/schema/refunds.ts';
import { loadPayment } from '../../payments/index.ts';
import { ENDED_WITHOUT_MONEY, listRefunds, sumStanding } from '../queries/keep-refunds.ts';

/** Whether money of the order went back or is on its way: a refund counts from its request, before Stripe is asked. */
export async function hasStandingRefund(reader: Reader, orderId: string): Promise<boolean> {
  const [refund] = await reader
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.orderId, orderId), notInArray(refunds.state, [...ENDED_WITHOUT_MONEY])))
    .limit(1);
  return refund !== undefined;
}

/** Whether money of the order is on its way back and has not arrived. */
export async function hasOpenRefund(reader: Reader, orderId: string): Promise<boolean> {
  const open = ['requested', 'pending', 'requires_action'] as const;
  const [refund] = await reader
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.orderId, orderId), inArray(refunds.state, [...open])))
    .limit(1);
  return refund !== undefined;
}

/** Whether all that was received for the order has gone back or is on its way, before the bank has answered. */
export async function returnsEverything(reader: Reader, orderId: string): Promise<boolean> {
  const payment = await loadPayment(reader, orderId);
  const cents = sumStanding(await listRefunds(reader, orderId));
  return cents > 0 && cents >= (payment?.receivedCents ?? 0);
}
