import { z } from 'zod';
import { ResendRefusal } from './resend-refusal.ts';

const MAX_RECIPIENTS = 50;
const MAX_BATCH = 100;
const ADDRESS_FORMAT =
  'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.';

const oneOrMany = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const tagText = z
  .string()
  .max(256)
  .regex(/^[\w-]*$/, 'Tags should only contain ASCII letters, numbers, underscores, or dashes.');

const mailBody = z.looseObject({
  from: z.string().optional(),
  to: oneOrMany.optional(),
  cc: oneOrMany.optional(),
  bcc: oneOrMany.optional(),
  reply_to: oneOrMany.nullish(),
  subject: z.string().optional(),
  html: z.string().nullish(),
  text: z.string().nullish(),
  headers: z.record(z.string(), z.string()).nullish(),
  tags: z.array(z.object({ name: tagText, value: tagText })).nullish(),
});

export type AcceptedMail = {
  from: string;
  to: string[];
  replyTo: string[];
  subject: string;
  html: string;
  text: string;
  tags: Record<string, string>;
};

/** Checks one mail as Resend does: missing fields first, then their form. */
export function readMail(body: unknown): AcceptedMail {
  const parsed = mailBody.safeParse(body ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue?.path.join('.') ?? 'body';
    throw invalid(`Invalid \`${field}\` field. ${issue?.message ?? ''}`.trim());
  }
  const { from, to, subject } = parsed.data;
  if (from === undefined) throw missing('from');
  if (to === undefined || to.length === 0) throw missing('to');
  if (subject === undefined || subject === '') throw missing('subject');
  const html = parsed.data.html ?? '';
  const text = parsed.data.text ?? '';
  if (html === '' && text === '') {
    throw new ResendRefusal(422, 'validation_error', 'Missing `html` or `text` field.');
  }
  const replyTo = parsed.data.reply_to ?? [];
  requireAddresses('from', [from]);
  requireAddresses('to', to);
  requireAddresses('reply_to', replyTo);
  if (to.length > MAX_RECIPIENTS) {
    throw invalid(`The \`to\` field must not have more than ${String(MAX_RECIPIENTS)} addresses.`);
  }
  const tags = Object.fromEntries((parsed.data.tags ?? []).map(({ name, value }) => [name, value]));
  return { from, to, replyTo, subject, html, text, tags };
}

/** A batch is accepted whole or not at all. */
export function readBatch(body: unknown): AcceptedMail[] {
  if (!Array.isArray(body) || body.length === 0 || body.length > MAX_BATCH) {
    throw invalid(`The request body must be an array of 1 to ${String(MAX_BATCH)} emails.`);
  }
  return body.map(readMail);
}

/** The bare address of `Name <address>`. */
export function addressOf(mailbox: string): string {
  return (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim().toLowerCase();
}

function requireAddresses(field: string, mailboxes: readonly string[]): void {
  for (const mailbox of mailboxes) {
    if (!z.email().safeParse(addressOf(mailbox)).success) {
      throw invalid(`Invalid \`${field}\` field. ${ADDRESS_FORMAT}`);
    }
  }
}

function missing(field: string): ResendRefusal {
  return new ResendRefusal(422, 'missing_required_field', `Missing \`${field}\` field.`);
}

function invalid(message: string): ResendRefusal {
  return new ResendRefusal(422, 'validation_error', message);
}
