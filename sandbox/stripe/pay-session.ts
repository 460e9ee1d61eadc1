import { emit } from './events.ts';
import { findSession } from './sessions.ts';
import { newStripeId, nowSeconds } from './stripe-state.ts';
import type { PaymentIntent, StoredSession, StripeState } from './stripe-state.ts';

/** So much more or less is taken when the amount shall differ. */
const ODD_CENTS = 100;
const ODD_CURRENCY = 'usd';

export type PayOutcome = 'paid' | 'declined' | 'processing';

/** - `done`: as asked · `declined`: the card was refused, the session stays open
 *  - `closed`: the session is not open any more · `missing`: there is none */
export type PayResult = 'done' | 'declined' | 'closed' | 'missing';

/** What the shopper's submit does. `email` is the one on the page. */
export function paySession(
  state: StripeState,
  sessionId: string,
  outcome: PayOutcome,
  email: string | null = null,
): PayResult {
  const stored = findSession(state, sessionId);
  if (stored === null) return 'missing';
  const { session } = stored;
  if (session.status !== 'open') return 'closed';
  if (session.payment_status === 'no_payment_required') {
    completeSession(state, stored, email);
    return 'done';
  }
  applyOddity(stored);
  const intent = intentOf(state, stored);
  if (outcome === 'declined') {
    intent.last_payment_error = { code: 'card_declined', decline_code: 'generic_decline' };
    emit(state, 'payment_intent.payment_failed', intent);
    return 'declined';
  }
  if (outcome === 'processing') {
    intent.status = 'processing';
    emit(state, 'payment_intent.processing', intent);
  } else {
    capture(state, intent);
    session.payment_status = 'paid';
  }
  completeSession(state, stored, email);
  return 'done';
}

/** The bank's answer to a delayed payment. False: the session waits for none. */
export function settleSession(
  state: StripeState,
  sessionId: string,
  outcome: 'succeeded' | 'failed',
): boolean {
  const stored = findSession(state, sessionId);
  const intent = state.intents.get(stored?.session.payment_intent ?? '');
  if (stored === null || intent?.status !== 'processing') return false;
  if (outcome === 'succeeded') {
    capture(state, intent);
    stored.session.payment_status = 'paid';
    emit(state, 'checkout.session.async_payment_succeeded', stored.session);
  } else {
    intent.status = 'requires_payment_method';
    emit(state, 'payment_intent.payment_failed', intent);
    emit(state, 'checkout.session.async_payment_failed', stored.session);
  }
  return true;
}

/** Another session of the same order, paid as well, as if the shopper had two pages open. */
export function payOnceMore(state: StripeState, sessionId: string): boolean {
  const first = findSession(state, sessionId);
  if (first === null) return false;
  const id = newStripeId('cs_test', 58);
  const again: StoredSession = {
    ...structuredClone(first),
    session: {
      ...structuredClone(first.session),
      id,
      created: nowSeconds(state),
      payment_intent: null,
      payment_status: 'unpaid',
      status: 'open',
      url: `${state.core.baseUrl}/pay/${id}`,
    },
    odd: null,
  };
  // It lives as long as it needs to be paid, even if the first one's time is over.
  again.session.expires_at = Math.max(again.session.expires_at, nowSeconds(state) + 60);
  state.sessions.set(id, again);
  return paySession(state, id, 'paid') === 'done';
}

function completeSession(
  state: StripeState,
  { session }: StoredSession,
  email: string | null,
): void {
  session.status = 'complete';
  session.url = null;
  session.customer_details = { email: email ?? session.customer_email, name: null };
  emit(state, 'checkout.session.completed', session);
}

/** Declined tries of one session keep the same intent. */
function intentOf(state: StripeState, stored: StoredSession): PaymentIntent {
  const { session } = stored;
  const known = state.intents.get(session.payment_intent ?? '');
  if (known !== undefined) {
    known.amount = session.amount_total;
    known.currency = session.currency;
    return known;
  }
  const intent: PaymentIntent = {
    id: newStripeId('pi'),
    object: 'payment_intent',
    amount: session.amount_total,
    amount_capturable: 0,
    amount_received: 0,
    capture_method: 'automatic',
    confirmation_method: 'automatic',
    created: nowSeconds(state),
    currency: session.currency,
    customer: null,
    description: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: { ...stored.intentMetadata },
    payment_method_types: session.payment_method_types,
    status: 'requires_payment_method',
  };
  state.intents.set(intent.id, intent);
  session.payment_intent = intent.id;
  emit(state, 'payment_intent.created', intent);
  return intent;
}

function capture(state: StripeState, intent: PaymentIntent): void {
  const charge = {
    id: newStripeId('ch'),
    object: 'charge' as const,
    amount: intent.amount,
    amount_captured: intent.amount,
    amount_refunded: 0,
    captured: true,
    created: nowSeconds(state),
    currency: intent.currency,
    disputed: false,
    livemode: false as const,
    metadata: { ...intent.metadata },
    paid: true,
    payment_intent: intent.id,
    refunded: false,
    status: 'succeeded' as const,
  };
  state.charges.set(charge.id, charge);
  intent.amount_received = intent.amount;
  intent.latest_charge = charge.id;
  intent.last_payment_error = null;
  intent.status = 'succeeded';
  emit(state, 'charge.succeeded', charge);
  emit(state, 'payment_intent.succeeded', intent);
}

function applyOddity(stored: StoredSession): void {
  const { session, odd } = stored;
  if (odd === 'currency') session.currency = ODD_CURRENCY;
  if (odd === 'amount') {
    const isSmall = session.amount_total <= 2 * ODD_CENTS;
    session.amount_total += isSmall ? ODD_CENTS : -ODD_CENTS;
  }
  stored.odd = null;
}
