import { and, inArray, isNotNull } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { refunds, surplusPayments } from '../../../db/schema/refunds.ts';
import { forgetVoidReasons } from '../../kuji/index.ts';
import { VOID_REASON } from './take-back-goods.ts';

/** Step: takes out what staff wrote about refunds of these orders and the tickets taken back: free text, in which people are named. */
export async function eraseRefundReasons(tx: Tx, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await tx
    .update(refunds)
    .set({ reason: null })
    .where(and(inArray(refunds.orderId, [...orderIds]), isNotNull(refunds.reason)));
  await forgetVoidReasons(tx, { orderIds, reason: VOID_REASON });
}

const UNDER_WAY = ['requested', 'pending', 'requires_action'] as const;

/** Those of these orders whose money is still on its way back, that of a second payment included. */
export async function findOrdersWithRefundsUnderWay(
  tx: Tx,
  orderIds: readonly string[],
): Promise<string[]> {
  if (orderIds.length === 0) return [];
  const ids = [...orderIds];
  const found = await tx
    .select({ orderId: refunds.orderId })
    .from(refunds)
    .where(and(inArray(refunds.orderId, ids), inArray(refunds.state, UNDER_WAY)))
    .union(
      tx
        .select({ orderId: surplusPayments.orderId })
        .from(surplusPayments)
        .where(
          and(inArray(surplusPayments.orderId, ids), inArray(surplusPayments.state, UNDER_WAY)),
        ),
    );
  return found.map(({ orderId }) => orderId);
}
