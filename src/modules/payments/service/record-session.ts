import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';

/**
 * Step: remembers the Stripe session of an order. Writing the same session again changes nothing.
 * @throws Error if the order already has another one: it would be payable twice
 */
export async function recordSession(
  tx: Tx,
  request: { orderId: string; sessionId: string; sessionUrl: string | null },
): Promise<void> {
  const { orderId, sessionId, sessionUrl } = request;
  const { rowCount } = await tx.execute(sql`
    UPDATE popbox.payments SET session_id = ${sessionId}, session_url = ${sessionUrl}
    WHERE order_id = ${orderId}::uuid AND (session_id IS NULL OR session_id = ${sessionId})`);
  if (rowCount !== 1) throw new Error(`Order ${orderId} already has another Stripe session.`);
}
