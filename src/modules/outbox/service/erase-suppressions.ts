import { and, asc, eq, isNotNull, lt } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { suppressedAddresses } from '../../../db/schema/outbox.ts';
import type { App } from '../../../kernel/app.ts';
import { hashAddress, normaliseAddress } from './hash-address.ts';

/**
 * Step: forgets the address and goes on knowing it. Deleted, it would get mail again from the next purchase on, although
 * its owner called our mail spam.
 */
export async function eraseSuppression(
  tx: Tx,
  app: Pick<App, 'config'>,
  address: string,
): Promise<void> {
  await tx
    .update(suppressedAddresses)
    .set({ email: null, addressHash: hashAddress(app, address) })
    .where(eq(suppressedAddresses.email, normaliseAddress(address)));
}

/** Step: the same for addresses on the list since before `before`, at most `limit` of them. Answers how many. */
export async function eraseOldSuppressions(
  tx: Tx,
  app: Pick<App, 'config'>,
  request: { before: Date; limit: number },
): Promise<number> {
  const old = await tx
    .select({ email: suppressedAddresses.email })
    .from(suppressedAddresses)
    .where(
      and(isNotNull(suppressedAddresses.email), lt(suppressedAddresses.createdAt, request.before)),
    )
    .orderBy(asc(suppressedAddresses.createdAt))
    .limit(request.limit)
    .for('update', { skipLocked: true });
  for (const { email } of old) if (email !== null) await eraseSuppression(tx, app, email);
  return old.length;
}
