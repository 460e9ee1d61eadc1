import { sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';

type OpenedSession = { orderId: string; sessionId: string; sessionUrl: string | null };

const recorded = compileQuery<{ id: string }, OpenedSession>(sql`
  UPDATE popbox.payments SET session_id = ${sql.placeholder('sessionId')}, session_url = ${sql.placeholder('sessionUrl')}
  WHERE order_id = ${sql.placeholder('orderId')}::uuid
    AND (session_id IS NULL OR session_id = ${sql.placeholder('sessionId')})
  RETURNING id`);

/**
 * Step: remembers the Stripe session of an order. Writing the same session again changes nothing.
 * @throws Error if the order already has another one: it would be payable twice
 */
export async function recordSession(tx: Tx, opened: OpenedSession): Promise<void> {
  const rows = await recorded(tx, opened);
  if (rows.length !== 1)
    throw new Error(`Order ${opened.orderId} already has another Stripe session.`);
}
