import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, uniqueIndex, varchar } from 'drizzle-orm/pg-core';
import { createdAt, id, oneOf, popbox, updatedAt } from './columns.ts';

export const LEGAL_TYPES = ['shipping_returns', 'terms', 'privacy'] as const;
export type LegalType = (typeof LEGAL_TYPES)[number];

export const INQUIRY_TYPES = [
  'product-request',
  'order-support',
  'shipping-support',
  'ticket-support',
  'general',
] as const;
export type InquiryType = (typeof INQUIRY_TYPES)[number];

/**
 * What a shopper agreed to must be found again: a version is never rewritten (trigger), a new text is a new row, and
 * exactly the newest one is active.
 */
export const legalDocuments = popbox
  .table(
    'legal_documents',
    {
      id: id(),
      type: varchar('type', { length: 32, enum: LEGAL_TYPES }).notNull(),
      version: integer('version').notNull(),
      /** Plain text; blank lines divide paragraphs. */
      content: varchar('content', { length: 100_000 }).notNull(),
      isActive: boolean('is_active').notNull(),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    (t) => [
      uniqueIndex('legal_documents_version').on(t.type, t.version),
      uniqueIndex('legal_documents_one_active')
        .on(t.type)
        .where(sql`is_active`),
      check('legal_documents_type', oneOf('type', LEGAL_TYPES)),
      check('legal_documents_version_positive', sql`version > 0`),
      check('legal_documents_not_blank', sql`btrim(content) <> ''`),
    ],
  )
  .enableRLS();

export const faqItems = popbox
  .table(
    'faq_items',
    {
      id: id(),
      question: varchar('question', { length: 500 }).notNull(),
      answer: varchar('answer', { length: 10_000 }).notNull(),
      /** Blank for none; the storefront fails on null. */
      category: varchar('category', { length: 120 }).notNull(),
      sortOrder: integer('sort_order').notNull(),
      isPublished: boolean('is_published').notNull(),
      createdAt: createdAt(),
      updatedAt: updatedAt(),
    },
    () => [
      check('faq_items_not_blank', sql`btrim(question) <> '' AND btrim(answer) <> ''`),
      check('faq_items_sort_order', sql`sort_order >= 0`),
    ],
  )
  .enableRLS();

/** What came through the contact form, kept before it is mailed. */
export const contactMessages = popbox
  .table(
    'contact_messages',
    {
      id: id(),
      firstName: varchar('first_name', { length: 50 }).notNull(),
      lastName: varchar('last_name', { length: 50 }),
      /** As it was typed, because the answer goes there. */
      email: varchar('email', { length: 320 }).notNull(),
      inquiryType: varchar('inquiry_type', { length: 32, enum: INQUIRY_TYPES }).notNull(),
      orderNumber: varchar('order_number', { length: 50 }),
      requestedSeries: varchar('requested_series', { length: 120 }),
      message: varchar('message', { length: 1_000 }).notNull(),
      /** Keyed hash of the sender's network, hexadecimal: enough to count by, no address. */
      senderHash: varchar('sender_hash', { length: 64 }).notNull(),
      createdAt: createdAt(),
    },
    (t) => [
      index('contact_messages_sender').on(t.senderHash, t.createdAt),
      index('contact_messages_email').on(sql`lower(email)`),
      index('contact_messages_created').on(t.createdAt),
      check('contact_messages_inquiry_type', oneOf('inquiry_type', INQUIRY_TYPES)),
      check(
        'contact_messages_support_names_order',
        sql`inquiry_type NOT LIKE '%-support' OR order_number IS NOT NULL`,
      ),
      check(
        'contact_messages_request_names_series',
        sql`inquiry_type <> 'product-request' OR requested_series IS NOT NULL`,
      ),
    ],
  )
  .enableRLS();
