import { and, asc, inArray, lt, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { inboundEvents } from '../../../db/schema/webhooks.ts';

/**
 * Step: empties the payloads of events that are done since before `before`, at most `limit`. That the event came and what
 * became of it stays, so that a late repeat is still known. Answers how many.
 */
export async function forgetPayloads(
  tx: Tx,
  request: { before: Date; limit: number },
): Promise<number> {
  const old = await tx
    .select({ id: inboundEvents.id })
    .from(inboundEvents)
    .where(
      and(
        sql`${inboundEvents.payload} <> '{}'::jsonb`,
        inArray(inboundEvents.state, ['processed', 'ignored']),
        lt(inboundEvents.createdAt, request.before),
      ),
    )
    .orderBy(asc(inboundEvents.createdAt))
    .limit(request.limit)
    .for('update', { skipLocked: true });
  const ids = old.map(({ id }) => id);
  if (ids.length > 0) {
    await tx.update(inboundEvents).set({ payload: {} }).where(inArray(inboundEvents.id, ids));
  }
  return old.length;
}
