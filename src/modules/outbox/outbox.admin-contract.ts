import { z } from 'zod';
import { DELIVERIES, MAIL_STATES, SUPPRESSION_REASONS } from '../../db/schema/outbox.ts';
import { cursorQuery, limitQuery } from '../../http/pagination.ts';
import { defineRoute } from '../../http/route.ts';
import { outboxProblems } from './outbox.problems.ts';

const instant = z.iso.datetime({ precision: 3 });

/** Why an address gets no more mail. */
export const suppressionSchema = z.object({
  id: z.uuid(),
  reason: z.enum(SUPPRESSION_REASONS),
  /** The mail server's words, without addresses. */
  detail: z.string().nullable(),
  createdAt: instant,
});
export type Suppression = z.output<typeof suppressionSchema>;

const mailSchema = z.object({
  id: z.uuid(),
  kind: z.string(),
  orderId: z.uuid().nullable(),
  recipient: z.string(),
  subject: z.string(),
  state: z.enum(MAIL_STATES),
  /** What the provider told later; null while it has told nothing. */
  delivery: z
    .object({ state: z.enum(DELIVERIES), reason: z.string().nullable(), at: instant })
    .nullable(),
  attempts: z.int().min(0),
  lastError: z.string().nullable(),
  /** Set while the address gets no mail at all. */
  suppression: suppressionSchema.nullable(),
  /** `confirm`: a repeat may become a second mail, and has to be asked for knowingly. */
  retry: z.enum(['no', 'yes', 'confirm']),
  sentAt: instant.nullable(),
  createdAt: instant,
});
export type AdminMail = z.output<typeof mailSchema>;

export const listMailsRoute = defineRoute({
  operationId: 'listMails',
  method: 'get',
  path: '/api/v1/admin/mails',
  summary: 'Mails and what became of them, newest first',
  description:
    '`dead`: refused, suppressed, or not sent within 23 hours; somebody has to look. Without bodies: they hold links ' +
    'and addresses. A cursor that does not fit is ignored.',
  tag: 'Admin mails',
  access: 'staff',
  query: z.object({
    state: z.enum(MAIL_STATES).optional(),
    delivery: z.enum(DELIVERIES).optional(),
    kind: z.string().max(40).optional(),
    orderId: z.uuid().optional(),
    recipient: z.string().max(320).optional(),
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 25, max: 100 }),
  }),
  replies: { 200: z.object({ items: z.array(mailSchema), nextCursor: z.string().nullable() }) },
});
export type ListMailsQuery = z.output<typeof listMailsRoute.query>;

export const retryMailRoute = defineRoute({
  operationId: 'retryMail',
  method: 'post',
  path: '/api/v1/admin/mails/:id/retry',
  summary: 'Send a mail again that was given up or came back',
  description:
    'Within 23 hours of the first try the provider gets the same mail under the same key and sends it once at the most. ' +
    'Later, or when it had taken the mail, the repeat may be a second one: then `confirm: true` is needed, and a link in ' +
    'it is made anew.',
  tag: 'Admin mails',
  access: 'admin',
  params: z.object({ id: z.uuid() }),
  body: z.object({ confirm: z.boolean().default(false) }),
  replies: { 200: mailSchema },
  problems: [
    outboxProblems.MAIL_NOT_FOUND,
    outboxProblems.MAIL_NOT_RETRYABLE,
    outboxProblems.MAIL_ADDRESS_SUPPRESSED,
    outboxProblems.MAIL_RETRY_NEEDS_CONFIRMATION,
    outboxProblems.MAIL_CANNOT_BE_RENEWED,
  ],
});

const suppressedAddressSchema = suppressionSchema.extend({
  /** Null once it was erased; `recipient` still finds it. */
  email: z.string().nullable(),
  mailId: z.uuid().nullable(),
});
export type AdminSuppression = z.output<typeof suppressedAddressSchema>;

export const listSuppressionsRoute = defineRoute({
  operationId: 'listSuppressedAddresses',
  method: 'get',
  path: '/api/v1/admin/suppressed-addresses',
  summary: 'Addresses that get no more mail, newest first',
  tag: 'Admin mails',
  access: 'staff',
  query: z.object({
    recipient: z.string().max(320).optional(),
    cursor: cursorQuery,
    limit: limitQuery({ fallback: 25, max: 100 }),
  }),
  replies: {
    200: z.object({ items: z.array(suppressedAddressSchema), nextCursor: z.string().nullable() }),
  },
});
export type ListSuppressionsQuery = z.output<typeof listSuppressionsRoute.query>;

export const removeSuppressionRoute = defineRoute({
  operationId: 'removeSuppressedAddress',
  method: 'delete',
  path: '/api/v1/admin/suppressed-addresses/:id',
  summary: 'Let an address get mail again',
  description: 'By id, because an address in a URL would end up in logs. Sends nothing by itself.',
  tag: 'Admin mails',
  access: 'admin',
  params: z.object({ id: z.uuid() }),
  replies: { 200: z.object({ id: z.uuid(), deleted: z.literal(true) }) },
  problems: [outboxProblems.SUPPRESSION_NOT_FOUND],
});
