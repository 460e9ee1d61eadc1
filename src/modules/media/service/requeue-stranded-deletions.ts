import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { objectDeletionQueue } from '../media.queue.ts';
import { lockStrandedDeletions } from '../queries/save-deletions.ts';

const BATCH = 100;

/**
 * Use case of the sweep: objects that are due without a job get one: uploads that a crash interrupted, pictures that
 * nobody used, deletions that failed too often. Answers how many were found, at most 100.
 */
export function requeueStrandedDeletions(app: App): Promise<number> {
  return inTx(app, 'media.requeue-deletions', async (tx, now) => {
    const stranded = await lockStrandedDeletions(tx, { now, limit: BATCH });
    for (const key of stranded) await app.queue.enqueue(tx, objectDeletionQueue, { key });
    return stranded.length;
  });
}
