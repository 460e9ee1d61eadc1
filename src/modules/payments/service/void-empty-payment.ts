import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { payments } from '../../../db/schema/payments.ts';

/** Step: a payment that brought nothing counts for nothing. False if any money came. The caller has locked the order. */
export async function voidEmptyPayment(
  tx: Tx,
  { orderId, now }: { orderId: string; now: Date },
): Promise<boolean> {
  const voided = await tx
    .update(payments)
    .set({ state: 'failed', paidAt: null, failedAt: now })
    .where(
      and(eq(payments.orderId, orderId), eq(payments.state, 'paid'), eq(payments.receivedCents, 0)),
    )
    .returning({ id: payments.id });
  return voided.length === 1;
}
