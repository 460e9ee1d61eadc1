import { and, desc, eq, lt, or } from 'drizzle-orm';
import { z } from 'zod';
import { inTx } from '../../../db/client.ts';
import { suppressedAddresses } from '../../../db/schema/outbox.ts';
import { decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { AdminSuppression, ListSuppressionsQuery } from '../outbox.admin-contract.ts';
import { outboxProblems } from '../outbox.problems.ts';
import { hashAddress, normaliseAddress } from './hash-address.ts';
import { presentSuppression } from './present-mail.ts';

/** Ids are sortable by time, so the id alone is a place in the list. */
const positionSchema = z.strictObject({ id: z.guid() });

/** One page of the addresses that get no mail, newest first; `nextCursor` is null on the last one. */
export async function listSuppressions(
  app: App,
  query: ListSuppressionsQuery,
): Promise<{ items: AdminSuppression[]; nextCursor: string | null }> {
  const position = decodeCursor(query.cursor, positionSchema);
  const recipient = normaliseAddress(query.recipient ?? '');
  const rows = await app.database.db
    .select()
    .from(suppressedAddresses)
    .where(
      and(
        recipient === ''
          ? undefined
          : or(
              eq(suppressedAddresses.email, recipient),
              eq(suppressedAddresses.addressHash, hashAddress(app, recipient)),
            ),
        position === null ? undefined : lt(suppressedAddresses.id, position.id),
      ),
    )
    .orderBy(desc(suppressedAddresses.id))
    // One more than shown tells whether there is a next page.
    .limit(query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      ...presentSuppression(row),
      email: row.email,
      mailId: row.mailId,
    })),
    nextCursor:
      last === undefined || rows.length === shown.length ? null : encodeCursor({ id: last.id }),
  };
}

/**
 * Use case: lets an address get mail again, for instance after its owner repaired the mailbox.
 * @throws Problem SUPPRESSION_NOT_FOUND
 */
export async function removeSuppression(
  app: App,
  request: { id: string; actor: string; requestId: string | null },
): Promise<{ id: string; deleted: true }> {
  const { id, actor, requestId } = request;
  await inTx(app, 'remove suppression', async (tx) => {
    const [removed] = await tx
      .delete(suppressedAddresses)
      .where(eq(suppressedAddresses.id, id))
      .returning();
    if (!removed) throw new Problem(outboxProblems.SUPPRESSION_NOT_FOUND);
    const { reason, mailId, createdAt } = removed;
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'suppression.removed',
      targetType: 'suppressed_address',
      targetId: id,
      // Without the address: the audit is kept for good. The mail tells whose it was, as long as that is kept.
      before: { reason, mailId, createdAt: createdAt.toISOString() },
      after: null,
      requestId,
    });
  });
  return { id, deleted: true };
}
