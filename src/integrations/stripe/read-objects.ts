import type Stripe from 'stripe';
import { validate as isUuid } from 'uuid';
import type { StripeDispute, StripeRefund, StripeSession } from './stripe-port.ts';

const SESSION_STATUSES = ['open', 'complete', 'expired'] as const;
const PAYMENT_STATUSES = ['paid', 'unpaid', 'no_payment_required'] as const;
const REFUND_STATUSES = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'] as const;

/** @throws Error if Stripe says something that this version of its API does not know */
export function readSession(session: Stripe.Checkout.Session): StripeSession {
  const { amount_total, currency, payment_intent } = session;
  if (amount_total === null || currency === null) {
    throw new Error('The session has no amount: it was not made by this shop.');
  }
  return {
    id: session.id,
    url: session.url,
    status: oneOf(SESSION_STATUSES, session.status),
    paymentStatus: oneOf(PAYMENT_STATUSES, session.payment_status),
    paymentIntentId: idOf(payment_intent),
    amountTotalCents: amount_total,
    amountReceivedCents:
      payment_intent === null || typeof payment_intent === 'string'
        ? null
        : payment_intent.amount_received,
    currency: currency.toUpperCase(),
    orderId: readOrderId(session),
    publicId: session.metadata?.['orderPublicId'] ?? null,
    customerEmail: session.customer_details?.email ?? session.customer_email,
    createdAtSeconds: session.created,
    expiresAtSeconds: session.expires_at,
  };
}

/** An account may serve other shops, too; their sessions may lack what ours always have. */
export function readOwnSession(session: Stripe.Checkout.Session): StripeSession | null {
  return session.amount_total === null || session.currency === null ? null : readSession(session);
}

/** Null where another shop wrote a reference of its own. */
function readOrderId({ metadata, client_reference_id }: Stripe.Checkout.Session): string | null {
  const reference = metadata?.['orderId'] ?? client_reference_id;
  return reference !== null && isUuid(reference) ? reference : null;
}

/** @throws Error if Stripe says something that this version of its API does not know */
export function readRefund(refund: Stripe.Refund): StripeRefund {
  return {
    id: refund.id,
    paymentIntentId: idOf(refund.payment_intent),
    amountCents: refund.amount,
    currency: refund.currency.toUpperCase(),
    status: oneOf(REFUND_STATUSES, refund.status),
    reason: refund.reason,
    metadata: refund.metadata ?? {},
    createdAtSeconds: refund.created,
  };
}

export function readDispute(dispute: Stripe.Dispute): StripeDispute {
  const { id, status, payment_intent, amount, currency } = dispute;
  return {
    id,
    status,
    paymentIntentId: idOf(payment_intent),
    amountCents: amount,
    currency: currency.toUpperCase(),
  };
}

function idOf(reference: string | { id: string } | null): string | null {
  return reference === null || typeof reference === 'string' ? reference : reference.id;
}

function oneOf<T extends string>(known: readonly T[], value: string | null): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`Stripe answered the unknown status ${String(value)}.`);
  return found;
}
