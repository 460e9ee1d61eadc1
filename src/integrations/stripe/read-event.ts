import { z } from 'zod';
import type { JsonValue, StripeEvent } from './stripe-port.ts';

const reference = z
  .union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)])
  .nullish()
  .transform((value) => value ?? null);

const subject = z.looseObject({
  id: z.string().nullish(),
  object: z.string().nullish(),
  payment_intent: reference,
  client_reference_id: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

const snapshotEvent = z.looseObject({
  id: z.string().min(1),
  type: z.string().min(1),
  created: z.number().int(),
  livemode: z.boolean(),
  api_version: z.string().nullish(),
  data: z.looseObject({ object: subject }),
});

/** What may be kept of the object: states and amounts. Names, addresses and e-mails stay at Stripe. */
const KEPT_FIELDS = [
  'status',
  'payment_status',
  'amount',
  'amount_subtotal',
  'amount_total',
  'amount_received',
  'amount_refunded',
  'currency',
  'created',
  'expires_at',
  'reason',
  'failure_reason',
  'charge',
  'payment_intent',
] as const;

/**
 * Reads an event as "something happened to this object".
 * @throws ZodError if it is no snapshot event
 */
export function readEvent(event: unknown): StripeEvent {
  const parsed = snapshotEvent.parse(event);
  const { object } = parsed.data;
  const isIntent = object.object === 'payment_intent';
  return {
    id: parsed.id,
    type: parsed.type,
    createdAtSeconds: parsed.created,
    livemode: parsed.livemode,
    apiVersion: parsed.api_version ?? null,
    objectId: object.id ?? null,
    objectType: object.object ?? null,
    paymentIntentId: isIntent ? (object.id ?? null) : object.payment_intent,
    orderId: object.metadata?.['orderId'] ?? object.client_reference_id ?? null,
    publicId: object.metadata?.['orderPublicId'] ?? null,
    slim: slimDown(object),
  };
}

function slimDown(object: Record<string, unknown>): Record<string, JsonValue> {
  const slim: Record<string, JsonValue> = {};
  for (const field of KEPT_FIELDS) {
    const value = object[field];
    if (typeof value === 'string' || typeof value === 'number' || value === null) {
      slim[field] = value;
    }
  }
  return slim;
}
