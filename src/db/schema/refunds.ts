import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  primaryKey,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { cents, createdAt, id, instant, oneOf, popbox, updatedAt } from './columns.ts';
import { kujiTickets } from './kuji.ts';
import { orderLines, orders } from './orders.ts';
import { payments } from './payments.ts';

/** `requested`: written down, Stripe's answer is not known yet. The others are Stripe's words. */
export const REFUND_STATES = [
  'requested',
  'pending',
  'requires_action',
  'succeeded',
  'failed',
  'canceled',
] as const;
export type RefundState = (typeof REFUND_STATES)[number];

/**
 * Money on its way back. A refund of ours is a row before Stripe is asked, so its identity is the row: two refunds of
 * the same amount are two. One made at Stripe by hand gets its row when we learn of it.
 */
export const refunds = popbox
  .table(
    'refunds',
    {
      id: id(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      paymentId: uuid('payment_id')
        .notNull()
        .references(() => payments.id, { onDelete: 'restrict' }),
      /** Stripe's id; null until it has answered. */
      providerRef: varchar('provider_ref', { length: 255 }),
      /** The caller's; null for a refund made at Stripe by hand. */
      idempotencyKey: varchar('idempotency_key', { length: 255 }),
      /** Hex SHA-256 of what the caller asked for under that key. */
      requestHash: varchar('request_hash', { length: 64 }),
      amountCents: cents('amount_cents'),
      currency: varchar('currency', { length: 3 }).notNull(),
      state: varchar('state', { length: 16, enum: REFUND_STATES }).notNull(),
      reason: varchar('reason', { length: 300 }),
      includesShipping: boolean('includes_shipping').notNull().default(false),
      /** Whether its goods go back on the shelf when the money has gone back. */
      restock: boolean('restock').notNull().default(false),
      requestedBy: varchar('requested_by', { length: 120 }).notNull(),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      // What foreign keys refer to that name a refund together with its order.
      unique('refunds_of_order').on(t.orderId, t.id),
      uniqueIndex('refunds_provider_ref').on(t.providerRef),
      uniqueIndex('refunds_key').on(t.requestedBy, t.idempotencyKey),
      index('refunds_payment').on(t.paymentId),
      index('refunds_unanswered')
        .on(t.createdAt)
        .where(sql`state = 'requested'`),
      check('refunds_state', oneOf('state', REFUND_STATES)),
      check('refunds_amount', sql`amount_cents > 0`),
      check('refunds_key_hash', sql`(idempotency_key IS NULL) = (request_hash IS NULL)`),
      check(
        'refunds_answered',
        sql`CASE WHEN state = 'requested' THEN provider_ref IS NULL WHEN state = 'failed' THEN true ELSE provider_ref IS NOT NULL END`,
      ),
      check('refunds_origin', sql`idempotency_key IS NOT NULL OR provider_ref IS NOT NULL`),
    ],
  )
  .enableRLS();

/** Goods that a refund pays back. Tickets are listed one by one, in `refund_tickets`. */
export const refundLines = popbox
  .table(
    'refund_lines',
    {
      refundId: uuid('refund_id').notNull(),
      orderId: uuid('order_id').notNull(),
      orderLineId: uuid('order_line_id').notNull(),
      quantity: integer('quantity').notNull(),
      /** Price of the goods, without tax. */
      amountCents: cents('amount_cents'),
    },
    (t) => [
      primaryKey({ name: 'refund_lines_pk', columns: [t.refundId, t.orderLineId] }),
      foreignKey({
        name: 'refund_lines_refund_fk',
        columns: [t.orderId, t.refundId],
        foreignColumns: [refunds.orderId, refunds.id],
      }).onDelete('restrict'),
      foreignKey({
        name: 'refund_lines_line_fk',
        columns: [t.orderId, t.orderLineId],
        foreignColumns: [orderLines.orderId, orderLines.id],
      }).onDelete('restrict'),
      index('refund_lines_line').on(t.orderLineId),
      check('refund_lines_quantity', sql`quantity > 0 AND amount_cents >= 0`),
    ],
  )
  .enableRLS();

/** Kuji tickets that a refund pays back. */
export const refundTickets = popbox
  .table(
    'refund_tickets',
    {
      refundId: uuid('refund_id')
        .notNull()
        .references(() => refunds.id, { onDelete: 'restrict' }),
      ticketId: uuid('ticket_id')
        .notNull()
        .references(() => kujiTickets.id, { onDelete: 'restrict' }),
    },
    (t) => [
      primaryKey({ name: 'refund_tickets_pk', columns: [t.refundId, t.ticketId] }),
      index('refund_tickets_ticket').on(t.ticketId),
    ],
  )
  .enableRLS();

/**
 * A second successful payment of one order. It never becomes the order's money: it goes back in full, written down before
 * Stripe is asked, so that a crash only delays it.
 */
export const surplusPayments = popbox
  .table(
    'surplus_payments',
    {
      id: id(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      sessionId: varchar('session_id', { length: 255 }).notNull(),
      intentId: varchar('intent_id', { length: 255 }).notNull(),
      amountCents: cents('amount_cents'),
      currency: varchar('currency', { length: 3 }).notNull(),
      /** How its refund stands. */
      state: varchar('state', { length: 16, enum: REFUND_STATES }).notNull().default('requested'),
      /** Stripe's id of that refund; null until it has answered. */
      providerRef: varchar('provider_ref', { length: 255 }),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      index('surplus_payments_order').on(t.orderId),
      uniqueIndex('surplus_payments_session').on(t.sessionId),
      uniqueIndex('surplus_payments_intent').on(t.intentId),
      uniqueIndex('surplus_payments_provider_ref').on(t.providerRef),
      index('surplus_payments_unanswered')
        .on(t.createdAt)
        .where(sql`state = 'requested'`),
      check('surplus_payments_state', oneOf('state', REFUND_STATES)),
      check('surplus_payments_amount', sql`amount_cents > 0`),
      check(
        'surplus_payments_answered',
        sql`CASE WHEN state = 'requested' THEN provider_ref IS NULL WHEN state = 'failed' THEN true ELSE provider_ref IS NOT NULL END`,
      ),
    ],
  )
  .enableRLS();

/** A cardholder asked the bank for the money back. Kept as Stripe last showed it; while one is open the order is frozen. */
export const disputes = popbox
  .table(
    'disputes',
    {
      id: id(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      providerRef: varchar('provider_ref', { length: 255 }).notNull(),
      amountCents: cents('amount_cents'),
      currency: varchar('currency', { length: 3 }).notNull(),
      /** Stripe's word, for example `needs_response`, `won`, `lost`. */
      status: varchar('status', { length: 40 }).notNull(),
      closedAt: instant('closed_at'),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      uniqueIndex('disputes_provider_ref').on(t.providerRef),
      index('disputes_order').on(t.orderId),
      check('disputes_amount', sql`amount_cents >= 0`),
    ],
  )
  .enableRLS();
