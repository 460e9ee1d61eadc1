import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { payments } from '../../../db/schema/payments.ts';

/** Step: no money will come by this payment's session. A payment that is paid stays paid. */
export async function markPaymentFailed(
  tx: Tx,
  request: { orderId: string; now: Date },
): Promise<void> {
  await tx
    .update(payments)
    .set({ state: 'failed', failedAt: request.now })
    .where(and(eq(payments.orderId, request.orderId), eq(payments.state, 'pending')));
}
