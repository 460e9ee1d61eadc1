import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, instant, oneOf, popbox } from './columns.ts';

export const INBOUND_PROVIDERS = ['stripe', 'resend'] as const;
export const INBOUND_STATES = ['received', 'processed', 'ignored', 'failed', 'parked'] as const;
export type InboundState = (typeof INBOUND_STATES)[number];

/** Events that providers sent us, stored before they are answered and worked afterwards. */
export const inboundEvents = popbox
  .table(
    'inbound_events',
    {
      id: id(),
      provider: varchar('provider', { length: 16, enum: INBOUND_PROVIDERS }).notNull(),
      eventId: varchar('event_id', { length: 255 }).notNull(),
      type: varchar('type', { length: 120 }).notNull(),
      objectId: varchar('object_id', { length: 255 }),
      /** Ids, statuses and amounts; no name, address or e-mail. */
      payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
      state: varchar('state', { length: 16, enum: INBOUND_STATES }).notNull().default('received'),
      attempts: integer('attempts').notNull().default(0),
      /** Why it was ignored, failed or parked. */
      reason: varchar('reason', { length: 300 }),
      processedAt: instant('processed_at'),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('inbound_events_event').on(t.provider, t.eventId),
      index('inbound_events_open')
        .on(t.createdAt)
        .where(sql`state IN ('received', 'failed')`),
      index('inbound_events_object').on(t.objectId),
      index('inbound_events_payload')
        .on(t.createdAt)
        .where(sql`payload <> '{}'::jsonb`),
      check('inbound_events_provider', oneOf('provider', INBOUND_PROVIDERS)),
      check('inbound_events_state', oneOf('state', INBOUND_STATES)),
      check(
        'inbound_events_reason',
        sql`reason IS NOT NULL OR NOT (${oneOf('state', ['ignored', 'failed', 'parked'])})`,
      ),
      check(
        'inbound_events_processed',
        sql`(${oneOf('state', ['processed', 'ignored'])}) = (processed_at IS NOT NULL)`,
      ),
    ],
  )
  .enableRLS();
