import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { cents, createdAt, id, instant, oneOf, popbox } from './columns.ts';
import { ORDER_STATUSES, orders } from './orders.ts';

export const PAYMENT_ROW_STATES = ['pending', 'paid', 'failed', 'refunded'] as const;
export const PAYMENT_ENTRY_KINDS = ['captured', 'refunded', 'refund_reversed'] as const;

/** The one payment of an order: what we asked Stripe for, and what it answered. */
export const payments = popbox
  .table(
    'payments',
    {
      id: id(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      provider: varchar('provider', { length: 16 }).notNull().default('stripe'),
      state: varchar('state', { length: 16, enum: PAYMENT_ROW_STATES })
        .notNull()
        .default('pending'),
      /** The session's parameters exactly as sent, so that a repeat after a lost answer sends the same. */
      sessionParams: jsonb('session_params').notNull(),
      sessionId: varchar('session_id', { length: 255 }),
      sessionUrl: text('session_url'),
      sessionExpiresAt: instant('session_expires_at').notNull(),
      intentId: varchar('intent_id', { length: 255 }),
      /** What the order asks for. */
      amountCents: cents('amount_cents'),
      currency: varchar('currency', { length: 3 }).notNull().default('CAD'),
      /** What came, in the currency it came in; differs only where the order needs attention. */
      receivedCents: integer('received_cents'),
      receivedCurrency: varchar('received_currency', { length: 3 }),
      refundedCents: cents('refunded_cents').default(0),
      paidAt: instant('paid_at'),
      failedAt: instant('failed_at'),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('payments_order').on(t.orderId),
      uniqueIndex('payments_session').on(t.sessionId),
      uniqueIndex('payments_intent').on(t.intentId),
      check('payments_state', oneOf('state', PAYMENT_ROW_STATES)),
      check('payments_currency', sql`currency = 'CAD'`),
      check(
        'payments_amounts',
        sql`amount_cents >= 0 AND refunded_cents BETWEEN 0 AND coalesce(received_cents, 0)`,
      ),
      check(
        'payments_paid_complete',
        sql`(${oneOf('state', ['paid', 'refunded'])}) = (paid_at IS NOT NULL)
          AND (paid_at IS NULL OR (received_cents IS NOT NULL AND received_currency IS NOT NULL AND session_id IS NOT NULL))`,
      ),
      check('payments_failed_time', sql`(state = 'failed') = (failed_at IS NOT NULL)`),
      check(
        'payments_refunded_in_full',
        sql`(state = 'refunded') = (coalesce(received_cents, 0) > 0 AND refunded_cents = received_cents)`,
      ),
    ],
  )
  .enableRLS();

/** Money that moved. Append-only; the sums of a payment follow from its entries. */
export const paymentEntries = popbox
  .table(
    'payment_entries',
    {
      id: bigint('id', { mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
      paymentId: uuid('payment_id')
        .notNull()
        .references(() => payments.id, { onDelete: 'restrict' }),
      kind: varchar('kind', { length: 16, enum: PAYMENT_ENTRY_KINDS }).notNull(),
      /** Signed: only refunded < 0. */
      amountCents: cents('amount_cents'),
      currency: varchar('currency', { length: 3 }).notNull(),
      /** The provider's id of the movement: a payment intent or a refund. */
      providerRef: varchar('provider_ref', { length: 255 }).notNull(),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('payment_entries_ref').on(t.kind, t.providerRef),
      index('payment_entries_payment').on(t.paymentId),
      check('payment_entries_kind', oneOf('kind', PAYMENT_ENTRY_KINDS)),
      check('payment_entries_sign', sql`(kind = 'refunded') = (amount_cents < 0)`),
    ],
  )
  .enableRLS();

/** Money as it is beside what order, entries and refunds say it should be. For reports; no decision reads it. */
export const paymentCheck = popbox
  .view('payment_check', {
    paymentId: uuid('payment_id').notNull(),
    orderId: uuid('order_id').notNull(),
    publicId: varchar('public_id').notNull(),
    orderStatus: varchar('order_status', { enum: ORDER_STATUSES }).notNull(),
    state: varchar('state', { enum: PAYMENT_ROW_STATES }).notNull(),
    expectedCents: integer('expected_cents').notNull(),
    receivedCents: integer('received_cents').notNull(),
    receivedCurrency: varchar('received_currency'),
    refundedCents: integer('refunded_cents').notNull(),
    ledgerReceivedCents: integer('ledger_received_cents').notNull(),
    ledgerRefundedCents: integer('ledger_refunded_cents').notNull(),
    succeededRefundsCents: integer('succeeded_refunds_cents').notNull(),
    openRefundsCents: integer('open_refunds_cents').notNull(),
    surplusCents: integer('surplus_cents').notNull(),
    surplusReturnedCents: integer('surplus_returned_cents').notNull(),
    differences: text('differences').array().notNull(),
  })
  .existing();
