import { z } from 'zod';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { wireTimeText } from '../../http/wire-time.ts';

const instant = z.iso.datetime({ precision: 3 });
const values = z.record(z.string(), z.unknown()).nullable();

export const auditEntrySchema = z.object({
  id: z.uuid(),
  /** `admin:<user id>`, `system:<job>`, `command:<name>`. */
  actor: z.string(),
  action: z.string(),
  targetType: z.string(),
  targetId: z.string(),
  /** The changed values only; null where there was nothing. */
  before: values,
  /** Null where nothing is left. */
  after: values,
  requestId: z.string().nullable(),
  createdAt: instant,
});
export type AuditRecord = z.infer<typeof auditEntrySchema>;

const filter = (max: number) => z.string().max(max).optional();
// Not a Date: entries of one millisecond can then be told apart.
const moment = wireTimeText.optional();

export const listAuditRoute = defineRoute({
  operationId: 'listAudit',
  method: 'get',
  path: '/api/v1/admin/audit',
  summary: 'Who changed what, newest first',
  description:
    'Filters are exact and combine with AND. `from` is included, `until` is not. A cursor that does not fit is ignored.',
  tag: 'Admin audit',
  access: 'admin',
  query: z.object({
    actor: filter(120),
    action: filter(80),
    targetType: filter(40),
    targetId: filter(80),
    requestId: filter(200),
    from: moment,
    until: moment,
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 25, max: 100 }),
  }),
  replies: {
    200: z.object({ items: z.array(auditEntrySchema), nextCursor: z.string().nullable() }),
  },
});
export type ListAuditQuery = z.output<typeof listAuditRoute.query>;
