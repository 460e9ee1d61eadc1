import express from 'express';
import type { RequestHandler, Router } from 'express';
import { answerRefusals, describeAnswer } from './answer.ts';
import { createChargesRouter } from './charges.ts';
import { createDisputesRouter } from './disputes.ts';
import { createEventsRouter } from './events.ts';
import { replayKnown, takeKey } from './idempotency.ts';
import { parseForm } from './parse-form.ts';
import { createPaymentIntentsRouter } from './payment-intents.ts';
import { createRefundsRouter } from './refunds.ts';
import { createSessionsRouter } from './sessions.ts';
import { StripeRefusal } from './stripe-refusal.ts';
import type { StripeState } from './stripe-state.ts';

/** Stand-in for Stripe's API v1, to be mounted at `/v1`. `disturb` stops, slows or spoils requests. */
export function createStripeRouter(state: StripeState, disturb: RequestHandler): Router {
  const router = express.Router();
  router.use(
    describeAnswer,
    requireKey(state),
    express.text({ type: 'application/x-www-form-urlencoded', limit: '1mb' }),
    decodeForm,
    takeKey(state),
    disturb,
    replayKnown,
  );
  router.use(
    createSessionsRouter(state),
    createRefundsRouter(state),
    createPaymentIntentsRouter(state),
    createChargesRouter(state),
    createDisputesRouter(state),
    createEventsRouter(state),
  );
  router.use((request) => {
    throw new StripeRefusal(404, {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${request.method}: ${request.originalUrl.split('?')[0] ?? ''}).`,
    });
  });
  router.use(answerRefusals);
  return router;
}

function requireKey(state: StripeState): RequestHandler {
  return (request, _response, next) => {
    const key = /^Bearer (\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
    if (key === state.core.settings.stripeSecretKey) {
      next();
      return;
    }
    const message =
      key === undefined
        ? 'You did not provide an API key.'
        : `Invalid API Key provided: ${key.slice(0, 8)}****`;
    throw new StripeRefusal(401, { type: 'invalid_request_error', message });
  };
}

const decodeForm: RequestHandler = (request, _response, next) => {
  request.body = parseForm(typeof request.body === 'string' ? request.body : '');
  next();
};
