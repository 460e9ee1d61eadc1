import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { insertCondemned } from '../queries/save-deletions.ts';
import { objectDeletionQueue } from '../media.queue.ts';

/**
 * Step: deletes objects after the transaction that takes away the last row showing them. Not before: a rollback would
 * bring the row back without its picture.
 */
export async function condemnObjects(
  tx: Tx,
  app: Pick<App, 'queue'>,
  request: { keys: readonly string[]; now: Date },
): Promise<void> {
  const { keys, now } = request;
  if (keys.length === 0) return;
  await insertCondemned(tx, { keys, reason: 'removed', dueAt: now });
  for (const key of keys) await app.queue.enqueue(tx, objectDeletionQueue, { key });
}
