import type { App } from '../../../kernel/app.ts';
import type { AdminMail, Suppression } from '../outbox.admin-contract.ts';
import { readSecret } from './address-mail.ts';
import type { SuppressedAddress } from './find-suppressions.ts';
import { planRetry } from './plan-retry.ts';
import type { StoredMail } from './provider-key.ts';

const RETRIES = { none: 'no', same_mail: 'yes', new_mail: 'confirm' } as const;

/** As an admin sees it: without its body, whose links open orders. */
export function presentMail(
  app: Pick<App, 'config'>,
  mail: StoredMail,
  context: { suppression: SuppressedAddress | null; now: Date },
): AdminMail {
  const { id, kind, orderId, recipient, subject, state, attempts, lastError } = mail;
  const hasSecret = readSecret(app, mail) !== null;
  return {
    id,
    kind,
    orderId,
    recipient,
    subject,
    state,
    delivery:
      mail.delivery === null || mail.deliveryAt === null
        ? null
        : {
            state: mail.delivery,
            reason: mail.deliveryReason,
            at: mail.deliveryAt.toISOString(),
          },
    attempts,
    lastError,
    suppression: context.suppression && presentSuppression(context.suppression),
    retry: RETRIES[planRetry(mail, { hasSecret, now: context.now })],
    sentAt: mail.sentAt?.toISOString() ?? null,
    createdAt: mail.createdAt.toISOString(),
  };
}

export function presentSuppression(row: SuppressedAddress): Suppression {
  const { id, reason, detail, createdAt } = row;
  return { id, reason, detail, createdAt: createdAt.toISOString() };
}
