import { and, eq } from 'drizzle-orm';
import { inTx, type Tx } from '../../../db/client.ts';
import { inboundEvents } from '../../../db/schema/webhooks.ts';
import {
  WebhookSignatureInvalid,
  type StripeEvent,
} from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { webhooksProblems } from '../webhooks.contract.ts';
import { stripeEventQueue } from '../webhooks.queue.ts';

/**
 * Use case: stores a Stripe event and queues its work in one transaction; the 200 belongs to the stored row. No provider is
 * called here, so Stripe gets its answer in milliseconds. An event that was stored before but is not done is queued again;
 * its work is safe to repeat.
 *
 * @throws Problem SIGNATURE_INVALID, EVENT_MALFORMED; nothing is stored then
 */
export async function receiveStripeEvent(
  app: App,
  request: { rawBody: Buffer; signature: string | null },
): Promise<{ received: true; duplicate: boolean }> {
  const event = readEvent(app, request);
  const duplicate = await inTx(app, 'webhooks.receive', async (tx, now) => {
    const inbound = await insertOrFind(tx, app, event, now);
    if (inbound.isDone) return true;
    await app.queue.enqueue(tx, stripeEventQueue, { inboundId: inbound.id });
    return false;
  });
  return { received: true, duplicate };
}

const MAX_ID = 255;
const MAX_TYPE = 120;

function readEvent(app: App, request: { rawBody: Buffer; signature: string | null }): StripeEvent {
  try {
    const event = app.stripe.readWebhook(request.rawBody, request.signature ?? '');
    // Signed, but no event of Stripe's: its ids are shorter than the columns. Stored cut, it could meet another.
    if (event.id.length > MAX_ID || event.type.length > MAX_TYPE) {
      throw new Problem(webhooksProblems.EVENT_MALFORMED);
    }
    return event;
  } catch (error) {
    if (error instanceof WebhookSignatureInvalid) {
      throw new Problem(webhooksProblems.SIGNATURE_INVALID, { cause: error });
    }
    throw error;
  }
}

async function insertOrFind(
  tx: Tx,
  app: App,
  event: StripeEvent,
  now: Date,
): Promise<{ id: string; isDone: boolean }> {
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
  if (inserted.length === 1) return { id, isDone: false };
  const [known] = await tx
    .select({ id: inboundEvents.id, state: inboundEvents.state })
    .from(inboundEvents)
    .where(and(eq(inboundEvents.provider, 'stripe'), eq(inboundEvents.eventId, event.id)));
  if (!known) throw new Error('A stored event vanished.');
  return { id: known.id, isDone: known.state === 'processed' || known.state === 'ignored' };
}
