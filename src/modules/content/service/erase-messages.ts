import { asc, inArray, lt, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { contactMessages } from '../../../db/schema/content.ts';

const keyOfNotice = (messageId: string) => `contact/${messageId}`;

/** Step: deletes what a person wrote. Answers the keys of the mails that told the shop of it. */
export async function deleteMessagesOf(tx: Tx, email: string): Promise<string[]> {
  const deleted = await tx
    .delete(contactMessages)
    .where(sql`lower(${contactMessages.email}) = ${email}`)
    .returning({ id: contactMessages.id });
  return deleted.map(({ id }) => keyOfNotice(id));
}

/** Step: deletes messages from before `before`, at most `limit`. Answers as above. */
export async function deleteOldMessages(
  tx: Tx,
  request: { before: Date; limit: number },
): Promise<string[]> {
  const old = await tx
    .select({ id: contactMessages.id })
    .from(contactMessages)
    .where(lt(contactMessages.createdAt, request.before))
    .orderBy(asc(contactMessages.createdAt))
    .limit(request.limit)
    .for('update', { skipLocked: true });
  const ids = old.map(({ id }) => id);
  if (ids.length > 0) await tx.delete(contactMessages).where(inArray(contactMessages.id, ids));
  return ids.map(keyOfNotice);
}

/** What a person wrote through the contact form. */
export function exportMessages(reader: Reader, email: string) {
  return reader
    .select({
      firstName: contactMessages.firstName,
      lastName: contactMessages.lastName,
      email: contactMessages.email,
      inquiryType: contactMessages.inquiryType,
      orderNumber: contactMessages.orderNumber,
      requestedSeries: contactMessages.requestedSeries,
      message: contactMessages.message,
      createdAt: contactMessages.createdAt,
    })
    .from(contactMessages)
    .where(sql`lower(${contactMessages.email}) = ${email}`)
    .orderBy(asc(contactMessages.id));
}
