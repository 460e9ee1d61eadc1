import type { Tx } from '../../../db/client.ts';
import { outboxMails } from '../../../db/schema/outbox.ts';
import type { App } from '../../../kernel/app.ts';
import { mailQueue } from '../outbox.queue.ts';
import { isNobody } from './hash-address.ts';
import { sealSecret } from './seal-secret.ts';

/**
 * Stands in a mail's html and text where its secret belongs; the secret replaces it when the mail goes out. The secret
 * must be safe in HTML and in URLs, as base64url is.
 */
export const SECRET_PLACEHOLDER = '{{secret}}';

export type MailRequest = {
  /** `<event>/<entity id>`: the mail's identity here and at the provider. */
  key: string;
  kind: string;
  orderId: string | null;
  recipient: string;
  replyTo: string | null;
  subject: string;
  html: string;
  text: string;
  secret: string | null;
  now: Date;
};

/**
 * Step: a mail that will go out exactly if the transaction commits. A key that was used before is left alone, so each
 * logical mail exists once; the answer says whether this call made it. To somebody who was erased none is written.
 */
export async function enqueueMail(
  tx: Tx,
  app: Pick<App, 'newId' | 'config' | 'random' | 'queue'>,
  request: MailRequest,
): Promise<boolean> {
  const { secret, now, ...mail } = request;
  if (isNobody(mail.recipient)) return false;
  const id = app.newId();
  const sealing = { pepper: app.config.orderTokenPepper, random: app.random, mailId: id };
  const written = await tx
    .insert(outboxMails)
    .values({
      id,
      ...mail,
      replyTo: mail.replyTo !== null && isNobody(mail.replyTo) ? null : mail.replyTo,
      needsSecret: secret !== null,
      sealedSecret: secret === null ? null : sealSecret(sealing, secret),
      tryingSince: now,
      createdAt: now,
    })
    .onConflictDoNothing({ target: outboxMails.key })
    .returning({ id: outboxMails.id });
  if (written.length === 0) return false;
  await app.queue.enqueue(tx, mailQueue, { mailId: id });
  return true;
}
