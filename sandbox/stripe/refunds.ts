import express from 'express';
import type { Router } from 'express';
import { z } from 'zod';
import { answerWith } from './answer.ts';
import { emit } from './events.ts';
import { listObjects } from './list-objects.ts';
import {
  createdRange,
  expand,
  integer,
  isWithin,
  metadata,
  paging,
  readParams,
} from './read-params.ts';
import { invalidParam, missingObject, missingReference, notPossible } from './stripe-refusal.ts';
import { newStripeId, nowSeconds } from './stripe-state.ts';
import type { Charge, Metadata, Refund, StripeState } from './stripe-state.ts';

const createParams = z.strictObject({
  payment_intent: z.string().optional(),
  charge: z.string().optional(),
  amount: integer.pipe(z.number().min(1, 'Must be at least 1')).optional(),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
  metadata: metadata.default({}),
  expand,
});

const listParams = z.strictObject({
  ...paging,
  created: createdRange,
  payment_intent: z.string().optional(),
  charge: z.string().optional(),
});

/** `/refunds`. */
export function createRefundsRouter(state: StripeState): Router {
  const router = express.Router();
  router.post(
    '/refunds',
    answerWith(state, ({ params }) => {
      const wanted = readParams(createParams, params);
      const charge = chargeOf(state, wanted);
      return createRefund(state, charge, {
        amount: wanted.amount ?? remainingOf(state, charge),
        reason: wanted.reason ?? null,
        metadata: wanted.metadata,
      });
    }),
  );
  router.get(
    '/refunds',
    answerWith(state, ({ params }) => {
      const { created, payment_intent, charge, ...page } = readParams(listParams, params);
      const refunds = [...state.refunds.values()].filter(
        (refund) =>
          isWithin(refund.created, created) &&
          (payment_intent === undefined || refund.payment_intent === payment_intent) &&
          (charge === undefined || refund.charge === charge),
      );
      return listObjects(refunds, page, {
        url: '/v1/refunds',
        object: 'refund',
        view: (refund) => refund,
      });
    }),
  );
  router.get(
    '/refunds/:id',
    answerWith(state, ({ id }) => {
      const refund = state.refunds.get(id);
      if (refund === undefined) throw missingObject('refund', id);
      return refund;
    }),
  );
  return router;
}

/**
 * Gives money back.
 * @throws StripeRefusal if more is asked for than was paid and not given back yet
 */
export function createRefund(
  state: StripeState,
  charge: Charge,
  wanted: { amount: number; reason: string | null; metadata: Metadata },
): Refund {
  const remaining = remainingOf(state, charge);
  if (remaining === 0) {
    throw notPossible(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  }
  if (wanted.amount > remaining) {
    throw notPossible(
      `Refund amount (${money(wanted.amount)}) is greater than unrefunded amount on charge (${money(remaining)})`,
      undefined,
      'amount',
    );
  }
  if (isChargedBack(state, charge)) {
    throw notPossible(`Charge ${charge.id} has been charged back.`, 'charge_disputed');
  }
  const refund: Refund = {
    id: newStripeId('re'),
    object: 'refund',
    amount: wanted.amount,
    charge: charge.id,
    created: nowSeconds(state),
    currency: charge.currency,
    metadata: wanted.metadata,
    payment_intent: charge.payment_intent,
    reason: wanted.reason,
    status: takeStatus(state, charge),
  };
  state.refunds.set(refund.id, refund);
  sumUp(state, charge);
  emit(state, 'refund.created', refund);
  if (refund.status === 'failed') {
    failRefund(state, refund);
  } else {
    emit(state, 'charge.refunded', charge);
    if (refund.status === 'succeeded') emit(state, 'refund.updated', refund);
  }
  return refund;
}

/** The bank could not pay it out: the money is the shop's again. */
export function failRefund(state: StripeState, refund: Refund): void {
  refund.status = 'failed';
  refund['failure_reason'] = 'expired_or_canceled_card';
  const charge = state.charges.get(refund.charge);
  if (charge !== undefined) sumUp(state, charge);
  emit(state, 'refund.updated', refund);
  emit(state, 'refund.failed', refund);
}

export function succeedRefund(state: StripeState, refund: Refund): void {
  refund.status = 'succeeded';
  emit(state, 'refund.updated', refund);
}

export function remainingOf(state: StripeState, charge: Charge): number {
  return charge.amount_captured - refundedOf(state, charge);
}

/** A pending refund is money on its way; a failed one is money that stayed. */
function refundedOf(state: StripeState, charge: Charge): number {
  return [...state.refunds.values()]
    .filter((refund) => refund.charge === charge.id && refund.status !== 'failed')
    .reduce((sum, refund) => sum + refund.amount, 0);
}

/** `disputed` stays true for good; only a dispute that is open or lost keeps the money away. */
function isChargedBack(state: StripeState, charge: Charge): boolean {
  return [...state.disputes.values()].some(
    (dispute) => dispute.charge === charge.id && dispute.status !== 'won',
  );
}

function sumUp(state: StripeState, charge: Charge): void {
  charge.amount_refunded = refundedOf(state, charge);
  charge.refunded = charge.amount_refunded === charge.amount_captured;
}

function takeStatus(state: StripeState, charge: Charge): Refund['status'] {
  const odd = state.oddRefunds.get(charge.payment_intent);
  state.oddRefunds.delete(charge.payment_intent);
  return odd ?? 'succeeded';
}

function chargeOf(state: StripeState, wanted: z.infer<typeof createParams>): Charge {
  if (wanted.charge !== undefined) {
    const charge = state.charges.get(wanted.charge);
    if (charge === undefined) throw missingReference('charge', wanted.charge, 'charge');
    return charge;
  }
  const id = wanted.payment_intent;
  if (id === undefined) {
    throw invalidParam(
      'One of the following params should be provided for this request: payment_intent or charge.',
      'payment_intent',
      'parameter_missing',
    );
  }
  const intent = state.intents.get(id);
  if (intent === undefined) throw missingReference('payment_intent', id, 'payment_intent');
  const charge = state.charges.get(intent.latest_charge ?? '');
  if (charge === undefined) {
    throw notPossible(`This PaymentIntent (${id}) does not have a successful charge to refund.`);
  }
  return charge;
}

function money(cents: number): string {
  return `$${(cents / 100).toFixed(2)}`;
}
