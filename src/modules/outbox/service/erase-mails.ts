import { and, asc, inArray, isNull, lt, ne, or, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';

export type MailsOfPerson = {
  /** Lower case; null where only the orders count. */
  email: string | null;
  orderIds: readonly string[];
  /** Mails about him to somebody else, by their keys. */
  keys: readonly string[];
};

const ofPerson = ({ email, orderIds, keys }: MailsOfPerson) =>
  or(
    email === null ? undefined : sql`lower(${outboxMails.recipient}) = ${email}`,
    orderIds.length === 0 ? undefined : inArray(outboxMails.orderId, [...orderIds]),
    keys.length === 0 ? undefined : inArray(outboxMails.key, [...keys]),
  );

const NOTHING = {
  recipient: 'nobody@erased.invalid',
  replyTo: null,
  subject: 'Erased',
  html: '',
  text: '',
  sealedSecret: null,
} as const;

/**
 * Step: takes addresses and texts out of the mails of a person and about him. One that still waits is given up: it would go
 * out to nobody. Answers how many.
 */
export async function eraseMails(tx: Tx, person: MailsOfPerson, now: Date): Promise<number> {
  const condition = ofPerson(person);
  // Without a condition it would be all mails.
  if (condition === undefined) return 0;
  const erased = await tx
    .update(outboxMails)
    .set({
      ...NOTHING,
      state: sql`CASE ${outboxMails.state} WHEN 'queued' THEN 'dead' ELSE ${outboxMails.state} END`,
      lastError: sql`CASE ${outboxMails.state} WHEN 'queued' THEN 'erased before it was sent' ELSE ${outboxMails.lastError} END`,
      erasedAt: now,
    })
    .where(and(isNull(outboxMails.erasedAt), condition))
    .returning({ id: outboxMails.id });
  return erased.length;
}

/** Step: the same for mails that are out or given up since before `before`, at most `limit` of them. */
export async function eraseOldMails(
  tx: Tx,
  request: { before: Date; limit: number; now: Date },
): Promise<number> {
  const { before, limit, now } = request;
  const old = await tx
    .select({ id: outboxMails.id })
    .from(outboxMails)
    .where(
      and(
        isNull(outboxMails.erasedAt),
        ne(outboxMails.state, 'queued'),
        lt(outboxMails.createdAt, before),
      ),
    )
    .orderBy(asc(outboxMails.createdAt))
    .limit(limit)
    .for('update', { skipLocked: true });
  if (old.length === 0) return 0;
  const ids = old.map(({ id }) => id);
  await tx
    .update(outboxMails)
    .set({ ...NOTHING, erasedAt: now })
    .where(inArray(outboxMails.id, ids));
  return old.length;
}

/** The mails that went to this address. Links that open an order are not in the stored text. */
export function exportMails(reader: Reader, email: string) {
  return reader
    .select({
      kind: outboxMails.kind,
      subject: outboxMails.subject,
      text: outboxMails.text,
      createdAt: outboxMails.createdAt,
      sentAt: outboxMails.sentAt,
    })
    .from(outboxMails)
    .where(sql`lower(${outboxMails.recipient}) = ${email}`)
    .orderBy(asc(outboxMails.id));
}
