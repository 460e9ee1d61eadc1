import { sql } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import type { Payment } from './keep-payment.ts';

type OpenedSession = { orderId: string; sessionId: string; sessionUrl: string | null };

const recorded = compileQuery<{ state: Payment['state'] }, OpenedSession>(sql`
  UPDATE popbox.payments SET session_id = ${sql.placeholder('sessionId')}, session_url = ${sql.placeholder('sessionUrl')}
  WHERE order_id = ${sql.placeholder('orderId')}::uuid
    AND (session_id IS NULL OR session_id = ${sql.placeholder('sessionId')})
  RETURNING state`);

/**
 * Remembers the Stripe session of an order, in a statement that may be a transaction of its own; answers how the payment
 * stands. Whoever ends an unpaid order marks its payment `failed`: one of the two waits for the other, so a page that was
 * opened too late is told here. Writing the same session again changes nothing.
 *
 * @throws Error if the order already has another one: it would be payable twice
 */
export async function recordSession(
  reader: Reader,
  opened: OpenedSession,
): Promise<Payment['state']> {
  const [payment] = await recorded(reader, opened);
  if (!payment) throw new Error(`Order ${opened.orderId} already has another Stripe session.`);
  return payment.state;
}
