import express from 'express';
import type { Router } from 'express';
import { z } from 'zod';
import { listObjects } from './list-objects.ts';
import { createdRange, flag, isWithin, paging, readParams } from './read-params.ts';
import { answerWith } from './answer.ts';
import { missingObject } from './stripe-refusal.ts';
import { stripeSignature } from './stripe-signature.ts';
import { API_VERSION, newStripeId, nowSeconds } from './stripe-state.ts';
import type { StoredEvent, StripeEvent, StripeState } from './stripe-state.ts';

/** Writes down that something happened to `object`, as it is now, and tells the shop. */
export function emit(state: StripeState, type: string, object: object): void {
  const { settings } = state.core;
  // What the endpoint is not set up for is an event all the same, but nobody is told.
  const isForNobody = settings.stripeWebhookEvents?.includes(type) === false;
  const event: StripeEvent = {
    id: newStripeId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: nowSeconds(state),
    type,
    livemode: false,
    data: { object: structuredClone(object) },
    pending_webhooks: settings.stripeWebhookUrl === null || isForNobody ? 0 : 1,
    request: {
      id: state.caller?.requestId ?? null,
      idempotency_key: state.caller?.idempotencyKey ?? null,
    },
  };
  const stored: StoredEvent = { event, isDelivered: isForNobody };
  state.events.set(event.id, stored);
  if (isForNobody) return;
  const body = JSON.stringify(event, null, 2);
  state.core.deliver({
    id: event.id,
    url: () => settings.stripeWebhookUrl,
    body,
    sign: (timestampSeconds) => ({
      'stripe-signature': stripeSignature(settings.stripeWebhookSecret, timestampSeconds, body),
    }),
    onDelivered: () => {
      stored.isDelivered = true;
      event.pending_webhooks = 0;
    },
  });
}

const listParams = z.strictObject({
  ...paging,
  created: createdRange,
  delivery_success: flag.optional(),
  type: z.string().optional(),
  types: z.array(z.string()).max(20).optional(),
});

/** `/events`: everything that happened, told or not. */
export function createEventsRouter(state: StripeState): Router {
  const router = express.Router();
  router.get(
    '/events',
    answerWith(state, (request) => {
      const { limit, starting_after, ending_before, ...wanted } = readParams(
        listParams,
        request.params,
      );
      const types = wanted.types ?? (wanted.type === undefined ? null : [wanted.type]);
      const events = [...state.events.values()]
        .filter(
          ({ event, isDelivered }) =>
            isWithin(event.created, wanted.created) &&
            (wanted.delivery_success === undefined || wanted.delivery_success === isDelivered) &&
            (types === null || types.some((type) => isOfType(event.type, type))),
        )
        .map(({ event }) => event);
      return listObjects(
        events,
        { limit, starting_after, ending_before },
        { url: '/v1/events', object: 'event', view: (event) => event },
      );
    }),
  );
  router.get(
    '/events/:id',
    answerWith(state, ({ id }) => {
      const stored = state.events.get(id);
      if (stored === undefined) throw missingObject('event', id);
      return stored.event;
    }),
  );
  return router;
}

function isOfType(type: string, wanted: string): boolean {
  return wanted.endsWith('*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}
