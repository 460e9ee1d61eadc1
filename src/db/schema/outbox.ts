import { sql } from 'drizzle-orm';
import {
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

/**
 * Mails to send, written in the transaction that makes them true. The row keeps the rendered mail, so that a
 * new release between two tries cannot change the body under the same provider key. A secret is not in
 * the text: `sealedSecret` is encrypted, and erased once the mail is out or given up.
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
      sealedSecret: bytea('sealed_secret'),
      state: varchar('state', { length: 16, enum: MAIL_STATES }).notNull().default('queued'),
      attempts: integer('attempts').notNull().default(0),
      /** Error class and code only, never a text that could quote an address. */
      lastError: varchar('last_error', { length: 200 }),
      providerId: varchar('provider_id', { length: 120 }),
      sentAt: instant('sent_at'),
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
      index('outbox_mails_recipient').on(sql`lower(recipient)`),
      index('outbox_mails_personal')
        .on(t.createdAt)
        .where(sql`erased_at IS NULL`),
      check(
        'outbox_mails_erased',
        sql`erased_at IS NULL OR (state <> 'queued' AND html = '' AND text = '' AND reply_to IS NULL)`,
      ),
      check('outbox_mails_state', oneOf('state', MAIL_STATES)),
      check('outbox_mails_sent', sql`(state = 'sent') = (sent_at IS NOT NULL)`),
      check(
        'outbox_mails_secret_only_while_queued',
        sql`state = 'queued' OR sealed_secret IS NULL`,
      ),
    ],
  )
  .enableRLS();
