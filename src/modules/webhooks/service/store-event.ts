import { and, eq } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { inboundEvents } from '../../../db/schema/webhooks.ts';
import type { StripeEvent } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { stripeEventQueue } from '../webhooks.queue.ts';

const MAX_ID = 255;
const MAX_TYPE = 120;

/** Whether its ids fit the columns, as all of Stripe's do. Stored cut, an event could meet another. */
export function isStorable(event: StripeEvent): boolean {
  return event.id.length <= MAX_ID && event.type.length <= MAX_TYPE;
}

/**
 * Step: stores an event, if it is not stored yet, and queues its work. One that was stored before but is not done is queued
 * again; its work is safe to repeat.
 *
 * @returns `new`; `known`: stored before and not done; `done`
 */
export async function storeEvent(
  tx: Tx,
  app: App,
  { event, now }: { event: StripeEvent; now: Date },
): Promise<'new' | 'known' | 'done'> {
  const id = app.newId();
  const inserted = await tx
    .insert(inboundEvents)
    .values({
      id,
      provider: 'stripe',
      eventId: event.id,
      type: event.type,
      objectId: event.objectId !== null && event.objectId.length <= MAX_ID ? event.objectId : null,
      payload: event.slim,
      createdAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: inboundEvents.id });
  if (inserted.length === 1) {
    await app.queue.enqueue(tx, stripeEventQueue, { inboundId: id });
    return 'new';
  }
  const [known] = await tx
    .select({ id: inboundEvents.id, state: inboundEvents.state })
    .from(inboundEvents)
    .where(and(eq(inboundEvents.provider, 'stripe'), eq(inboundEvents.eventId, event.id)));
  if (!known) throw new Error('A stored event vanished.');
  if (known.state === 'processed' || known.state === 'ignored') return 'done';
  await app.queue.enqueue(tx, stripeEventQueue, { inboundId: known.id });
  return 'known';
}

/** Step: records that something came which is no event. Its digest is its identity: it may be sent again. */
export async function recordMalformed(
  tx: Tx,
  app: App,
  { digest, now }: { digest: string; now: Date },
): Promise<'new' | 'done'> {
  const inserted = await tx
    .insert(inboundEvents)
    .values({
      id: app.newId(),
      provider: 'stripe',
      eventId: `malformed/${digest}`,
      type: 'malformed',
      payload: {},
      state: 'ignored',
      reason: 'Signed by Stripe, but no event as this version of the API knows them.',
      processedAt: now,
      createdAt: now,
    })
    .onConflictDoNothing()
    .returning({ id: inboundEvents.id });
  return inserted.length === 1 ? 'new' : 'done';
}
