/** One mail as its reader sees it, sent by the shop (Resend) or by the account service (Supabase). */
export type Mail = {
  id: string;
  /** The sender's idempotency key, if it gave one. */
  key: string | null;
  from: string;
  to: string[];
  replyTo: string[];
  subject: string;
  html: string;
  text: string;
  /** ISO 8601. */
  receivedAt: string;
  kind: 'resend' | 'supabase';
};

/** Something a provider tells the shop. It is signed anew at every delivery, with the real time. */
export type OutgoingWebhook = {
  id: string;
  /** Asked at each delivery, if a function: the shop may have moved. Null: nobody listens. */
  url: string | (() => string | null);
  body: string;
  sign: (timestampSeconds: number) => Record<string, string>;
  /** Called when the shop has answered 2xx for the first time. */
  onDelivered?: () => void;
};

export type SandboxSettings = {
  /** The storefront's address. */
  siteUrl: string;
  stripeSecretKey: string;
  stripeWebhookSecret: string;
  stripeWebhookUrl: string | null;
  /** The types of events that the webhook endpoint is set up for. Null: all. */
  stripeWebhookEvents: readonly string[] | null;
  resendWebhookSecret: string | null;
  resendWebhookUrl: string | null;
  supabasePublicKey: string;
  supabaseSecretKey: string;
};

/** Makes an oddity happen to `target`, now or the next time it can; false if there is no such thing. */
export type OddMaker = (target: string) => Promise<boolean> | boolean;

/** What every provider's stand-in gets; all its state is memory and dies with the process. */
export type SandboxCore = {
  /** Without a slash at its end. */
  baseUrl: string;
  settings: SandboxSettings;
  /** The providers' clock in ms. Tests move it together with the shop's. */
  now: () => number;
  /** Newest last. */
  mails: Mail[];
  onReset: (forget: () => void) => void;
  onOdd: (kind: string, make: OddMaker) => void;
  /** Queues a webhook; the webhook mode decides when, how often and in which order it leaves. */
  deliver: (event: OutgoingWebhook) => void;
};
