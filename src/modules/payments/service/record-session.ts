import { and, eq, isNull, or } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { payments } from '../../../db/schema/payments.ts';

/**
 * Step: remembers the Stripe session of an order. Writing the same session again changes nothing.
 * @throws Error if the order already has another one: it would be payable twice
 */
export async function recordSession(
  tx: Tx,
  request: { orderId: string; sessionId: string; sessionUrl: string | null },
): Promise<void> {
  const { orderId, sessionId, sessionUrl } = request;
  const written = await tx
    .update(payments)
    .set({ sessionId, sessionUrl })
    .where(
      and(
        eq(payments.orderId, orderId),
        or(isNull(payments.sessionId), eq(payments.sessionId, sessionId)),
      ),
    )
    .returning({ id: payments.id });
  if (written.length !== 1) throw new Error(`Order ${orderId} already has another Stripe session.`);
}
