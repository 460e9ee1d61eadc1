import { randomBytes } from 'node:crypto';
import type { SandboxCore } from '../core.ts';

export const API_VERSION = '2026-10-28.endive';

export type Metadata = Record<string, string>;

export type LineItem = {
  id: string;
  object: 'item';
  amount_subtotal: number;
  amount_total: number;
  amount_tax: number;
  amount_discount: number;
  currency: string;
  description: string;
  quantity: number;
  price: {
    id: string;
    object: 'price';
    currency: string;
    unit_amount: number;
    type: 'one_time';
    product: string;
  };
};

/** The fields that Stripe's API shows under these names. */
export type Session = {
  id: string;
  object: 'checkout.session';
  amount_subtotal: number;
  amount_total: number;
  cancel_url: string | null;
  client_reference_id: string | null;
  created: number;
  currency: string;
  customer_details: { email: string | null; name: string | null } | null;
  customer_email: string | null;
  expires_at: number;
  livemode: false;
  metadata: Metadata;
  mode: 'payment';
  payment_intent: string | null;
  payment_method_types: string[];
  payment_status: 'paid' | 'unpaid' | 'no_payment_required';
  status: 'open' | 'complete' | 'expired';
  success_url: string;
  ui_mode: 'hosted_page';
  url: string | null;
} & Record<string, unknown>;

export type StoredSession = {
  session: Session;
  lines: LineItem[];
  /** For a payment intent that is made when the shopper submits. */
  intentMetadata: Metadata;
  /** What the next payment takes instead of what the session says. */
  odd: 'amount' | 'currency' | null;
  /** Text of the line above the total, such as the description of each product. */
  descriptions: (string | null)[];
};

export type PaymentIntent = {
  id: string;
  object: 'payment_intent';
  amount: number;
  amount_received: number;
  created: number;
  currency: string;
  latest_charge: string | null;
  livemode: false;
  metadata: Metadata;
  status: 'requires_payment_method' | 'processing' | 'succeeded' | 'canceled';
} & Record<string, unknown>;

export type Charge = {
  id: string;
  object: 'charge';
  amount: number;
  amount_captured: number;
  amount_refunded: number;
  created: number;
  currency: string;
  disputed: boolean;
  livemode: false;
  metadata: Metadata;
  paid: boolean;
  payment_intent: string;
  refunded: boolean;
  status: 'succeeded' | 'pending' | 'failed';
} & Record<string, unknown>;

export type Refund = {
  id: string;
  object: 'refund';
  amount: number;
  charge: string;
  created: number;
  currency: string;
  metadata: Metadata;
  payment_intent: string;
  reason: string | null;
  status: 'pending' | 'succeeded' | 'failed';
} & Record<string, unknown>;

export type Dispute = {
  id: string;
  object: 'dispute';
  amount: number;
  charge: string;
  created: number;
  currency: string;
  metadata: Metadata;
  payment_intent: string;
  reason: string;
  status: string;
} & Record<string, unknown>;

export type StripeEvent = {
  id: string;
  object: 'event';
  api_version: string;
  created: number;
  type: string;
  livemode: false;
  data: { object: object };
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
};

export type StoredEvent = { event: StripeEvent; isDelivered: boolean };

/** One idempotency key and what was answered under it. */
export type Attempt = {
  fingerprint: string;
  createdAtMs: number;
  isInFlight: boolean;
  answer: { status: number; json: string } | null;
};

/** The API call that is at work; events name it. */
export type CallerOfNow = { requestId: string; idempotencyKey: string | null };

/** All that the stand-in for Stripe knows. Maps keep the order of creation. */
export type StripeState = {
  core: SandboxCore;
  sessions: Map<string, StoredSession>;
  intents: Map<string, PaymentIntent>;
  charges: Map<string, Charge>;
  refunds: Map<string, Refund>;
  disputes: Map<string, Dispute>;
  events: Map<string, StoredEvent>;
  attempts: Map<string, Attempt>;
  /** By payment intent or session: how its next refund begins. */
  oddRefunds: Map<string, 'pending' | 'failed'>;
  caller: CallerOfNow | null;
};

export function createStripeState(core: SandboxCore): StripeState {
  const state: StripeState = {
    core,
    sessions: new Map(),
    intents: new Map(),
    charges: new Map(),
    refunds: new Map(),
    disputes: new Map(),
    events: new Map(),
    attempts: new Map(),
    oddRefunds: new Map(),
    caller: null,
  };
  core.onReset(() => {
    const { sessions, intents, charges, refunds, disputes, events, attempts, oddRefunds } = state;
    for (const map of [sessions, intents, charges, refunds, disputes, events]) map.clear();
    attempts.clear();
    oddRefunds.clear();
  });
  return state;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `cs_test_…`: a prefix and as many characters as Stripe's own ids have. */
export function newStripeId(prefix: string, length = 24): string {
  let tail = '';
  for (const byte of randomBytes(length)) tail += ALPHABET.charAt(byte % ALPHABET.length);
  return `${prefix}_${tail}`;
}

export function nowSeconds(state: StripeState): number {
  return Math.floor(state.core.now() / 1000);
}
