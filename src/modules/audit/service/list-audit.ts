import { and, desc, eq, lt, sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';
import { auditEntries } from '../../../db/schema/audit.ts';
import { decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import type { AuditRecord, ListAuditQuery } from '../audit.admin-contract.ts';

/** Ids are sortable by time, so the id alone is a place in the log. */
const positionSchema = z.strictObject({ id: z.guid() });

export type AuditPage = { items: AuditRecord[]; nextCursor: string | null };

/** One page of the log, newest first; `nextCursor` is null on the last one. */
export async function listAudit(app: App, query: ListAuditQuery): Promise<AuditPage> {
  const position = decodeCursor(query.cursor, positionSchema);
  const rows = await app.database.db
    .select()
    .from(auditEntries)
    .where(
      and(...matching(query), position === null ? undefined : lt(auditEntries.id, position.id)),
    )
    .orderBy(desc(auditEntries.id))
    // One more than shown tells whether there is a next page.
    .limit(query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    nextCursor:
      last === undefined || rows.length === shown.length ? null : encodeCursor({ id: last.id }),
  };
}

const COLUMNS = {
  actor: auditEntries.actor,
  action: auditEntries.action,
  targetType: auditEntries.targetType,
  targetId: auditEntries.targetId,
  requestId: auditEntries.requestId,
} as const;

function matching(query: ListAuditQuery): SQL[] {
  const exact = (['actor', 'action', 'targetType', 'targetId', 'requestId'] as const).flatMap(
    (name) => {
      const value = query[name];
      return value === undefined || value === '' ? [] : [eq(COLUMNS[name], value)];
    },
  );
  return [
    ...exact,
    ...(query.from === undefined
      ? []
      : [sql`${auditEntries.createdAt} >= ${query.from}::timestamptz`]),
    ...(query.until === undefined
      ? []
      : [sql`${auditEntries.createdAt} < ${query.until}::timestamptz`]),
  ];
}

const recordOfValues = z.record(z.string(), z.unknown()).nullable();

function present(row: typeof auditEntries.$inferSelect): AuditRecord {
  return {
    ...row,
    before: recordOfValues.parse(row.before),
    after: recordOfValues.parse(row.after),
    createdAt: row.createdAt.toISOString(),
  };
}
