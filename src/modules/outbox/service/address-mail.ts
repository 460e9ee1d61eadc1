import type { OutgoingMail } from '../../../integrations/resend/mail-port.ts';
import type { App } from '../../../kernel/app.ts';
import { SECRET_PLACEHOLDER } from './enqueue-mail.ts';
import { providerKey, type StoredMail } from './provider-key.ts';
import { openSecret } from './seal-secret.ts';

const SENDER_NAME = 'PopBox Studio';

/** The mail as it goes out; null if its secret is gone or cannot be opened. */
export function addressMail(app: Pick<App, 'config'>, mail: StoredMail): OutgoingMail | null {
  const { recipient, replyTo, subject } = mail;
  const from = `${SENDER_NAME} <${app.config.mail.from}>`;
  const envelope = { key: providerKey(mail), from, to: recipient, replyTo, subject };
  // Without a secret the placeholder is ordinary text: somebody may have written it into a form.
  if (!mail.needsSecret && mail.sealedSecret === null) {
    return { ...envelope, html: mail.html, text: mail.text };
  }
  const secret = readSecret(app, mail);
  if (secret === null) return null;
  return {
    ...envelope,
    html: mail.html.replaceAll(SECRET_PLACEHOLDER, () => secret),
    text: mail.text.replaceAll(SECRET_PLACEHOLDER, () => secret),
  };
}

/** The mail's secret in the clear; null if it has none, or one that was sealed for another mail or pepper. */
export function readSecret(app: Pick<App, 'config'>, mail: StoredMail): string | null {
  if (mail.sealedSecret === null) return null;
  const opening = { pepper: app.config.orderTokenPepper, mailId: mail.id };
  return openSecret(opening, mail.sealedSecret);
}
