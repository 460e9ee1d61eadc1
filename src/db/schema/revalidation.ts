import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  jsonb,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, id, instant, oneOf, popbox, updatedAt } from './columns.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const DELIVERY_STATES = ['queued', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/**
 * What changed in the catalogue and was not told to the storefront yet. Written by a trigger on the audit, so that no use
 * case can forget it, and emptied by the job that tells.
 */
export const catalogueChanges = popbox
  .table('catalogue_changes', {
    id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    targetType: varchar('target_type', { length: 40 }).notNull(),
    targetId: varchar('target_id', { length: 80 }).notNull(),
    createdAt: createdAt(),
  })
  .enableRLS();

/** Where the storefront wants to be told. Secrets are sealed; during a rotation two of them sign. */
export const webhookEndpoints = popbox
  .table('webhook_endpoints', {
    id: id(),
    url: varchar('url', { length: 500 }).notNull(),
    sealedSecret: bytea('sealed_secret').notNull(),
    sealedPreviousSecret: bytea('sealed_previous_secret'),
    previousUntil: instant('previous_until'),
    isActive: boolean('is_active').notNull().default(true),
    /** Why it was switched off, if not by a person. */
    disabledReason: varchar('disabled_reason', { length: 200 }),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  })
  .enableRLS();

/** One call to one endpoint, with what became of it. */
export const webhookDeliveries = popbox
  .table(
    'webhook_deliveries',
    {
      id: id(),
      endpointId: uuid('endpoint_id')
        .notNull()
        .references(() => webhookEndpoints.id, { onDelete: 'cascade' }),
      /** The same for every endpoint and every repeat: receivers drop what they have seen. */
      eventId: uuid('event_id').notNull(),
      type: varchar('type', { length: 60 }).notNull(),
      payload: jsonb('payload').$type<Record<string, unknown>>().notNull(),
      state: varchar('state', { length: 16, enum: DELIVERY_STATES }).notNull().default('queued'),
      attempts: integer('attempts').notNull().default(0),
      lastStatus: integer('last_status'),
      lastError: varchar('last_error', { length: 200 }),
      deliveredAt: instant('delivered_at'),
      createdAt: createdAt(),
    },
    (t) => [
      index('webhook_deliveries_endpoint').on(t.endpointId, t.id.desc()),
      index('webhook_deliveries_queued')
        .on(t.createdAt)
        .where(sql`state = 'queued'`),
      check('webhook_deliveries_state', oneOf('state', DELIVERY_STATES)),
      check(
        'webhook_deliveries_delivered',
        sql`(state = 'delivered') = (delivered_at IS NOT NULL)`,
      ),
    ],
  )
  .enableRLS();
