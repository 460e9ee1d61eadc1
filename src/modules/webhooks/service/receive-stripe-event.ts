import { inTx } from '../../../db/client.ts';
import {
  WebhookSignatureInvalid,
  type StripeEvent,
} from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { webhooksProblems } from '../webhooks.contract.ts';
import { isStorable, storeEvent } from './store-event.ts';

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
  const duplicate = await inTx(app, 'webhooks.receive', (tx, now) =>
    storeEvent(tx, app, {
      provider: 'stripe',
      eventId: event.id,
      type: event.type,
      objectId: event.objectId,
      payload: event.slim,
      now,
    }),
  );
  return { received: true, duplicate };
}

function readEvent(app: App, request: { rawBody: Buffer; signature: string | null }): StripeEvent {
  try {
    const event = app.stripe.readWebhook(request.rawBody, request.signature ?? '');
    // Signed, but no event of Stripe's: its ids are shorter than the columns.
    if (!isStorable(event)) throw new Problem(webhooksProblems.EVENT_MALFORMED);
    return event;
  } catch (error) {
    if (error instanceof WebhookSignatureInvalid) {
      throw new Problem(webhooksProblems.SIGNATURE_INVALID, { cause: error });
    }
    throw error;
  }
}
