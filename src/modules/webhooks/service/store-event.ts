import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { inboundEvents, type INBOUND_PROVIDERS } from '../../../db/schema/webhooks.ts';
import type { App } from '../../../kernel/app.ts';
import { eventQueues } from '../webhooks.queue.ts';

const MAX_ID = 255;
const MAX_TYPE = 120;

/** Whether id and type fit their columns. Stored cut, an event could meet another. */
export function isStorable(event: { id: string; type: string }): boolean {
  return event.id.length <= MAX_ID && event.type.length <= MAX_TYPE;
}

/**
 * Step: stores an event and queues its work. One that was stored before but is not done is queued again; its work is safe
 * to repeat. Answers whether it was done already.
 */
export async function storeEvent(
  tx: Tx,
  app: App,
  event: Pick<typeof inboundEvents.$inferInsert, 'eventId' | 'type' | 'payload'> & {
    provider: (typeof INBOUND_PROVIDERS)[number];
    objectId: string | null;
    now: Date;
  },
): Promise<boolean> {
  const { provider, eventId, type, payload, now } = event;
  const id = app.newId();
  const objectId =
    event.objectId !== null && event.objectId.length <= MAX_ID ? event.objectId : null;
  const inserted = await tx
    .insert(inboundEvents)
    .values({ id, provider, eventId, type, objectId, payload, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: inboundEvents.id });
  const inbound = inserted.length === 1 ? { id, isDone: false } : await find(tx, event);
  if (inbound.isDone) return true;
  await app.queue.enqueue(tx, eventQueues[provider], { inboundId: inbound.id });
  return false;
}

async function find(
  tx: Tx,
  event: { provider: (typeof INBOUND_PROVIDERS)[number]; eventId: string },
): Promise<{ id: string; isDone: boolean }> {
  const { provider, eventId } = event;
  const [known] = await tx
    .select({ id: inboundEvents.id, state: inboundEvents.state })
    .from(inboundEvents)
    .where(and(eq(inboundEvents.provider, provider), eq(inboundEvents.eventId, eventId)));
  if (!known) throw new Error('A stored event vanished.');
  return { id: known.id, isDone: known.state === 'processed' || known.state === 'ignored' };
}
