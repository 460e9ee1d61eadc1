import { index, jsonb, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, popbox } from './columns.ts';

/** Who changed what, in the transaction that changed it. Append-only: a trigger refuses the rest. */
export const auditEntries = popbox
  .table(
    'audit_entries',
    {
      id: id(),
      /** `admin:<user id>`, `system:<job>`, `command:<name>`. */
      actor: varchar('actor', { length: 120 }).notNull(),
      action: varchar('action', { length: 80 }).notNull(),
      targetType: varchar('target_type', { length: 40 }).notNull(),
      targetId: varchar('target_id', { length: 80 }).notNull(),
      before: jsonb('before'),
      after: jsonb('after'),
      requestId: varchar('request_id', { length: 200 }),
      createdAt: createdAt(),
    },
    (t) => [
      index('audit_entries_target').on(t.targetType, t.targetId, t.id),
      index('audit_entries_actor').on(t.actor, t.id),
      index('audit_entries_action').on(t.action, t.id),
      index('audit_entries_request').on(t.requestId, t.id),
      index('audit_entries_created').on(t.createdAt),
    ],
  )
  .enableRLS();
