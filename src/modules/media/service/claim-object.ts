import type { Tx } from '../../../db/client.ts';
import { addMs, DAY_MS } from '../../../kernel/clock.ts';
import { insertUnclaimed, isCondemned, takeUnclaimed } from '../queries/save-deletions.ts';

/** Somebody who has uploaded a picture for a form may go home before saving the form. */
const UNUSED_AFTER_MS = 7 * DAY_MS;

/** Step: an object that a later request may claim; without a claim within seven days it is deleted. */
export async function awaitClaim(tx: Tx, request: { key: string; now: Date }): Promise<void> {
  const { key, now } = request;
  const dueAt = addMs(now, UNUSED_AFTER_MS);
  await insertUnclaimed(tx, { keys: [key], reason: 'never_used', dueAt });
}

/**
 * Step: a row of this transaction shows the object, so it stays. False if it is already being deleted; then the caller
 * refuses. Also true of an object that had an owner all the time.
 */
export async function claimObject(tx: Tx, key: string): Promise<boolean> {
  const taken = await takeUnclaimed(tx, [key]);
  return taken.length > 0 || !(await isCondemned(tx, key));
}
