import { and, eq, sql } from 'drizzle-orm';
import { inTx, readNow } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { OutgoingMail } from '../../../integrations/resend/mail-port.ts';
import type { App } from '../../../kernel/app.ts';
import { HOUR_MS } from '../../../kernel/clock.ts';
import type { JobContext } from '../../../queue/queue.ts';
import { SECRET_PLACEHOLDER } from './enqueue-mail.ts';
import { openSecret } from './seal-secret.ts';

type StoredMail = typeof outboxMails.$inferSelect;

/** The provider forgets a key after 24 hours; a later repeat could be a second mail. */
const GIVE_UP_AFTER_MS = 23 * HOUR_MS;

const SENDER_NAME = 'PopBox Studio';

/**
 * Use case of the mail worker: sends one mail that is still queued. Repeats are harmless: the provider knows the key,
 * and a mail that is sent or dead is left alone.
 *
 * @throws ProviderError when nobody knows whether it went out; the queue asks again with the same key and body
 */
export async function sendMail(
  app: App,
  job: { mailId: string },
  context: Pick<JobContext, 'isLastTry'>,
): Promise<void> {
  const [mail] = await app.database.db
    .select()
    .from(outboxMails)
    .where(eq(outboxMails.id, job.mailId));
  if (mail?.state !== 'queued') return;
  const now = await readNow(app);
  if (now.getTime() - mail.createdAt.getTime() >= GIVE_UP_AFTER_MS) {
    await giveUp(app, mail, mail.lastError ?? 'not sent within 23 hours');
    return;
  }
  const outgoing = address(app, mail);
  if (outgoing === null) {
    await giveUp(app, mail, 'the secret cannot be opened');
    return;
  }
  try {
    const { providerId } = await app.mail.send(outgoing);
    await markSent(app, mail, providerId);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    const failure = describeFailure(error);
    if (error.kind === 'rejected' || context.isLastTry) {
      await giveUp(app, mail, failure);
      return;
    }
    await noteFailure(app, mail, failure);
    throw error;
  }
}

/** The mail as it goes out; null if its secret cannot be opened. */
function address(app: App, mail: StoredMail): OutgoingMail | null {
  const { key, recipient, replyTo, subject } = mail;
  const from = `${SENDER_NAME} <${app.config.mail.from}>`;
  const envelope = { key, from, to: recipient, replyTo, subject };
  // Without a secret the placeholder is ordinary text: somebody may have written it into a form.
  if (mail.sealedSecret === null) return { ...envelope, html: mail.html, text: mail.text };
  const opening = { pepper: app.config.orderTokenPepper, mailId: mail.id };
  const secret = openSecret(opening, mail.sealedSecret);
  if (secret === null) return null;
  return {
    ...envelope,
    html: mail.html.replaceAll(SECRET_PLACEHOLDER, () => secret),
    text: mail.text.replaceAll(SECRET_PLACEHOLDER, () => secret),
  };
}

async function markSent(app: App, mail: StoredMail, providerId: string): Promise<void> {
  await inTx(app, 'mark mail sent', (tx, now) =>
    tx
      .update(outboxMails)
      .set({
        state: 'sent',
        sentAt: now,
        providerId,
        sealedSecret: null,
        lastError: null,
        attempts: sql`${outboxMails.attempts} + 1`,
      })
      .where(and(eq(outboxMails.id, mail.id), eq(outboxMails.state, 'queued'))),
  );
}

/** Nothing sends a dead mail again, so its secret goes too. An operator issues a new one. */
async function giveUp(app: App, mail: StoredMail, failure: string): Promise<void> {
  app.log.error({ mailId: mail.id, kind: mail.kind, failure }, 'mail given up');
  await inTx(app, 'give up mail', (tx) =>
    tx
      .update(outboxMails)
      .set({
        state: 'dead',
        lastError: failure,
        sealedSecret: null,
        attempts: sql`${outboxMails.attempts} + 1`,
      })
      .where(and(eq(outboxMails.id, mail.id), eq(outboxMails.state, 'queued'))),
  );
}

async function noteFailure(app: App, mail: StoredMail, failure: string): Promise<void> {
  await inTx(app, 'note mail failure', (tx) =>
    tx
      .update(outboxMails)
      .set({ lastError: failure, attempts: sql`${outboxMails.attempts} + 1` })
      .where(and(eq(outboxMails.id, mail.id), eq(outboxMails.state, 'queued'))),
  );
}

/** Class and code only: a provider's text may quote the recipient. */
function describeFailure(error: ProviderError): string {
  const cause: unknown = error.cause;
  const name: unknown =
    cause !== null && typeof cause === 'object' && 'name' in cause ? cause.name : null;
  const code = typeof name === 'string' && /^\w{1,80}$/.test(name) ? ` (${name})` : '';
  return `${error.kind}${code}`;
}
