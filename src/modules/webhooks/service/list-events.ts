import { and, desc, eq, lt } from 'drizzle-orm';
import { z } from 'zod';
import { inboundEvents } from '../../../db/schema/webhooks.ts';
import { decodeCursor, encodeCursor } from '../../../http/pagination.ts';
import type { App } from '../../../kernel/app.ts';
import type { ListWebhookEventsQuery, WebhookEvent } from '../webhooks.admin-contract.ts';

/** Ids are sortable by time, so the id alone is a place in the list. */
const positionSchema = z.strictObject({ id: z.guid() });

/** One page of the events, newest first; `nextCursor` is null on the last one. */
export async function listEvents(
  app: App,
  query: ListWebhookEventsQuery,
): Promise<{ items: WebhookEvent[]; nextCursor: string | null }> {
  const position = decodeCursor(query.cursor, positionSchema);
  const rows = await app.database.db
    .select()
    .from(inboundEvents)
    .where(
      and(
        query.state === undefined ? undefined : eq(inboundEvents.state, query.state),
        position === null ? undefined : lt(inboundEvents.id, position.id),
      ),
    )
    .orderBy(desc(inboundEvents.id))
    // One more than shown tells whether there is a next page.
    .limit(query.limit + 1);
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(presentEvent),
    nextCursor:
      last === undefined || rows.length === shown.length ? null : encodeCursor({ id: last.id }),
  };
}

/** As an admin sees it: without the payload. */
export function presentEvent(row: typeof inboundEvents.$inferSelect): WebhookEvent {
  const { id, provider, eventId, type, objectId, state, attempts, reason } = row;
  return {
    id,
    provider,
    eventId,
    type,
    objectId,
    state,
    attempts,
    reason,
    processedAt: row.processedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
