import { z } from 'zod';
import { defineQueue } from '../../queue/define-queue.ts';

/** Calls to the storefront: tried for about a day, with delays that double up to four hours. */
export const webhookDeliveryQueue = defineQueue({
  name: 'webhook-delivery',
  payload: z.object({ deliveryId: z.uuid() }),
  retryLimit: 16,
  retryDelayMaxSeconds: 4 * 3600,
});
