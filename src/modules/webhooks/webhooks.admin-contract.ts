import { z } from 'zod';
import { INBOUND_PROVIDERS, INBOUND_STATES } from '../../db/schema/webhooks.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { defineProblems } from '../../kernel/problems.ts';

export const webhookEventsProblems = defineProblems({
  WEBHOOK_EVENT_NOT_FOUND: { status: 404, message: 'This event was not found.' },
  WEBHOOK_EVENT_DONE: { status: 409, message: 'This event has been worked already.' },
});

const instant = z.iso.datetime({ precision: 3 });

const webhookEventSchema = z.object({
  id: z.uuid(),
  provider: z.enum(INBOUND_PROVIDERS),
  eventId: z.string(),
  type: z.string(),
  objectId: z.string().nullable(),
  state: z.enum(INBOUND_STATES),
  attempts: z.int().min(0),
  /** Why it was ignored, failed or parked. */
  reason: z.string().nullable(),
  processedAt: instant.nullable(),
  createdAt: instant,
});
export type WebhookEvent = z.output<typeof webhookEventSchema>;

export const listWebhookEventsRoute = defineRoute({
  operationId: 'listWebhookEvents',
  method: 'get',
  path: '/api/v1/admin/webhook-events',
  summary: 'Events that providers sent, newest first',
  description:
    '`parked`: all tries failed, and somebody has to look. A cursor that does not fit is ignored.',
  tag: 'Admin webhooks',
  access: 'admin',
  query: z.object({
    state: z.enum(INBOUND_STATES).optional(),
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 25, max: 100 }),
  }),
  replies: {
    200: z.object({ items: z.array(webhookEventSchema), nextCursor: z.string().nullable() }),
  },
});
export type ListWebhookEventsQuery = z.output<typeof listWebhookEventsRoute.query>;

export const replayWebhookEventRoute = defineRoute({
  operationId: 'replayWebhookEvent',
  method: 'post',
  path: '/api/v1/admin/webhook-events/:id/replay',
  summary: 'Work an event again that was parked or failed',
  description:
    'The event is queued; its work reads the present state of the object, so it does no harm.',
  tag: 'Admin webhooks',
  access: 'admin',
  params: z.object({ id: z.uuid() }),
  replies: { 200: webhookEventSchema },
  problems: Object.values(webhookEventsProblems),
});
