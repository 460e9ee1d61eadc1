import { inOneStatement, inTx } from '../../../db/client.ts';
import {
  WebhookSignatureInvalid,
  type StripeEvent,
} from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { sha256Hex } from '../../../kernel/hash.ts';
import { Problem } from '../../../kernel/problems.ts';
import { webhooksProblems } from '../webhooks.contract.ts';
import {
  describeMalformed,
  describeStripeEvent,
  insertEvent,
  isStorable,
  storeEvent,
} from './store-event.ts';

/**
 * Use case: stores a Stripe event and queues its work in one transaction; the 200 belongs to the stored row. No provider is
 * called here, so Stripe gets its answer in milliseconds. An event that was stored before but is not done is queued again;
 * its work is safe to repeat.
 *
 * Bytes that Stripe signed and nobody can read are recorded and answered like any other: a refusal would only make Stripe
 * send them again for days.
 *
 * @throws Problem SIGNATURE_INVALID; nothing is stored then
 */
export async function receiveStripeEvent(
  app: App,
  request: { rawBody: Buffer; signature: string | null },
): Promise<{ received: true; duplicate: boolean }> {
  const event = readEvent(app, request);
  const incoming =
    event !== null && isStorable(event)
      ? describeStripeEvent(event)
      : describeMalformed(sha256Hex(request.rawBody));
  if (incoming.ignoredBecause !== null) {
    // Three of four events: nothing is queued with them, so that one statement does.
    const isNew = await inOneStatement(app, 'webhooks.ignore', (db, now) =>
      insertEvent(db, app, { ...incoming, now }),
    );
    if (isNew) return { received: true, duplicate: false };
  }
  const stored = await inTx(app, 'webhooks.receive', (tx, now) =>
    storeEvent(tx, app, { ...incoming, now }),
  );
  return { received: true, duplicate: stored === 'done' };
}

function readEvent(
  app: App,
  request: { rawBody: Buffer; signature: string | null },
): StripeEvent | null {
  try {
    return app.stripe.readWebhook(request.rawBody, request.signature ?? '');
  } catch (error) {
    if (error instanceof WebhookSignatureInvalid) {
      throw new Problem(webhooksProblems.SIGNATURE_INVALID, { cause: error });
    }
    throw error;
  }
}
