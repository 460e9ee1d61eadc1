import { z } from 'zod';
import { defineQueue } from '../../queue/define-queue.ts';

/** Refunds that no person waits for: written down, to be asked of Stripe. */
export const refundQueue = defineQueue({
  name: 'refund',
  payload: z.object({ refundId: z.uuid() }),
});

/** Second payments of an order, to be given back. */
export const surplusQueue = defineQueue({
  name: 'surplus-payment',
  payload: z.object({ surplusId: z.uuid() }),
});
