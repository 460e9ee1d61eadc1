import { Resend } from 'resend';
import { z } from 'zod';
import { assertOutsideTransaction } from '../../db/transaction-context.ts';
import { ProviderError } from '../provider-error.ts';
import type { ProviderErrorKind } from '../provider-error.ts';
import { MailWebhookInvalid } from './mail-port.ts';
import type { MailEvent, MailPort, OutgoingMail, WebhookHeaders } from './mail-port.ts';

const DEFAULT_BASE_URL = 'https://api.resend.com';
const DEFAULT_TIMEOUT_MS = 10_000;

export type ResendSettings = {
  apiKey: string;
  /** Null: Resend itself. */
  baseUrl: string | null;
  /** Null or absent: no webhook is accepted. */
  webhookSecret?: string | null;
  timeoutMs?: number;
};

const accepted = z.object({ id: z.string().min(1) });

const webhookEvent = z.object({
  type: z.string(),
  data: z.looseObject({
    email_id: z.string().optional(),
    bounce: z.looseObject({ message: z.string(), type: z.string().optional() }).optional(),
    failed: z.looseObject({ reason: z.string() }).optional(),
  }),
});

const OUTCOMES: ReadonlyMap<string, MailEvent['outcome']> = new Map([
  ['email.delivered', 'delivered'],
  ['email.bounced', 'bounced'],
  ['email.complained', 'complained'],
  ['email.failed', 'failed'],
]);

/** Mail through Resend. Sends nothing until asked and keeps no connection of its own. */
export function createResendAdapter(settings: ResendSettings): MailPort {
  // An explicit base URL keeps the SDK from reading RESEND_BASE_URL behind our configuration.
  const resend = new Resend(settings.apiKey, {
    baseUrl: settings.baseUrl ?? DEFAULT_BASE_URL,
  });
  const timeoutMs = settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const webhookSecret = settings.webhookSecret ?? null;
  return {
    send: async (mail) => {
      assertOutsideTransaction('resend.send');
      return sendMail(resend, timeoutMs, mail);
    },
    ask: async () => {
      assertOutsideTransaction('resend.ask');
      await askForNothing(resend);
    },
    readWebhook: (rawBody, headers) => readEvent(resend, webhookSecret, rawBody, headers),
  };
}

async function sendMail(
  resend: Resend,
  timeoutMs: number,
  mail: OutgoingMail,
): Promise<{ providerId: string }> {
  const { data, error } = await resend.emails.send(
    {
      from: mail.from,
      to: mail.to,
      ...(mail.replyTo === null ? {} : { replyTo: mail.replyTo }),
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
    },
    // The SDK has no timeout of its own.
    { idempotencyKey: mail.key, signal: AbortSignal.timeout(timeoutMs) },
  );
  if (error !== null) throw sendFailed(kindOf(error.statusCode, error.name), error);
  const answer = accepted.safeParse(data);
  if (!answer.success) throw sendFailed('unknown', answer.error);
  return { providerId: answer.data.id };
}

/** Answers of a Resend that knows the key: there is no such mail, or the key may send and nothing else. */
const KNOWING: ReadonlySet<string> = new Set(['not_found', 'restricted_api_key']);

async function askForNothing(resend: Resend): Promise<void> {
  const { error } = await resend.emails.get('00000000-0000-0000-0000-000000000000');
  if (error === null || KNOWING.has(error.name)) return;
  throw new ProviderError({
    provider: 'resend',
    kind: kindOf(error.statusCode, error.name),
    operation: 'ask',
    cause: error,
  });
}

function sendFailed(kind: ProviderErrorKind, cause: unknown): ProviderError {
  return new ProviderError({
    provider: 'resend',
    kind,
    operation: 'send',
    cause,
  });
}

/** The SDK does not throw: no network and a timeout come as an error without a status. */
function kindOf(statusCode: number | null, name: string): ProviderErrorKind {
  if (statusCode === null || statusCode >= 500 || statusCode === 429) return 'unknown';
  // Our first try with this key has not been answered yet: ask again, do not give up.
  if (name === 'concurrent_idempotent_requests') return 'unknown';
  if (statusCode === 401 || statusCode === 403) return 'misconfigured';
  return 'rejected';
}

function readEvent(
  resend: Resend,
  webhookSecret: string | null,
  rawBody: Buffer,
  headers: WebhookHeaders,
): MailEvent {
  if (webhookSecret === null) throw new MailWebhookInvalid('no webhook secret is configured');
  const id = oneHeader(headers, 'svix-id');
  try {
    const event = webhookEvent.parse(
      resend.webhooks.verify({
        payload: rawBody.toString('utf8'),
        headers: {
          id,
          timestamp: oneHeader(headers, 'svix-timestamp'),
          signature: oneHeader(headers, 'svix-signature'),
        },
        webhookSecret,
      }),
    );
    return {
      id,
      outcome: OUTCOMES.get(event.type) ?? 'other',
      type: event.type,
      providerId: event.data.email_id ?? null,
      isTransient: event.data.bounce?.type === 'Transient',
      reason: event.data.bounce?.message ?? event.data.failed?.reason ?? null,
    };
  } catch (cause) {
    throw new MailWebhookInvalid(cause);
  }
}

function oneHeader(headers: WebhookHeaders, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}
