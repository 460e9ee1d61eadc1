import { and, desc, eq, gt, sql } from 'drizzle-orm';
import type { Tx } from '../../../db/client.ts';
import { contactMessages } from '../../../db/schema/content.ts';

export type ContactRow = typeof contactMessages.$inferInsert;

/** Makes messages of one sender wait for each other, so that many at once cannot all count the same few. */
export async function lockSender(tx: Tx, senderHash: string): Promise<void> {
  await tx.execute(
    sql`SELECT pg_advisory_xact_lock(hashtextextended(${`contact:${senderHash}`}, 0))`,
  );
}

/**
 * When the newest message but `skip` of a sender came, if it came after `since`; null if there are fewer. `email` counts
 * only those that name it, in any case.
 */
export async function loadNthNewest(
  tx: Tx,
  search: { senderHash: string; email: string | null; since: Date; skip: number },
): Promise<Date | null> {
  const { senderHash, email, since, skip } = search;
  const [row] = await tx
    .select({ createdAt: contactMessages.createdAt })
    .from(contactMessages)
    .where(
      and(
        eq(contactMessages.senderHash, senderHash),
        gt(contactMessages.createdAt, since),
        email === null ? undefined : sql`lower(${contactMessages.email}) = lower(${email})`,
      ),
    )
    .orderBy(desc(contactMessages.createdAt))
    .offset(skip)
    .limit(1);
  return row?.createdAt ?? null;
}

export async function insertContactMessage(tx: Tx, row: ContactRow): Promise<void> {
  await tx.insert(contactMessages).values(row);
}
