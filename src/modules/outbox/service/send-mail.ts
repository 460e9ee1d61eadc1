import { and, eq, sql } from 'drizzle-orm';
import { inTx, readNow } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { App } from '../../../kernel/app.ts';
import type { JobContext } from '../../../queue/queue.ts';
import { addressMail } from './address-mail.ts';
import { findSuppressions } from './find-suppressions.ts';
import { isKeyRemembered, type StoredMail } from './provider-key.ts';

/**
 * Use case of the mail worker: sends one mail that is still queued. Repeats are harmless: the provider knows the key,
 * and a mail that is sent or dead is left alone. So is an address that bounced or complained.
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
  if (!isKeyRemembered(mail, await readNow(app))) {
    await giveUp(app, mail, mail.lastError ?? 'not sent within 23 hours');
    return;
  }
  const { db } = app.database;
  const [suppressed] = (await findSuppressions(db, app, [mail.recipient])).values();
  if (suppressed) {
    await giveUp(app, mail, `the address is suppressed (${suppressed.reason})`);
    return;
  }
  const outgoing = addressMail(app, mail);
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

/** Nobody has settled it meanwhile, and no operator has begun another round. */
const isWaiting = (mail: StoredMail) =>
  and(
    eq(outboxMails.id, mail.id),
    eq(outboxMails.state, 'queued'),
    eq(outboxMails.round, mail.round),
  );

async function markSent(app: App, mail: StoredMail, providerId: string): Promise<void> {
  await inTx(app, 'mark mail sent', (tx, now) =>
    tx
      .update(outboxMails)
      .set({
        state: 'sent',
        sentAt: now,
        providerId,
        needsSecret: mail.needsSecret || mail.sealedSecret !== null,
        sealedSecret: null,
        lastError: null,
        attempts: sql`${outboxMails.attempts} + 1`,
      })
      .where(isWaiting(mail)),
  );
}

/** The secret stays until the provider forgets the key: so long an operator may have the same mail sent again. */
async function giveUp(app: App, mail: StoredMail, failure: string): Promise<void> {
  app.log.error({ mailId: mail.id, kind: mail.kind, failure }, 'mail given up');
  await inTx(app, 'give up mail', (tx) =>
    tx
      .update(outboxMails)
      .set({
        state: 'dead',
        lastError: failure,
        attempts: sql`${outboxMails.attempts} + 1`,
      })
      .where(isWaiting(mail)),
  );
}

async function noteFailure(app: App, mail: StoredMail, failure: string): Promise<void> {
  await inTx(app, 'note mail failure', (tx) =>
    tx
      .update(outboxMails)
      .set({ lastError: failure, attempts: sql`${outboxMails.attempts} + 1` })
      .where(isWaiting(mail)),
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
