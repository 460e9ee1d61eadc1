import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  text,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { customers, users } from './accounts.ts';
import { PRODUCT_TYPES, products, variants } from './catalog.ts';
import { cents, createdAt, id, instant, oneOf, popbox } from './columns.ts';

/** What is known about the money. `processing`: a bank debit that settles in days. */
export const PAYMENT_STATES = [
  'awaiting',
  'processing',
  'paid',
  'refunded',
  'cancelled',
  'expired',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** Where the goods are. */
export const FULFILMENT_STATES = ['none', 'packed', 'shipped'] as const;
export type FulfilmentState = (typeof FULFILMENT_STATES)[number];

/** The one status of the wire, derived from the three facts kept apart. */
export const ORDER_STATUSES = [
  'pending_payment',
  'paid',
  'packed',
  'shipped',
  'cancelled',
  'refunded',
  'paid_needs_attention',
  'expired',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/**
 * Which status may follow which. Whatever is not here cannot happen, whoever asks: the timeline refuses it, too.
 *
 * Out of `expired` and `cancelled` leads only money that came too late: what was held for it is reserved anew, or a
 * person looks at it. Out of `refunded` leads only a refund that the provider took back.
 */
export const NEXT_STATUSES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending_payment: ['paid', 'cancelled', 'expired', 'paid_needs_attention'],
  paid: ['packed', 'refunded', 'paid_needs_attention'],
  packed: ['shipped', 'refunded'],
  shipped: ['refunded'],
  paid_needs_attention: ['paid', 'packed', 'refunded', 'cancelled'],
  cancelled: ['paid', 'paid_needs_attention'],
  expired: ['paid', 'paid_needs_attention'],
  refunded: ['paid_needs_attention'],
};

/** The same as `from>to`, for the constraint of the timeline. */
export const TRANSITIONS = ORDER_STATUSES.flatMap((from) =>
  NEXT_STATUSES[from].map((to) => `${from}>${to}`),
);

export const SHIPPING_REGIONS = ['calgary', 'alberta', 'canada'] as const;

/** Shape of the address snapshots; also what the wire shows. */
export type AddressSnapshot = {
  fullName: string;
  line1: string;
  line2: string | null;
  city: string;
  province: string;
  postalCode: string;
  countryCode: string;
  phone: string | null;
};

export type CustomerSnapshot = {
  email: string;
  firstName: string | null;
  lastName: string | null;
  phone: string | null;
};

/**
 * What staff search orders by: number, e-mail and names, also the one that a guest typed into the address only. Every word
 * stands behind a blank, so that the index of trigrams answers beginnings of words, too. Written once, because the planner
 * uses the index for this very expression.
 */
export const orderSearchText = sql`(' ' || public_id || ' ' || email || ' ' || coalesce(customer_snapshot ->> 'firstName', '') || ' ' || coalesce(customer_snapshot ->> 'lastName', '') || ' ' || coalesce(shipping_address ->> 'fullName', ''))`;

export const orders = popbox
  .table(
    'orders',
    {
      id: id(),
      publicId: varchar('public_id', { length: 40 }).notNull(),
      /** Null until paid: abandoned carts make no customers. */
      customerId: uuid('customer_id').references(() => customers.id, { onDelete: 'restrict' }),
      /** The signed-in buyer, if any. */
      userId: uuid('user_id').references(() => users.id, { onDelete: 'restrict' }),
      paymentState: varchar('payment_state', { length: 16, enum: PAYMENT_STATES })
        .notNull()
        .default('awaiting'),
      fulfilmentState: varchar('fulfilment_state', { length: 16, enum: FULFILMENT_STATES })
        .notNull()
        .default('none'),
      attentionCode: varchar('attention_code', { length: 60 }),
      attentionMessage: varchar('attention_message', { length: 500 }),
      attentionHint: varchar('attention_hint', { length: 500 }),
      attentionAt: instant('attention_at'),
      /** The record of what was wrong stays; only this says that somebody dealt with it. */
      attentionResolvedAt: instant('attention_resolved_at'),
      status: varchar('status', { length: 24, enum: ORDER_STATUSES })
        .notNull()
        .generatedAlwaysAs(
          sql`CASE
            WHEN payment_state IN ('cancelled', 'expired', 'refunded') THEN payment_state
            WHEN attention_code IS NOT NULL AND attention_resolved_at IS NULL THEN 'paid_needs_attention'
            WHEN payment_state IN ('awaiting', 'processing') THEN 'pending_payment'
            WHEN fulfilment_state <> 'none' THEN fulfilment_state
            ELSE 'paid'
          END`,
        ),
      currency: varchar('currency', { length: 3 }).notNull().default('CAD'),
      subtotalCents: cents('subtotal_cents'),
      discountCents: cents('discount_cents').default(0),
      shippingCents: cents('shipping_cents'),
      taxCents: cents('tax_cents'),
      totalCents: cents('total_cents'),
      gstCents: cents('gst_cents'),
      pstCents: cents('pst_cents'),
      hstCents: cents('hst_cents'),
      qstCents: cents('qst_cents'),
      gstRatePpm: integer('gst_rate_ppm').notNull(),
      pstRatePpm: integer('pst_rate_ppm').notNull(),
      hstRatePpm: integer('hst_rate_ppm').notNull(),
      qstRatePpm: integer('qst_rate_ppm').notNull(),
      shippingRegion: varchar('shipping_region', { length: 16, enum: SHIPPING_REGIONS }).notNull(),
      /** Lower case, for search and for joining guest orders to an account; the snapshot keeps the rest. */
      email: varchar('email', { length: 320 }).notNull(),
      /** The inbox behind the e-mail, so that `a.b+c@gmail.com` and `ab@gmail.com` are one person to a limit. */
      mailbox: text('mailbox')
        .notNull()
        .generatedAlwaysAs(sql`popbox.mailbox_of(email)`),
      /** Hex HMAC-SHA256 of the browser's secret with the pepper: who may cancel or replace the unpaid order. */
      browserHash: varchar('browser_hash', { length: 64 }),
      customerSnapshot: jsonb('customer_snapshot').$type<CustomerSnapshot>().notNull(),
      shippingAddress: jsonb('shipping_address').$type<AddressSnapshot>().notNull(),
      billingAddress: jsonb('billing_address').$type<AddressSnapshot>(),
      customerNote: varchar('customer_note', { length: 200 }),
      /** End of the holds, fixed when they are taken. */
      holdExpiresAt: instant('hold_expires_at').notNull(),
      /** Lease of the job that asks Stripe; a crash lets it lapse and the next run asks again. */
      expiryLeaseUntil: instant('expiry_lease_until'),
      placedAt: instant('placed_at'),
      paidAt: instant('paid_at'),
      cancelledAt: instant('cancelled_at'),
      refundedAt: instant('refunded_at'),
      expiredAt: instant('expired_at'),
      /** Set while a cardholder's dispute is open, whatever the status: nothing is packed, shipped or opened then. */
      disputedAt: instant('disputed_at'),
      /** Since then name, addresses, e-mail and note are gone; amounts, taxes, dates and the province stay. */
      erasedAt: instant('erased_at'),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('orders_public_id').on(t.publicId),
      index('orders_created').on(t.createdAt, t.id),
      index('orders_status_created').on(t.status, t.createdAt, t.id),
      index('orders_total').on(t.totalCents, t.id),
      index('orders_status_total').on(t.status, t.totalCents, t.id),
      index('orders_attention')
        .on(t.createdAt, t.id)
        .where(sql`attention_code IS NOT NULL`),
      index('orders_search').using('gin', sql`${orderSearchText} gin_trgm_ops`),
      index('orders_customer').on(t.customerId, t.createdAt),
      index('orders_user').on(t.userId, t.createdAt, t.id),
      index('orders_email').on(t.email),
      index('orders_mailbox').on(t.mailbox),
      index('orders_browser').on(t.browserHash),
      index('orders_paid')
        .on(t.paidAt)
        .where(sql`paid_at IS NOT NULL`),
      index('orders_disputed')
        .on(t.disputedAt)
        .where(sql`disputed_at IS NOT NULL`),
      index('orders_due')
        .on(t.holdExpiresAt)
        .where(sql`payment_state IN ('awaiting', 'processing')`),
      index('orders_personal')
        .on(t.createdAt)
        .where(sql`erased_at IS NULL`),
      check('orders_payment_state', oneOf('payment_state', PAYMENT_STATES)),
      check('orders_fulfilment_state', oneOf('fulfilment_state', FULFILMENT_STATES)),
      check('orders_region', oneOf('shipping_region', SHIPPING_REGIONS)),
      check('orders_currency', sql`currency = 'CAD'`),
      check(
        'orders_amounts',
        sql`least(discount_cents, subtotal_cents - discount_cents, shipping_cents, gst_cents, pst_cents, hst_cents,
            qst_cents) >= 0
          AND tax_cents = gst_cents + pst_cents + hst_cents + qst_cents
          AND total_cents = subtotal_cents - discount_cents + shipping_cents + tax_cents`,
      ),
      check(
        'orders_paid_time',
        sql`(${oneOf('payment_state', ['paid', 'refunded'])}) = (paid_at IS NOT NULL)`,
      ),
      check(
        'orders_cancelled_time',
        sql`(payment_state = 'cancelled') = (cancelled_at IS NOT NULL)`,
      ),
      check('orders_expired_time', sql`(payment_state = 'expired') = (expired_at IS NOT NULL)`),
      check('orders_refunded_time', sql`(payment_state = 'refunded') = (refunded_at IS NOT NULL)`),
      check('orders_disputed_when_paid', sql`disputed_at IS NULL OR paid_at IS NOT NULL`),
      check('orders_fulfilled_when_paid', sql`fulfilment_state = 'none' OR paid_at IS NOT NULL`),
      check('orders_paid_has_customer', sql`paid_at IS NULL OR customer_id IS NOT NULL`),
      check(
        'orders_attention_complete',
        sql`num_nulls(attention_code, attention_message, attention_hint, attention_at) = ANY ('{0,4}')
          AND (attention_resolved_at IS NULL OR attention_at IS NOT NULL)`,
      ),
      check(
        'orders_attention_about_money',
        sql`attention_code IS NULL OR attention_resolved_at IS NOT NULL OR paid_at IS NOT NULL`,
      ),
      check('orders_public_id', sql`public_id ~ '^PBX-[0-9A-Z]{10}$'`),
      check('orders_browser_hash', sql`browser_hash ~ '^[0-9a-f]{64}$'`),
      check('orders_email_normalised', sql`email = lower(btrim(email)) AND email <> ''`),
      check(
        'orders_erased',
        sql`erased_at IS NULL OR (email LIKE 'erased-%@erased.invalid' AND customer_note IS NULL AND user_id IS NULL
          AND NOT (${oneOf('payment_state', ['awaiting', 'processing'])}))`,
      ),
    ],
  )
  .enableRLS();

/** What was bought, as it was when bought. Never updated: a trigger refuses it. */
export const orderLines = popbox
  .table(
    'order_lines',
    {
      id: id(),
      orderId: uuid('order_id')
        .notNull()
        .references(() => orders.id, { onDelete: 'restrict' }),
      lineNumber: integer('line_number').notNull(),
      productId: uuid('product_id')
        .notNull()
        .references(() => products.id, { onDelete: 'restrict' }),
      variantId: uuid('variant_id'),
      productName: varchar('product_name', { length: 200 }).notNull(),
      productType: varchar('product_type', { length: 16, enum: PRODUCT_TYPES }).notNull(),
      variantName: varchar('variant_name', { length: 200 }),
      variantSku: varchar('variant_sku', { length: 120 }),
      unitPriceCents: cents('unit_price_cents'),
      quantity: integer('quantity').notNull(),
      lineTotalCents: cents('line_total_cents'),
      /** Slug and description at purchase. */
      metadata: jsonb('metadata').$type<{ slug: string; description: string | null }>().notNull(),
    },
    (t) => [
      foreignKey({
        name: 'order_lines_variant_of_product_fk',
        columns: [t.productId, t.variantId],
        foreignColumns: [variants.productId, variants.id],
      }).onDelete('restrict'),
      // What foreign keys refer to that name a line together with its order.
      unique('order_lines_of_order').on(t.orderId, t.id),
      uniqueIndex('order_lines_number').on(t.orderId, t.lineNumber),
      uniqueIndex('order_lines_merged').on(
        t.orderId,
        t.productId,
        sql`coalesce(variant_id, product_id)`,
      ),
      index('order_lines_product').on(t.productId),
      index('order_lines_variant').on(t.variantId),
      check('order_lines_type', oneOf('product_type', PRODUCT_TYPES)),
      check(
        'order_lines_variant_iff_standard',
        sql`(product_type = 'standard') = (variant_id IS NOT NULL)`,
      ),
      check('order_lines_quantity', sql`quantity BETWEEN 1 AND 20`),
      check(
        'order_lines_total',
        sql`unit_price_cents >= 0 AND line_total_cents = unit_price_cents * quantity`,
      ),
    ],
  )
  .enableRLS();
