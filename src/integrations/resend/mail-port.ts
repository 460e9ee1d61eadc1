/** A rendered mail. It is stored before it is sent, so that a second try has the same body. */
export type OutgoingMail = {
  /** Idempotency key, `<event>/<entity id>`, at most 256 characters. */
  key: string;
  /** `Name <address>` or an address. */
  from: string;
  to: string;
  replyTo: string | null;
  subject: string;
  html: string;
  text: string;
};

/** What the provider tells later about a mail it accepted. */
export type MailEvent = {
  /** The same for every delivery of one event. */
  id: string;
  outcome: 'delivered' | 'bounced' | 'complained' | 'failed' | 'other';
  /** The provider's own word, such as `email.bounced`. */
  type: string;
  /** Id of the mail as `send` answered it; null for events about something else. */
  providerId: string | null;
  /** A bounce that may pass, such as a full mailbox; the address itself is good. */
  isTransient: boolean;
  /** The provider's reason of a bounce or failure, for the operator. It may quote addresses. */
  reason: string | null;
};

export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The event was not signed by the provider, or more than five minutes ago, or makes no sense. */
export class MailWebhookInvalid extends Error {
  constructor(cause: unknown) {
    super('The mail webhook is not genuine', { cause });
    this.name = 'MailWebhookInvalid';
  }
}

export type MailPort = {
  /**
   * Sends one mail. Within 24 hours the same key never sends a second one.
   * @throws ProviderError `rejected` (never again), `unknown` (try again with the same key) or
   *   `misconfigured` (key or sender domain)
   */
  send: (mail: OutgoingMail) => Promise<{ providerId: string }>;
  /**
   * Asks for a mail that cannot exist: the answer shows that network and key are well. Sends nothing.
   * @throws ProviderError
   */
  ask: () => Promise<void>;
  /**
   * Checks the signature over the raw bytes and reads the event.
   * @throws MailWebhookInvalid
   */
  readWebhook: (rawBody: Buffer, headers: WebhookHeaders) => MailEvent;
};
