import express from 'express';
import type { Router } from 'express';
import { answerWith } from './answer.ts';
import { missingObject } from './stripe-refusal.ts';
import type { StripeState } from './stripe-state.ts';

/** `/charges/:id`. */
export function createChargesRouter(state: StripeState): Router {
  const router = express.Router();
  router.get(
    '/charges/:id',
    answerWith(state, ({ id }) => {
      const charge = state.charges.get(id);
      if (charge === undefined) throw missingObject('charge', id);
      return charge;
    }),
  );
  return router;
}
