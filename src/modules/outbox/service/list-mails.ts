import { and, desc, eq, lt, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { readNow } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import { decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import type { AdminMail, ListMailsQuery } from '../outbox.admin-contract.ts';
import { findSuppressions } from './find-suppressions.ts';
import { normaliseAddress } from './hash-address.ts';
import { presentMail } from './present-mail.ts';

/** Ids are sortable by time, so the id alone is a place in the list. */
const positionSchema = z.strictObject({ id: z.guid() });

/** One page of the mails, newest first; `nextCursor` is null on the last one. */
export async function listMails(
  app: App,
  query: ListMailsQuery,
): Promise<{ items: AdminMail[]; nextCursor: string | null }> {
  const position = decodeCursor(query.cursor, positionSchema);
  const rows = await app.database.db
    .select()
    .from(outboxMails)
    .where(and(...matching(query), position === null ? undefined : lt(outboxMails.id, position.id)))
    .orderBy(desc(outboxMails.id))
    // One more than shown tells whether there is a next page.
    .limit(query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const suppressions = await findSuppressions(
    app.database.db,
    app,
    shown.map(({ recipient }) => recipient),
  );
  const now = await readNow(app);
  const last = shown.at(-1);
  return {
    items: shown.map((mail) =>
      presentMail(app, mail, {
        suppression: suppressions.get(normaliseAddress(mail.recipient)) ?? null,
        now,
      }),
    ),
    nextCursor:
      last === undefined || rows.length === shown.length ? null : encodeCursor({ id: last.id }),
  };
}

function matching(query: ListMailsQuery): SQL[] {
  const { state, delivery, kind, orderId, recipient } = query;
  return [
    ...(state === undefined ? [] : [eq(outboxMails.state, state)]),
    ...(delivery === undefined ? [] : [eq(outboxMails.delivery, delivery)]),
    ...(kind === undefined || kind === '' ? [] : [eq(outboxMails.kind, kind)]),
    ...(orderId === undefined ? [] : [eq(outboxMails.orderId, orderId)]),
    ...(recipient === undefined || recipient.trim() === ''
      ? []
      : [sql`lower(${outboxMails.recipient}) = ${normaliseAddress(recipient)}`]),
  ];
}
