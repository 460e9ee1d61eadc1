import type { RequestHandler } from 'express';
import { attemptOf, keepAttempt } from './answer.ts';
import { StripeRefusal } from './stripe-refusal.ts';
import type { Attempt, StripeState } from './stripe-state.ts';

const MAX_KEY_LENGTH = 255;
const REMEMBERED_MS = 24 * 60 * 60 * 1000;

/**
 * Takes the request's key, or refuses: the key belongs to another request, or that request is still
 * running. A key is given back when its request ends without an answer worth remembering.
 */
export function takeKey(state: StripeState): RequestHandler {
  return (request, response, next) => {
    const key = request.get('idempotency-key');
    if (request.method !== 'POST' || key === undefined) {
      next();
      return;
    }
    if (key.length > MAX_KEY_LENGTH) {
      throw new StripeRefusal(400, {
        type: 'idempotency_error',
        message: `Idempotency keys can be at most ${String(MAX_KEY_LENGTH)} characters.`,
      });
    }
    const path = request.originalUrl.split('?')[0] ?? '';
    const fingerprint = JSON.stringify([path, request.body]);
    const known = findAttempt(state, key);
    if (known === null) {
      const attempt: Attempt = {
        fingerprint,
        createdAtMs: state.core.now(),
        isInFlight: true,
        answer: null,
      };
      state.attempts.set(key, attempt);
      keepAttempt(response, attempt);
      response.once('close', () => {
        attempt.isInFlight = false;
        if (attempt.answer === null && state.attempts.get(key) === attempt) {
          state.attempts.delete(key);
        }
      });
    } else {
      requireSameRequest(known, fingerprint, key);
      response.set('Idempotent-Replayed', 'true');
      keepAttempt(response, known);
    }
    next();
  };
}

/** Answers what was answered before. It stands behind gates and faults: a replay can be lost too. */
export const replayKnown: RequestHandler = (_request, response, next) => {
  const answer = attemptOf(response)?.answer ?? null;
  if (answer === null) {
    next();
    return;
  }
  if (answer.status >= 500) response.set('Stripe-Should-Retry', 'false');
  response.status(answer.status).type('json').send(answer.json);
};

function findAttempt(state: StripeState, key: string): Attempt | null {
  const known = state.attempts.get(key);
  if (known === undefined) return null;
  const isForgotten = state.core.now() - known.createdAtMs > REMEMBERED_MS;
  return isForgotten && !known.isInFlight ? null : known;
}

function requireSameRequest(known: Attempt, fingerprint: string, key: string): void {
  if (known.fingerprint !== fingerprint) {
    throw new StripeRefusal(400, {
      type: 'idempotency_error',
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });
  }
  if (known.isInFlight) {
    throw new StripeRefusal(409, {
      type: 'idempotency_error',
      code: 'idempotency_key_in_use',
      message:
        'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.',
    });
  }
}
