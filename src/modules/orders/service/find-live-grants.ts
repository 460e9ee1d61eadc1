import { and, gt, inArray, isNull } from 'drizzle-orm';
import type { Reader } from '../../../db/client.ts';
import { guestGrants } from '../../../db/schema/orders-follow-up.ts';

/** What a grant must be to open anything. */
export const isLiveGrant = (now: Date) =>
  and(isNull(guestGrants.revokedAt), gt(guestGrants.expiresAt, now));

/** Which of these grants still hold, and until when. */
export async function findLiveGrants(
  reader: Reader,
  grantIds: readonly string[],
  now: Date,
): Promise<Map<string, Date>> {
  const rows = await reader
    .select({ id: guestGrants.id, expiresAt: guestGrants.expiresAt })
    .from(guestGrants)
    .where(and(inArray(guestGrants.id, [...grantIds]), isLiveGrant(now)));
  return new Map(rows.map(({ id, expiresAt }) => [id, expiresAt]));
}
