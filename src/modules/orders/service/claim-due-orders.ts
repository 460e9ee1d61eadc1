import { and, asc, inArray, isNull, lte, or, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { orders } from '../../../db/schema/orders.ts';
import { addMs } from '../../../kernel/clock.ts';

export type DueOrder = { id: string };

/** Shorter than the job's interval of two minutes, so that an order whose question failed is asked about next time. */
const LEASE_MS = 100_000;

/**
 * Step: unpaid orders whose holds are over, those that waited longest since they were due or last asked about first, leased to the caller. Another instance does not get
 * them while the lease lasts; after a crash it lapses.
 */
export async function claimDueOrders(
  tx: Tx,
  request: { now: Date; limit: number },
): Promise<DueOrder[]> {
  const { now, limit } = request;
  const due = await tx
    .select({ id: orders.id })
    .from(orders)
    .where(
      and(
        inArray(orders.paymentState, ['awaiting', 'processing']),
        lte(orders.holdExpiresAt, now),
        or(isNull(orders.expiryLeaseUntil), lte(orders.expiryLeaseUntil, now)),
      ),
    )
    // Whoever was asked about before is behind the others: days of bank debits may not keep a run busy for ever.
    .orderBy(asc(sql`coalesce(${orders.expiryLeaseUntil}, ${orders.holdExpiresAt})`))
    .limit(limit)
    .for('no key update', { skipLocked: true });
  const ids = due.map(({ id }) => id);
  if (ids.length === 0) return [];
  await tx
    .update(orders)
    .set({ expiryLeaseUntil: addMs(now, LEASE_MS) })
    .where(inArray(orders.id, ids));
  return due;
}
