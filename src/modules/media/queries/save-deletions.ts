import { and, asc, eq, inArray, lte, not, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { storageDeletions, type DeletionReason } from '../../../db/schema/media.ts';
import { hasLiveJob } from '../../../queue/has-live-job.ts';
import { objectDeletionQueue } from '../media.queue.ts';

type Deletion = { keys: readonly string[]; reason: DeletionReason; dueAt: Date };

/** Writes that these objects go when they are due, unless they are claimed before. */
export async function insertUnclaimed(tx: Tx, { keys, reason, dueAt }: Deletion): Promise<void> {
  await tx
    .insert(storageDeletions)
    .values(keys.map((key) => ({ key, state: 'unclaimed' as const, reason, dueAt })));
}

/** Takes these objects off the list; returns those that were still to be had. */
export async function takeUnclaimed(tx: Tx, keys: readonly string[]): Promise<string[]> {
  const rows = await tx
    .delete(storageDeletions)
    .where(and(inArray(storageDeletions.key, [...keys]), eq(storageDeletions.state, 'unclaimed')))
    .returning({ key: storageDeletions.key });
  return rows.map((row) => row.key);
}

export async function isCondemned(tx: Tx, key: string): Promise<boolean> {
  const rows = await tx
    .select({ key: storageDeletions.key })
    .from(storageDeletions)
    .where(and(eq(storageDeletions.key, key), eq(storageDeletions.state, 'condemned')));
  return rows.length > 0;
}

/** Writes that nothing shows these objects any more. */
export async function insertCondemned(tx: Tx, { keys, reason, dueAt }: Deletion): Promise<void> {
  await tx
    .insert(storageDeletions)
    .values(keys.map((key) => ({ key, state: 'condemned' as const, reason, dueAt })))
    .onConflictDoUpdate({
      target: storageDeletions.key,
      set: { state: 'condemned', reason, dueAt },
    });
}

/** Condemns those of the objects that are still unclaimed, and returns them. */
export async function condemnUnclaimed(
  tx: Tx,
  { keys, reason, dueAt }: Deletion,
): Promise<string[]> {
  const rows = await tx
    .update(storageDeletions)
    .set({ state: 'condemned', reason, dueAt })
    .where(and(inArray(storageDeletions.key, [...keys]), eq(storageDeletions.state, 'unclaimed')))
    .returning({ key: storageDeletions.key });
  return rows.map((row) => row.key);
}

/** Condemns an object that is due, so that nothing can claim it while it is deleted; false if it is not on the list. */
export async function condemnDue(tx: Tx, key: string, now: Date): Promise<boolean> {
  const rows = await tx
    .update(storageDeletions)
    .set({ state: 'condemned', attempts: sql`${storageDeletions.attempts} + 1` })
    .where(and(eq(storageDeletions.key, key), lte(storageDeletions.dueAt, now)))
    .returning({ key: storageDeletions.key });
  return rows.length > 0;
}

export async function deleteDeletion(tx: Tx, key: string): Promise<void> {
  await tx.delete(storageDeletions).where(eq(storageDeletions.key, key));
}

/** Locks objects that are due and that no job is about to delete, oldest first. */
export async function lockStrandedDeletions(
  tx: Tx,
  { now, limit }: { now: Date; limit: number },
): Promise<string[]> {
  const rows = await tx
    .select({ key: storageDeletions.key })
    .from(storageDeletions)
    .where(
      and(
        lte(storageDeletions.dueAt, now),
        not(hasLiveJob(objectDeletionQueue, 'key', sql`${storageDeletions.key}`)),
      ),
    )
    .orderBy(asc(storageDeletions.dueAt))
    .limit(limit)
    .for('update', { skipLocked: true });
  return rows.map((row) => row.key);
}
