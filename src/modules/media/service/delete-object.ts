import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { condemnDue, deleteDeletion } from '../queries/save-deletions.ts';

/**
 * Use case of the queue: deletes an object that is due. Deleting what is gone is fine, so a repeat is too.
 * @throws ProviderError if the storage does not answer; the job is tried again
 */
export async function deleteObject(app: App, { key }: { key: string }): Promise<void> {
  const isDue = await inTx(app, 'media.condemn-due', (tx, now) => condemnDue(tx, key, now));
  if (!isDue) return;
  await app.storage.remove([key]);
  await inTx(app, 'media.forget-object', (tx) => deleteDeletion(tx, key));
}
