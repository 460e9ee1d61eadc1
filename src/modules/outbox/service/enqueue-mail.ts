import type { Tx } from '../../../db/client.ts';
import { insertFreeRows } from '../../../db/prepare-statement.ts';
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

type Sending = Pick<App, 'newId' | 'config' | 'random' | 'queue'>;

/**
 * Step: a mail that will go out exactly if the transaction commits. A key that was used before is left alone, so each
 * logical mail exists once; the answer says whether this call made it. To somebody who was erased none is written.
 */
export async function enqueueMail(tx: Tx, app: Sending, request: MailRequest): Promise<boolean> {
  const [isNew] = await enqueueMails(tx, app, [request]);
  return isNew === true;
}

/** Step: several mails in one statement; the answer says of each whether this call made it. */
export async function enqueueMails(
  tx: Tx,
  app: Sending,
  requests: readonly MailRequest[],
): Promise<boolean[]> {
  const mails = requests.map((request) =>
    isNobody(request.recipient) ? null : describe(app, request),
  );
  const wanted = mails.filter((mail) => mail !== null);
  if (wanted.length === 0) return mails.map(() => false);
  const written = await insertFreeRows(tx, outboxMails, wanted);
  await app.queue.enqueueAll(
    tx,
    mailQueue,
    written.map((mailId) => ({ mailId })),
  );
  return mails.map((mail) => mail !== null && written.includes(mail.id));
}

function describe(app: Sending, request: MailRequest) {
  const { secret, now, ...mail } = request;
  const id = app.newId();
  const sealing = { pepper: app.config.orderTokenPepper, random: app.random, mailId: id };
  return {
    id,
    ...mail,
    replyTo: mail.replyTo !== null && isNobody(mail.replyTo) ? null : mail.replyTo,
    needsSecret: secret !== null,
    sealedSecret: secret === null ? null : sealSecret(sealing, secret),
    tryingSince: now,
    createdAt: now,
  };
}
