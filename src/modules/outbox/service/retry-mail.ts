import { eq } from 'drizzle-orm';
import { inTx, type Tx } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import type { AdminMail } from '../outbox.admin-contract.ts';
import { mailSecretRenewing } from '../outbox.hooks.ts';
import { outboxProblems } from '../outbox.problems.ts';
import { mailQueue } from '../outbox.queue.ts';
import { readSecret } from './address-mail.ts';
import { findSuppressions } from './find-suppressions.ts';
import { planRetry } from './plan-retry.ts';
import { presentMail } from './present-mail.ts';
import type { StoredMail } from './provider-key.ts';
import { sealSecret } from './seal-secret.ts';

/**
 * Use case: queues a mail again that was given up or came back. As long as the provider remembers its key, key and body
 * stay, so it arrives once at the most. Afterwards it is a new mail to the provider, which the operator has to want.
 *
 * @throws Problem MAIL_NOT_FOUND, MAIL_NOT_RETRYABLE, MAIL_ADDRESS_SUPPRESSED, MAIL_RETRY_NEEDS_CONFIRMATION,
 *   MAIL_CANNOT_BE_RENEWED
 */
export function retryMail(
  app: App,
  request: { mailId: string; confirm: boolean; actor: string; requestId: string | null },
): Promise<AdminMail> {
  const { mailId, confirm, actor, requestId } = request;
  return inTx(app, 'retry mail', async (tx, now) => {
    const mail = await lockMail(tx, mailId);
    const plan = planRetry(mail, { hasSecret: readSecret(app, mail) !== null, now });
    if (plan === 'none') throw new Problem(outboxProblems.MAIL_NOT_RETRYABLE);
    if ((await findSuppressions(tx, app, [mail.recipient])).size > 0) {
      throw new Problem(outboxProblems.MAIL_ADDRESS_SUPPRESSED);
    }
    if (plan === 'new_mail' && !confirm) {
      throw new Problem(outboxProblems.MAIL_RETRY_NEEDS_CONFIRMATION);
    }
    const change = plan === 'same_mail' ? {} : await beginRound(tx, app, mail, now);
    const [queued] = await tx
      .update(outboxMails)
      .set({ ...change, state: 'queued', lastError: null, ...UNSENT })
      .where(eq(outboxMails.id, mailId))
      .returning();
    if (!queued) throw new Error(`The locked mail ${mailId} vanished.`);
    await app.queue.enqueue(tx, mailQueue, { mailId });
    await recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'mail.retried',
      targetType: 'mail',
      targetId: mailId,
      before: summarise(mail),
      after: summarise(queued),
      requestId,
    });
    return presentMail(app, queued, { suppression: null, now });
  });
}

const UNSENT = {
  sentAt: null,
  providerId: null,
  delivery: null,
  deliveryAt: null,
  deliveryReason: null,
} as const;

async function lockMail(tx: Tx, mailId: string): Promise<StoredMail> {
  const [mail] = await tx
    .select()
    .from(outboxMails)
    .where(eq(outboxMails.id, mailId))
    .for('no key update');
  if (!mail) throw new Problem(outboxProblems.MAIL_NOT_FOUND);
  return mail;
}

/** What a further round changes: another key, its own 23 hours, and a link that is good for as long as a new one. */
async function beginRound(
  tx: Tx,
  app: App,
  mail: StoredMail,
  now: Date,
): Promise<Partial<StoredMail>> {
  const round = { round: mail.round + 1, tryingSince: now };
  if (!mail.needsSecret) return round;
  const secrets: string[] = [];
  if (mail.orderId !== null) {
    await app.hooks.run(mailSecretRenewing, tx, {
      orderId: mail.orderId,
      kind: mail.kind,
      now,
      give: (secret) => {
        secrets.push(secret);
      },
    });
  }
  const secret = secrets.at(-1);
  if (secret === undefined) throw new Problem(outboxProblems.MAIL_CANNOT_BE_RENEWED);
  const sealing = { pepper: app.config.orderTokenPepper, random: app.random, mailId: mail.id };
  return { ...round, sealedSecret: sealSecret(sealing, secret) };
}

/** For the audit, which is kept for good: no address, no subject. */
function summarise(mail: StoredMail) {
  const { kind, orderId, state, delivery, lastError, attempts, round } = mail;
  return { kind, orderId, state, delivery, lastError, attempts, round };
}
