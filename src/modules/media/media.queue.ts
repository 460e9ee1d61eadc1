import { z } from 'zod';
import { defineQueue } from '../../queue/define-queue.ts';

/** One job per object. What fails to the end is found again by the sweep, because its row stays. */
export const objectDeletionQueue = defineQueue({
  name: 'object-deletion',
  payload: z.object({ key: z.string().min(1).max(255) }),
});
