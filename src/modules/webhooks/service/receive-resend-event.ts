import { inTx } from '../../../db/client.ts';
import { MailWebhookInvalid, type MailEvent } from '../../../integrations/resend/mail-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { webhooksProblems } from '../webhooks.contract.ts';
import { isStorable, storeEvent } from './store-event.ts';

type Request = { rawBody: Buffer; header: (name: string) => string | null };

const SIGNED_HEADERS = ['svix-id', 'svix-timestamp', 'svix-signature'];

/**
 * Use case: stores an event about a mail and queues its work in one transaction, before it is answered.
 * @throws Problem MAIL_WEBHOOK_NOT_CONFIGURED, SIGNATURE_INVALID, EVENT_MALFORMED; nothing is stored then
 */
export async function receiveResendEvent(
  app: App,
  request: Request,
): Promise<{ received: true; duplicate: boolean }> {
  if (app.config.mail.webhookSecret === null) {
    throw new Problem(webhooksProblems.MAIL_WEBHOOK_NOT_CONFIGURED);
  }
  const event = readEvent(app, request);
  const { id, type, providerId, outcome, isTransient } = event;
  const reason = event.reason === null ? null : withoutAddresses(event.reason);
  const stored = await inTx(app, 'webhooks.receive-mail-event', (tx, now) =>
    storeEvent(tx, app, {
      provider: 'resend',
      eventId: id,
      type,
      objectId: providerId,
      payload: { outcome, isTransient, reason },
      ignoredBecause: null,
      now,
    }),
  );
  return { received: true, duplicate: stored === 'done' };
}

function readEvent(app: App, request: Request): MailEvent {
  const headers = Object.fromEntries(
    SIGNED_HEADERS.map((name) => [name, request.header(name) ?? undefined]),
  );
  try {
    const event = app.mail.readWebhook(request.rawBody, headers);
    if (event.id === '' || !isStorable(event)) {
      throw new Problem(webhooksProblems.EVENT_MALFORMED);
    }
    return event;
  } catch (error) {
    if (error instanceof MailWebhookInvalid) {
      throw new Problem(webhooksProblems.SIGNATURE_INVALID, { cause: error });
    }
    throw error;
  }
}

/** Mail servers like to quote whom they refused; stored events hold nothing personal. */
function withoutAddresses(reason: string): string {
  return reason
    .replace(/[^\s<>"']+@[^\s<>"']+/g, '[address]')
    .replace(/[\p{Cc}\p{Cs}]+/gu, ' ')
    .slice(0, 300);
}
