export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A hosted payment page, as far as the shop looks at it. */
export type StripeSession = {
  id: string;
  /** Null once the session is no longer open. */
  url: string | null;
  status: 'open' | 'complete' | 'expired';
  /** `complete` with `unpaid`: a bank still has to answer. */
  paymentStatus: 'paid' | 'unpaid' | 'no_payment_required';
  /** Null until the shopper has submitted the page for the first time. */
  paymentIntentId: string | null;
  amountTotalCents: number;
  /** What the payment intent received; null while there is none, or while nobody asked for it. */
  amountReceivedCents: number | null;
  /** Upper case. */
  currency: string;
  /** Ours, if the session was made by this shop. */
  orderId: string | null;
  publicId: string | null;
  customerEmail: string | null;
  createdAtSeconds: number;
  expiresAtSeconds: number;
};

export type StripeRefund = {
  id: string;
  paymentIntentId: string | null;
  amountCents: number;
  /** Upper case. */
  currency: string;
  status: 'pending' | 'requires_action' | 'succeeded' | 'failed' | 'canceled';
  reason: string | null;
  metadata: Record<string, string>;
  createdAtSeconds: number;
};

export type StripeDispute = {
  id: string;
  paymentIntentId: string | null;
  amountCents: number;
  /** Upper case. */
  currency: string;
  /** Stripe's word, for example `needs_response`, `won`, `lost`; new ones may come. */
  status: string;
};

/**
 * All that a session is made of. It is stored before the call and sent unchanged when the call is
 * repeated, because Stripe refuses other parameters under a known key.
 */
export type SessionParams = {
  orderId: string;
  publicId: string;
  customerEmail: string;
  currency: 'CAD';
  lines: { name: string; description: string | null; unitAmountCents: number; quantity: number }[];
  /** At least 30 minutes ahead when Stripe sees it for the first time. */
  expiresAtSeconds: number;
  /** Contains `{CHECKOUT_SESSION_ID}`. */
  successUrl: string;
  cancelUrl: string;
  /** For example `card`, `link`. */
  paymentMethods: string[];
};

export type RefundParams = {
  paymentIntentId: string;
  amountCents: number;
  metadata: Record<string, string>;
};

/** "Something happened to this object". What it is worth now is read from Stripe, not from here. */
export type StripeEvent = {
  id: string;
  type: string;
  createdAtSeconds: number;
  livemode: boolean;
  apiVersion: string | null;
  objectId: string | null;
  objectType: string | null;
  paymentIntentId: string | null;
  orderId: string | null;
  publicId: string | null;
  /** Statuses, amounts and currency, fit to be stored: no personal data. */
  slim: Record<string, JsonValue>;
};

/** The bytes were not signed with our secret within the last five minutes. */
export class WebhookSignatureInvalid extends Error {
  constructor(cause: unknown) {
    super('The webhook signature is missing, wrong or too old.', { cause });
    this.name = 'WebhookSignatureInvalid';
  }
}

/**
 * Stripe as the shop needs it. Every method throws `ProviderError` when Stripe does not do what was
 * asked, and a plain Error inside a database transaction.
 */
export type StripePort = {
  createSession: (params: SessionParams, idempotencyKey: string) => Promise<StripeSession>;
  /** Null: Stripe knows no such session. */
  retrieveSession: (id: string) => Promise<StripeSession | null>;
  /** `not_open`: it was paid, submitted or expired before; read it to know which. */
  expireSession: (
    id: string,
    idempotencyKey: string,
  ) => Promise<'expired' | 'not_open' | 'not_found'>;
  /** Goes through all sessions made since then; for the rare case of a lost answer. */
  findSessionForOrder: (
    orderId: string,
    createdSinceSeconds: number,
  ) => Promise<StripeSession | null>;
  findSessionByPaymentIntent: (paymentIntentId: string) => Promise<StripeSession | null>;
  /** Everything that was begun since then, newest first, one page at a time: a week may hold thousands. */
  listSessions: (createdSinceSeconds: number) => AsyncIterable<StripeSession[]>;
  createRefund: (params: RefundParams, idempotencyKey: string) => Promise<StripeRefund>;
  retrieveDispute: (id: string) => Promise<StripeDispute | null>;
  /** All of them, newest first. */
  listRefunds: (paymentIntentId: string) => Promise<StripeRefund[]>;
  /**
   * Events of these types (20 at most) that we have not answered with 2xx, newest first, one page at a time. Stripe keeps
   * them for 30 days.
   */
  listUndeliveredEvents: (
    sinceSeconds: number,
    types: readonly string[],
  ) => AsyncIterable<StripeEvent[]>;
  /**
   * Null: the bytes are Stripe's, but they are no event as this version of its API sends them.
   * @throws WebhookSignatureInvalid
   */
  readWebhook: (rawBody: Buffer, signatureHeader: string) => StripeEvent | null;
};
