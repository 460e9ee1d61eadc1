import { inArray, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { payments } from '../../../db/schema/payments.ts';

/**
 * Step: takes the e-mail out of what was asked of Stripe, and the address of the payment page. The orders are settled, so
 * nobody asks it again; ids and amounts stay, because refunds and disputes are found by them.
 */
export async function erasePayers(tx: Tx, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await tx
    .update(payments)
    .set({
      sessionParams: sql`${payments.sessionParams} || '{"customerEmail": "nobody@erased.invalid"}'::jsonb`,
      sessionUrl: null,
    })
    .where(inArray(payments.orderId, [...orderIds]));
}
