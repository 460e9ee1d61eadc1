import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  customType,
  index,
  integer,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { createdAt, id, instant, oneOf, popbox } from './columns.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

export const MAIL_STATES = ['queued', 'sent', 'dead'] as const;
export type MailState = (typeof MAIL_STATES)[number];

/** What became of a sent mail, as the provider tells later; a later one of this list outweighs an earlier one. */
export const DELIVERIES = ['delivered', 'failed', 'bounced', 'complained'] as const;
export type Delivery = (typeof DELIVERIES)[number];

export const SUPPRESSION_REASONS = ['bounced', 'complained'] as const;

/**
 * Mails to send, written in the transaction that makes them true. The row keeps the rendered mail, so that a
 * new release between two tries cannot change the body under the same provider key. A secret is not in
 * the text: `sealedSecret` is encrypted, and erased once the mail is out.
 */
export const outboxMails = popbox
  .table(
    'outbox_mails',
    {
      id: id(),
      /** `<event>/<entity id>`: each logical mail once. Also the provider's idempotency key. */
      key: varchar('key', { length: 200 }).notNull(),
      kind: varchar('kind', { length: 40 }).notNull(),
      /** The order it is about, if any; no foreign key, because the outbox knows no other module. */
      orderId: uuid('order_id'),
      recipient: varchar('recipient', { length: 320 }).notNull(),
      replyTo: varchar('reply_to', { length: 320 }),
      subject: varchar('subject', { length: 300 }).notNull(),
      html: text('html').notNull(),
      text: text('text').notNull(),
      /** Whether html and text have a place for a secret; without one the placeholder is what somebody typed. */
      needsSecret: boolean('needs_secret').notNull().default(false),
      sealedSecret: bytea('sealed_secret'),
      state: varchar('state', { length: 16, enum: MAIL_STATES }).notNull().default('queued'),
      attempts: integer('attempts').notNull().default(0),
      /** Error class and code only, never a text that could quote an address. */
      lastError: varchar('last_error', { length: 200 }),
      /** Counts the keys used at the provider: an operator who repeats a mail knowingly makes the next one. */
      round: integer('round').notNull().default(1),
      /** Since when the provider may know this round's key. */
      tryingSince: instant('trying_since').notNull().defaultNow(),
      providerId: varchar('provider_id', { length: 120 }),
      sentAt: instant('sent_at'),
      delivery: varchar('delivery', { length: 16, enum: DELIVERIES }),
      deliveryAt: instant('delivery_at'),
      /** The provider's words, without addresses. */
      deliveryReason: varchar('delivery_reason', { length: 300 }),
      /** Since then addresses, subject and text are gone; that it was sent stays. */
      erasedAt: instant('erased_at'),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('outbox_mails_key').on(t.key),
      index('outbox_mails_order').on(t.orderId),
      index('outbox_mails_unsent')
        .on(t.createdAt)
        .where(sql`state = 'queued'`),
      index('outbox_mails_provider_id')
        .on(t.providerId)
        .where(sql`provider_id IS NOT NULL`),
      index('outbox_mails_state_id').on(t.state, t.id),
      index('outbox_mails_recipient').on(sql`lower(${t.recipient})`, t.id),
      index('outbox_mails_personal')
        .on(t.createdAt)
        .where(sql`erased_at IS NULL`),
      check(
        'outbox_mails_erased',
        sql`erased_at IS NULL OR (state <> 'queued' AND html = '' AND text = '' AND reply_to IS NULL)`,
      ),
      check('outbox_mails_state', oneOf('state', MAIL_STATES)),
      check('outbox_mails_sent', sql`(state = 'sent') = (sent_at IS NOT NULL)`),
      check('outbox_mails_no_secret_when_sent', sql`state <> 'sent' OR sealed_secret IS NULL`),
      check('outbox_mails_round', sql`round >= 1`),
      check('outbox_mails_delivery', oneOf('delivery', DELIVERIES)),
      check(
        'outbox_mails_delivery_of_sent',
        sql`(delivery IS NULL) = (delivery_at IS NULL) AND (delivery IS NULL OR state = 'sent')
          AND (delivery_reason IS NULL OR delivery IS NOT NULL)`,
      ),
    ],
  )
  .enableRLS();

/** Addresses that get no more mail: they do not exist, or their owner called a mail of ours spam. */
export const suppressedAddresses = popbox
  .table(
    'suppressed_addresses',
    {
      id: id(),
      /** Lower case; null once it was erased. */
      email: varchar('email', { length: 320 }),
      /** Hex HMAC-SHA256 of an erased address with the pepper, so that it goes on getting no mail. */
      addressHash: varchar('address_hash', { length: 64 }),
      reason: varchar('reason', { length: 16, enum: SUPPRESSION_REASONS }).notNull(),
      /** The provider's words, without addresses. */
      detail: varchar('detail', { length: 300 }),
      /** The mail that it happened to. */
      mailId: uuid('mail_id').references(() => outboxMails.id, { onDelete: 'set null' }),
      createdAt: createdAt(),
    },
    (t) => [
      uniqueIndex('suppressed_addresses_email').on(t.email),
      uniqueIndex('suppressed_addresses_hash').on(t.addressHash),
      index('suppressed_addresses_mail').on(t.mailId),
      check('suppressed_addresses_reason', oneOf('reason', SUPPRESSION_REASONS)),
      check(
        'suppressed_addresses_email_normalised',
        sql`email = lower(btrim(email)) AND email <> ''`,
      ),
      check('suppressed_addresses_one_form', sql`num_nonnulls(email, address_hash) = 1`),
      check('suppressed_addresses_hash_shape', sql`address_hash ~ '^[0-9a-f]{64}$'`),
    ],
  )
  .enableRLS();
