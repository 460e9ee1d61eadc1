import { sql } from 'drizzle-orm';
import {
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
import { PRODUCT_STATUSES, PRODUCT_TYPES } from './catalog.ts';
import { createdAt, id, instant, oneOf, popbox } from './columns.ts';
import { orders } from './orders.ts';

export const ATTEMPT_STATES = ['running', 'done', 'failed'] as const;

/** One idempotent try of a client: found by its key before stock is looked at. */
export const checkoutAttempts = popbox
  .table(
    'checkout_attempts',
    {
      id: id(),
      /** `user:<id>` or `guest:<hash of the e-mail>`: two shoppers may send the same key. */
      actor: varchar('actor', { length: 120 }).notNull(),
      endpoint: varchar('endpoint', { length: 80 }).notNull(),
      idempotencyKey: varchar('idempotency_key', { length: 255 }).notNull(),
      /** SHA-256 of the canonical body, hex. */
      bodyHash: varchar('body_hash', { length: 64 }).notNull(),
      state: varchar('state', { length: 16, enum: ATTEMPT_STATES }).notNull().default('running'),
      /** Until then another request with the key waits; afterwards it may take the attempt over. */
      leaseUntil: instant('lease_until').notNull(),
      orderId: uuid('order_id').references(() => orders.id, { onDelete: 'restrict' }),
      responseStatus: integer('response_status'),
      responseBody: jsonb('response_body'),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('checkout_attempts_key').on(t.actor, t.endpoint, t.idempotencyKey),
      uniqueIndex('checkout_attempts_order').on(t.orderId),
      index('checkout_attempts_running')
        .on(t.leaseUntil)
        .where(sql`state = 'running'`),
      index('checkout_attempts_created').on(t.createdAt),
      check('checkout_attempts_state', oneOf('state', ATTEMPT_STATES)),
      check(
        'checkout_attempts_answered',
        sql`(state = 'done') = (response_status IS NOT NULL AND response_body IS NOT NULL AND order_id IS NOT NULL)`,
      ),
    ],
  )
  .enableRLS();

/**
 * Everything that can be bought, with its price and stock row: a variant, or the box on sale of a kuji product. One read
 * prices a cart. `available` informs; the guarded statement that takes the hold decides.
 */
export const checkoutSellables = popbox
  .view('checkout_sellables', {
    productId: uuid('product_id').notNull(),
    variantId: uuid('variant_id'),
    productName: varchar('product_name').notNull(),
    productType: varchar('product_type', { enum: PRODUCT_TYPES }).notNull(),
    productStatus: varchar('product_status', { enum: PRODUCT_STATUSES }).notNull(),
    slug: varchar('slug').notNull(),
    description: text('description'),
    currency: varchar('currency').notNull(),
    variantName: varchar('variant_name'),
    variantSku: varchar('variant_sku'),
    variantIsActive: boolean('variant_is_active'),
    unitPriceCents: integer('unit_price_cents').notNull(),
    inventoryId: uuid('inventory_id'),
    available: integer('available').notNull(),
    /** The open set of a kuji product; null if none is on sale. */
    kujiSetId: uuid('kuji_set_id'),
    /** Units for one person; null: no limit. */
    purchaseLimit: integer('purchase_limit'),
    /** False for everything but a box that takes no holds at present. */
    isPaused: boolean('is_paused').notNull(),
  })
  .existing();

/**
 * Lines that count against a person's limits: paid for, or held. Counted under the person's lock; unlike stock, a limit
 * has no row of its own to guard.
 */
export const checkoutPurchases = popbox
  .view('checkout_purchases', {
    orderId: uuid('order_id').notNull(),
    userId: uuid('user_id'),
    mailbox: text('mailbox').notNull(),
    browserHash: varchar('browser_hash'),
    isPaid: boolean('is_paid').notNull(),
    createdAt: instant('created_at').notNull(),
    productId: uuid('product_id').notNull(),
    kujiSetId: uuid('kuji_set_id'),
    quantity: integer('quantity').notNull(),
  })
  .existing();
