import { z } from 'zod';
import { defineQueue } from '../../queue/define-queue.ts';

/** Stripe events that are stored and wait to be worked. */
export const stripeEventQueue = defineQueue({
  name: 'stripe-event',
  payload: z.object({ inboundId: z.uuid() }),
});
