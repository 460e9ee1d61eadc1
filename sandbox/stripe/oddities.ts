import { closeDispute, DISPUTE_ENDS, openDispute } from './disputes.ts';
import { payOnceMore } from './pay-session.ts';
import { createRefund, failRefund, remainingOf, succeedRefund } from './refunds.ts';
import { findSession } from './sessions.ts';
import type { PaymentIntent, Refund, StripeState } from './stripe-state.ts';

/**
 * Connects what Stripe does now and then. A target is the id of a payment intent or of a session;
 * `refund_failed` and `refund_succeeded` also take the id of a refund.
 */
export function connectStripeOddities(state: StripeState): void {
  const { core } = state;
  core.onOdd('amount_differs', (target) => changeNextPayment(state, target, 'amount'));
  core.onOdd('currency_differs', (target) => changeNextPayment(state, target, 'currency'));
  core.onOdd('second_payment', (target) => payOnceMore(state, target));
  core.onOdd('dispute', (target) => {
    const intent = findIntent(state, target);
    return intent !== null && openDispute(state, intent);
  });
  core.onOdd('another_dispute', (target) => {
    const intent = findIntent(state, target);
    return intent !== null && openDispute(state, intent, { isAnother: true });
  });
  for (const outcome of DISPUTE_ENDS) {
    core.onOdd(`dispute_${outcome}`, (target) => {
      const intent = findIntent(state, target);
      return intent !== null && closeDispute(state, intent, outcome);
    });
  }
  core.onOdd('dashboard_refund', (target) => refundByHand(state, target));
  core.onOdd('refund_pending', (target) => {
    const intent = findIntent(state, target);
    if (intent !== null) state.oddRefunds.set(intent.id, 'pending');
    return intent !== null;
  });
  core.onOdd('refund_failed', (target) => failNowOrNext(state, target));
  core.onOdd('refund_succeeded', (target) => {
    const refund = findRefund(state, target);
    if (refund?.status !== 'pending') return false;
    succeedRefund(state, refund);
    return true;
  });
}

function changeNextPayment(
  state: StripeState,
  target: string,
  odd: 'amount' | 'currency',
): boolean {
  const stored = findSession(state, target);
  if (stored?.session.status !== 'open') return false;
  stored.odd = odd;
  return true;
}

/** All that is left, given back in Stripe's Dashboard: the shop learns of it by events alone. */
function refundByHand(state: StripeState, target: string): boolean {
  const charge = state.charges.get(findIntent(state, target)?.latest_charge ?? '');
  if (charge === undefined || remainingOf(state, charge) === 0) return false;
  createRefund(state, charge, {
    amount: remainingOf(state, charge),
    reason: 'requested_by_customer',
    metadata: {},
  });
  return true;
}

/** A refund that exists fails now; a payment without a pending one fails its next. */
function failNowOrNext(state: StripeState, target: string): boolean {
  const refund = findRefund(state, target);
  if (refund !== null) {
    if (refund.status === 'failed') return false;
    failRefund(state, refund);
    return true;
  }
  const intent = findIntent(state, target);
  if (intent === null) return false;
  state.oddRefunds.set(intent.id, 'failed');
  return true;
}

function findIntent(state: StripeState, target: string): PaymentIntent | null {
  const id = findSession(state, target)?.session.payment_intent ?? target;
  return state.intents.get(id) ?? null;
}

/** By its own id, or the pending one of a payment. */
function findRefund(state: StripeState, target: string): Refund | null {
  const byId = state.refunds.get(target);
  if (byId !== undefined) return byId;
  const intent = findIntent(state, target);
  if (intent === null) return null;
  return (
    [...state.refunds.values()].find(
      (refund) => refund.payment_intent === intent.id && refund.status === 'pending',
    ) ?? null
  );
}
