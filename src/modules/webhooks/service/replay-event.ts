import { eq } from 'drizzle-orm';
import { inTx } from '../../../db/client.ts';
import { inboundEvents } from '../../../db/schema/webhooks.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { webhookEventsProblems, type WebhookEvent } from '../webhooks.admin-contract.ts';
import { eventQueues } from '../webhooks.queue.ts';
import { presentEvent } from './list-events.ts';

/**
 * Use case: queues an event again whose tries are used up. It is `received` anew, so that a lost job is replaced as for
 * any other; the number of attempts goes on.
 *
 * @throws Problem WEBHOOK_EVENT_NOT_FOUND, WEBHOOK_EVENT_DONE (processed or ignored)
 */
export async function replayEvent(
  app: App,
  { id, actor, requestId }: { id: string; actor: string; requestId: string | null },
): Promise<WebhookEvent> {
  return inTx(app, 'webhooks.replay', async (tx) => {
    const [event] = await tx
      .select()
      .from(inboundEvents)
      .where(eq(inboundEvents.id, id))
      .for('no key update');
    if (!event) throw new Problem(webhookEventsProblems.WEBHOOK_EVENT_NOT_FOUND);
    if (event.state === 'processed' || event.state === 'ignored') {
      throw new Problem(webhookEventsProblems.WEBHOOK_EVENT_DONE);
    }
    await tx
      .update(inboundEvents)
      .set({ state: 'received', reason: null })
      .where(eq(inboundEvents.id, id));
    await app.queue.enqueue(tx, eventQueues[event.provider], { inboundId: id });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'webhook_event.replayed',
      targetType: 'webhook_event',
      targetId: id,
      before: { state: event.state, reason: event.reason },
      after: { state: 'received' },
      requestId,
    });
    return presentEvent({ ...event, state: 'received', reason: null });
  });
}
