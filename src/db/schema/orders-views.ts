import { boolean, integer, text, uuid, varchar } from 'drizzle-orm/pg-core';
import { instant, popbox } from './columns.ts';

/** The payment's id at the provider: the draw of kuji tickets depends on it, so their buyer is told. */
export const orderPaymentRefs = popbox
  .view('order_payment_refs', {
    orderId: uuid('order_id').notNull(),
    paymentIntentId: varchar('payment_intent_id'),
  })
  .existing();

/**
 * The kuji tickets of orders as their owners may see them: the prize columns are null until the ticket is opened, so no
 * query of this view can tell too much.
 */
export const orderKujiResults = popbox
  .view('order_kuji_results', {
    id: uuid('id').notNull(),
    orderId: uuid('order_id').notNull(),
    orderLineId: uuid('order_line_id').notNull(),
    kind: varchar('kind').notNull(),
    createdAt: instant('created_at').notNull(),
    revealedAt: instant('revealed_at'),
    voidedAt: instant('voided_at'),
    voidReason: varchar('void_reason'),
    prizeCode: varchar('prize_code'),
    prizeTier: varchar('prize_tier'),
    prizeName: varchar('prize_name'),
    prizeDescription: text('prize_description'),
    prizeImageUrl: varchar('prize_image_url'),
    productId: uuid('product_id').notNull(),
    productName: varchar('product_name').notNull(),
    productSlug: varchar('product_slug').notNull(),
    isStorefrontAccessible: boolean('is_storefront_accessible').notNull(),
    storageKey: varchar('storage_key'),
    altText: varchar('alt_text'),
  })
  .existing();

/** The product of an order line as the shop shows it today: address, picture, whether it can be opened. */
export const orderLineMedia = popbox
  .view('order_line_media', {
    orderLineId: uuid('order_line_id').notNull(),
    orderId: uuid('order_id').notNull(),
    productSlug: varchar('product_slug').notNull(),
    isStorefrontAccessible: boolean('is_storefront_accessible').notNull(),
    storageKey: varchar('storage_key'),
    altText: varchar('alt_text'),
  })
  .existing();

/** The money of an order as the shop's pages show it. Informs; whoever moves money asks payments and refunds. */
export const orderMoney = popbox
  .view('order_money', {
    orderId: uuid('order_id').notNull(),
    sessionId: varchar('session_id'),
    intentId: varchar('intent_id'),
    receivedCents: integer('received_cents'),
    receivedCurrency: varchar('received_currency'),
    refundedCents: integer('refunded_cents').notNull(),
  })
  .existing();

/** Refunds of an order, those that failed included. */
export const orderRefunds = popbox
  .view('order_refunds', {
    id: uuid('id').notNull(),
    orderId: uuid('order_id').notNull(),
    stripeRefundId: varchar('stripe_refund_id'),
    amountCents: integer('amount_cents').notNull(),
    currency: varchar('currency').notNull(),
    status: varchar('status').notNull(),
    reason: varchar('reason'),
    requestedBy: varchar('requested_by').notNull(),
    createdAt: instant('created_at').notNull(),
  })
  .existing();

/** How much of a line is paid back or about to be, so that it is not packed. */
export const orderRefundedLines = popbox
  .view('order_refunded_lines', {
    orderId: uuid('order_id').notNull(),
    orderLineId: uuid('order_line_id').notNull(),
    quantity: integer('quantity').notNull(),
  })
  .existing();
