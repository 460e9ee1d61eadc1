import { sql } from 'drizzle-orm';
import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, MINUTE_MS } from '../../../kernel/clock.ts';
import { stripeEventQueue } from '../webhooks.queue.ts';

const STRANDED_AFTER_MS = 5 * MINUTE_MS;
const BATCH = 100;

/**
 * Job: events that are stored but lost their job (a queue that was emptied or restored) get a new one. Losing the whole
 * queue therefore loses nothing. A second job for an event does no harm: its work is safe to repeat.
 */
export async function requeueStrandedEvents(app: App): Promise<number> {
  return inTx(app, 'webhooks.requeue', async (tx, now) => {
    const before = addMs(now, -STRANDED_AFTER_MS).toISOString();
    const { rows } = await tx.execute<{ id: string }>(sql`
      SELECT id FROM popbox.inbound_events inbound
      WHERE provider = 'stripe' AND state = 'received' AND created_at < ${before}::timestamptz
        AND NOT EXISTS (
          SELECT 1 FROM pgboss.job WHERE name = ${stripeEventQueue.name}
            AND state < 'completed' AND data ->> 'inboundId' = inbound.id::text)
      ORDER BY created_at LIMIT ${BATCH} FOR UPDATE OF inbound SKIP LOCKED`);
    for (const { id } of rows) await app.queue.enqueue(tx, stripeEventQueue, { inboundId: id });
    return rows.length;
  });
}
