import express from 'express';
import type { Router } from 'express';
import { z } from 'zod';
import { answerWith } from './answer.ts';
import { expand, readParams } from './read-params.ts';
import { missingObject } from './stripe-refusal.ts';
import type { StripeState } from './stripe-state.ts';

/** `/payment_intents/:id`, with `latest_charge` on demand. */
export function createPaymentIntentsRouter(state: StripeState): Router {
  const router = express.Router();
  router.get(
    '/payment_intents/:id',
    answerWith(state, ({ params, id }) => {
      const wanted = readParams(z.strictObject({ expand }), params);
      const intent = state.intents.get(id);
      if (intent === undefined) throw missingObject('payment_intent', id);
      const charge = state.charges.get(intent.latest_charge ?? '');
      return wanted.expand.includes('latest_charge') && charge !== undefined
        ? { ...intent, latest_charge: charge }
        : intent;
    }),
  );
  return router;
}
