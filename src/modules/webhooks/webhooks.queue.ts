import { z } from 'zod';
import type { INBOUND_PROVIDERS } from '../../db/schema/webhooks.ts';
import { defineQueue } from '../../queue/define-queue.ts';

/** Stripe events that are stored and wait to be worked. */
export const stripeEventQueue = defineQueue({
  name: 'stripe-event',
  payload: z.object({ inboundId: z.uuid() }),
});

/**
 * Events about mails that are stored and wait to be worked. Four tries over a minute: an event may be faster than the
 * answer that tells us the mail's id, but not slower than that.
 */
export const resendEventQueue = defineQueue({
  name: 'resend-event',
  payload: z.object({ inboundId: z.uuid() }),
  retryLimit: 3,
});

/** Where the events of a provider are worked. */
export const eventQueues = {
  stripe: stripeEventQueue,
  resend: resendEventQueue,
} as const satisfies Record<(typeof INBOUND_PROVIDERS)[number], unknown>;
