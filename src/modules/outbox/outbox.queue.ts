import { z } from 'zod';
import { defineQueue } from '../../queue/define-queue.ts';

/**
 * One job per mail. With delays that double up to an hour, 40 tries last longer than the 23 hours after which
 * `sendMail` gives a mail up, so it is always the mail's age that decides.
 */
export const mailQueue = defineQueue({
  name: 'mail',
  payload: z.object({ mailId: z.uuid() }),
  retryLimit: 40,
  expireInSeconds: 120,
});
