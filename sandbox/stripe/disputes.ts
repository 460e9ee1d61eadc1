import express from 'express';
import type { Router } from 'express';
import { answerWith } from './answer.ts';
import { emit } from './events.ts';
import { missingObject } from './stripe-refusal.ts';
import { newStripeId, nowSeconds } from './stripe-state.ts';
import type { Dispute, PaymentIntent, StripeState } from './stripe-state.ts';

/** `/disputes/:id`. */
export function createDisputesRouter(state: StripeState): Router {
  const router = express.Router();
  router.get(
    '/disputes/:id',
    answerWith(state, ({ id }) => {
      const dispute = state.disputes.get(id);
      if (dispute === undefined) throw missingObject('dispute', id);
      return dispute;
    }),
  );
  return router;
}

/**
 * The cardholder asks the bank for the money back. False: nothing was paid, or it is disputed already, unless another dispute
 * is wanted: a bank may open several.
 */
export function openDispute(
  state: StripeState,
  intent: PaymentIntent,
  { isAnother = false } = {},
): boolean {
  const charge = state.charges.get(intent.latest_charge ?? '');
  if (charge === undefined || charge.disputed !== isAnother) return false;
  charge.disputed = true;
  const dispute: Dispute = {
    id: newStripeId('du'),
    object: 'dispute',
    amount: charge.amount,
    charge: charge.id,
    created: nowSeconds(state),
    currency: charge.currency,
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: intent.id,
    reason: 'fraudulent',
    status: 'needs_response',
  };
  state.disputes.set(dispute.id, dispute);
  emit(state, 'charge.dispute.created', dispute);
  emit(state, 'charge.dispute.funds_withdrawn', dispute);
  return true;
}

/** How a dispute may end, in Stripe's words. All but `lost` leave the shop its money. */
export const DISPUTE_ENDS = ['won', 'lost', 'warning_closed', 'prevented'] as const;

/** The bank has decided about the oldest that is open. False: no dispute of this payment is. */
export function closeDispute(
  state: StripeState,
  intent: PaymentIntent,
  outcome: (typeof DISPUTE_ENDS)[number],
): boolean {
  const dispute = [...state.disputes.values()].find(
    (candidate) => candidate.payment_intent === intent.id && candidate.status === 'needs_response',
  );
  if (dispute === undefined) return false;
  dispute.status = outcome;
  emit(state, 'charge.dispute.closed', dispute);
  if (outcome === 'won') emit(state, 'charge.dispute.funds_reinstated', dispute);
  return true;
}
