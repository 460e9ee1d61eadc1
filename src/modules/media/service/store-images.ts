import { inTx, type Tx } from '../../../db/client.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, DAY_MS, MINUTE_MS } from '../../../kernel/clock.ts';
import { Problem, problems } from '../../../kernel/problems.ts';
import { mediaProblems } from '../media.problems.ts';
import { condemnUnclaimed, insertUnclaimed, takeUnclaimed } from '../queries/save-deletions.ts';
import { encodeImage } from './encode-image.ts';

/** Far longer than an upload takes. */
const UNFINISHED_AFTER_MS = 15 * MINUTE_MS;
/** A failed upload may still arrive at the storage after it was given up; then it is deleted once more. */
const LATE_ARRIVAL_MS = 5 * MINUTE_MS;
/** Keys are never used again, so a browser may keep what it has. */
const CACHE_SECONDS = (31 * DAY_MS) / 1000;

type NewObject = { key: string; bytes: Buffer };

/**
 * Use case of other modules' uploads: stores pictures under new random keys in `folder` (with a slash at its end) and runs
 * `record` with the keys, in the order of the files, in the transaction that makes them somebody's. All files are stored
 * or none is.
 *
 * Before anything is uploaded the keys are written down as unclaimed. Whatever fails afterwards, a crash included, leaves
 * keys on that list, and a job deletes their objects.
 *
 * @throws Problem IMAGE_TYPE_UNSUPPORTED, IMAGE_UNREADABLE, IMAGE_TOO_MANY_PIXELS (nothing was uploaded then),
 *   IMAGE_STORAGE_UNAVAILABLE, PROVIDER_FAILED; whatever `record` throws
 */
export async function storeImages<T>(
  app: App,
  request: { folder: string; files: readonly Buffer[] },
  record: (tx: Tx, now: Date, keys: readonly string[]) => Promise<T>,
): Promise<T> {
  const objects = await encodeAll(app, request);
  const keys = objects.map((object) => object.key);
  await inTx(app, 'media.announce-upload', (tx, now) =>
    insertUnclaimed(tx, {
      keys,
      reason: 'upload_unfinished',
      dueAt: addMs(now, UNFINISHED_AFTER_MS),
    }),
  );
  try {
    await uploadAll(app, objects);
    return await inTx(app, 'media.record-upload', async (tx, now) => {
      const claimed = await takeUnclaimed(tx, keys);
      // So slow that the clean-up has begun.
      if (claimed.length < keys.length) throw new Problem(problems.PROVIDER_FAILED);
      return record(tx, now, keys);
    });
  } catch (error) {
    await undo(app, keys, error);
    throw error;
  }
}

/** One after the other: a refused file costs nothing more, and one request does not take all cores. */
async function encodeAll(
  app: App,
  request: { folder: string; files: readonly Buffer[] },
): Promise<NewObject[]> {
  const objects: NewObject[] = [];
  for (const file of request.files) {
    const bytes = await encodeImage(file);
    objects.push({ key: `${request.folder}${app.random.bytes(16).toString('hex')}.webp`, bytes });
  }
  return objects;
}

/** Waits for every upload, because what has failed must not still be on its way when it is cleaned up. */
async function uploadAll(app: App, objects: readonly NewObject[]): Promise<void> {
  const uploads = await Promise.allSettled(
    objects.map(({ key, bytes }) =>
      app.storage.upload(key, bytes, 'image/webp', { cacheSeconds: CACHE_SECONDS }),
    ),
  );
  const failures = uploads.flatMap((upload): unknown[] =>
    upload.status === 'rejected' ? [upload.reason] : [],
  );
  if (failures.length === 0) return;
  const ours = failures.find(
    (failure) => failure instanceof ProviderError && failure.kind === 'misconfigured',
  );
  if (ours === undefined) throw failures[0];
  app.log.error({ err: ours }, 'the storage refuses uploads: is the bucket there?');
  throw new Problem(mediaProblems.IMAGE_STORAGE_UNAVAILABLE, { cause: ours });
}

/**
 * Deletes what was uploaded in vain. If the transaction was committed after all and only its answer got lost, the keys
 * have left the list and their objects stay.
 *
 * @throws Problem PROVIDER_FAILED if objects were left for the job
 */
async function undo(app: App, keys: readonly string[], cause: unknown): Promise<void> {
  let left: readonly string[] = keys;
  try {
    left = await inTx(app, 'media.undo-upload', (tx, now) =>
      condemnUnclaimed(tx, { keys, reason: 'upload_failed', dueAt: addMs(now, LATE_ARRIVAL_MS) }),
    );
    await app.storage.remove(left);
  } catch (error) {
    app.log.error({ err: error, cause, keys: left }, 'failed uploads were left in the storage');
    // A lost database has its own answer; only the storage's double failure hides the first one.
    if (!(error instanceof ProviderError) || cause instanceof Problem) return;
    throw new Problem(problems.PROVIDER_FAILED, { cause });
  }
}
