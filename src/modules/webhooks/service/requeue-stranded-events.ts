import { and, eq, inArray, lt, not, sql } from 'drizzle-orm';
import { inTx } from '../../../db/client.ts';
import { INBOUND_PROVIDERS, inboundEvents } from '../../../db/schema/webhooks.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, MINUTE_MS } from '../../../kernel/clock.ts';
import { hasLiveJob } from '../../../queue/has-live-job.ts';
import { eventQueues } from '../webhooks.queue.ts';

const STRANDED_AFTER_MS = 5 * MINUTE_MS;
const BATCH = 100;

/**
 * Job: events that are stored but lost their job (a queue that was emptied or restored) get a new one. Losing the whole
 * queue therefore loses nothing. A second job for an event does no harm: its work is safe to repeat.
 */
export async function requeueStrandedEvents(app: App): Promise<number> {
  let found = 0;
  for (const provider of INBOUND_PROVIDERS) found += await requeueFrom(app, provider);
  return found;
}

function requeueFrom(app: App, provider: (typeof INBOUND_PROVIDERS)[number]): Promise<number> {
  const queue = eventQueues[provider];
  return inTx(app, 'webhooks.requeue', async (tx, now) => {
    const stranded = await tx
      .select({ id: inboundEvents.id })
      .from(inboundEvents)
      .where(
        and(
          eq(inboundEvents.provider, provider),
          inArray(inboundEvents.state, ['received', 'failed']),
          lt(inboundEvents.createdAt, addMs(now, -STRANDED_AFTER_MS)),
          not(hasLiveJob(queue, 'inboundId', sql`${inboundEvents.id}::text`)),
        ),
      )
      .orderBy(inboundEvents.createdAt)
      .limit(BATCH)
      .for('update', { skipLocked: true });
    for (const { id } of stranded) await app.queue.enqueue(tx, queue, { inboundId: id });
    return stranded.length;
  });
}
