import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, id, instant, isListed, popbox, updatedAt } from './columns.ts';
import { ORDER_STATUSES, TRANSITIONS, orders } from './orders.ts';

/** The order's timeline. Append-only; each change of status names both ends. */
export const orderEvents = popbox
  .table(
    'order_events',
    {
      id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      kind: varchar('kind', { length: 40 }).notNull(),
      fromStatus: varchar('from_status', { length: 24, enum: ORDER_STATUSES }),
      toStatus: varchar('to_status', { length: 24, enum: ORDER_STATUSES }),
      actor: varchar('actor', { length: 120 }).notNull(),
      details: jsonb('details').$type<Record<string, string | number | boolean | null>>(),
      createdAt: createdAt(),
    },
    (t) => [
      index('order_events_order').on(t.orderId, t.id),
      // Without `from` an order begins, or nothing about its status changes.
      check(
        'order_events_transition',
        isListed(sql`coalesce(from_status, '') || '>' || coalesce(to_status, '')`, [
          '>',
          '>pending_payment',
          ...TRANSITIONS,
        ]),
      ),
    ],
  )
  .enableRLS();

/**
 * A parcel of an order. The first is the shipment of the wire; an order that does not fit into one has more. Changes are
 * made under the order's lock.
 */
export const shipments = popbox
  .table(
    'shipments',
    {
      id: id(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      /** 1 for the shipment of the wire, whether or not others were packed before it. */
      position: integer('position').notNull(),
      carrierName: varchar('carrier_name', { length: 120 }),
      trackingNumber: varchar('tracking_number', { length: 120 }),
      trackingUrl: varchar('tracking_url', { length: 500 }),
      /** The URL follows from carrier and number, and follows them when they change. */
      isUrlDerived: boolean('is_url_derived').notNull().default(false),
      shippedAt: instant('shipped_at'),
      deliveredAt: instant('delivered_at'),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      uniqueIndex('shipments_position').on(t.orderId, t.position),
      check('shipments_position_counts', sql`position >= 1`),
      check(
        'shipments_filled',
        sql`btrim(carrier_name) <> '' AND btrim(tracking_number) <> '' AND btrim(tracking_url) <> ''`,
      ),
      // A link in mails and pages: no scheme that runs something.
      check('shipments_url', sql`tracking_url ~* '^https?://'`),
      check('shipments_derived_url', sql`NOT is_url_derived OR tracking_url IS NOT NULL`),
      check(
        'shipments_delivered_after_shipped',
        sql`CASE WHEN delivered_at IS NULL THEN true ELSE shipped_at IS NOT NULL AND delivered_at >= shipped_at END`,
      ),
    ],
  )
  .enableRLS();

/** What colleagues tell each other about an order. Never shown to shoppers. */
export const orderNotes = popbox
  .table(
    'order_notes',
    {
      id: id(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      /** `admin:<user id>` or `staff:<user id>`. */
      actor: varchar('actor', { length: 120 }).notNull(),
      text: varchar('text', { length: 2000 }).notNull(),
      createdAt: createdAt(),
    },
    (t) => [
      index('order_notes_order').on(t.orderId, t.id),
      check('order_notes_text', sql`btrim(text) <> ''`),
    ],
  )
  .enableRLS();

/** A guest's right to open one order. Only a keyed hash of the secret is stored. */
export const guestGrants = popbox
  .table(
    'guest_grants',
    {
      id: id(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      /** Hex HMAC-SHA256 of the secret with the pepper. */
      tokenHash: text('token_hash').notNull(),
      /** What it was issued for: `checkout`, `mail:<kind>`. */
      purpose: varchar('purpose', { length: 40 }).notNull(),
      expiresAt: instant('expires_at').notNull(),
      revokedAt: instant('revoked_at'),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('guest_grants_token_hash').on(t.tokenHash),
      index('guest_grants_order').on(t.orderId),
      check('guest_grants_hash_shape', sql`token_hash ~ '^[0-9a-f]{64}$'`),
    ],
  )
  .enableRLS();

/** Orders whose buyer has been reminded of closed tickets: once, whatever becomes of the mail. */
export const ticketReminders = popbox
  .table('ticket_reminders', {
    orderId: uuid('order_id')
      .primaryKey()
      .references(() => orders.id, { onDelete: 'restrict' }),
    createdAt: createdAt(),
  })
  .enableRLS();
