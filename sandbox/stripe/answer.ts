import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { isToFail } from '../disturb.ts';
import { providerRefusal } from '../provider-refusal.ts';
import { parseForm } from './parse-form.ts';
import { StripeRefusal } from './stripe-refusal.ts';
import { API_VERSION, newStripeId } from './stripe-state.ts';
import type { Attempt, StripeState } from './stripe-state.ts';

/** Where the attempt of this request is kept between the steps of its answer. */
export function attemptOf(response: Response): Attempt | null {
  return (response.locals as { attempt?: Attempt }).attempt ?? null;
}

export function keepAttempt(response: Response, attempt: Attempt): void {
  response.locals['attempt'] = attempt;
}

/** Headers that each of Stripe's answers carries. */
export const describeAnswer: RequestHandler = (request, response, next) => {
  const key = request.get('idempotency-key');
  response.set({
    'Request-Id': newStripeId('req', 14),
    'Stripe-Version': request.get('stripe-version') ?? API_VERSION,
    ...(key === undefined ? {} : { 'Idempotency-Key': key }),
  });
  next();
};

/** The call as an operation sees it: parameters of the form or the query, decoded, and the path's id. */
export type StripeCall = { params: unknown; id: string };

/**
 * Runs one operation and answers with the object that it gives. The work is one synchronous piece:
 * two requests can never see each other half done.
 */
export function answerWith(
  state: StripeState,
  operate: (call: StripeCall) => object,
): RequestHandler<{ id?: string }> {
  return (request, response) => {
    if (isToFail(response)) {
      remember(response, 500, providerRefusal('/v1/', 500));
      return;
    }
    state.caller = {
      requestId: response.get('Request-Id') ?? '',
      idempotencyKey: request.get('idempotency-key') ?? null,
    };
    try {
      const object = operate({ params: paramsOf(request), id: request.params.id ?? '' });
      remember(response, 200, object);
    } finally {
      state.caller = null;
    }
  };
}

export function paramsOf(request: Request<{ id?: string }>): unknown {
  if (request.method === 'POST') return request.body ?? {};
  return parseForm(request.originalUrl.split('?')[1] ?? '');
}

/** Answers, and keeps the answer for whoever sends the same key again. */
function remember(response: Response, status: number, body: object): void {
  const attempt = attemptOf(response);
  // As text: what is answered again must not change with the object.
  const answer = { status, json: JSON.stringify(body) };
  if (attempt !== null) {
    attempt.answer = answer;
    // A remembered failure stays a failure: asking again with this key is in vain.
    if (status >= 500) response.set('Stripe-Should-Retry', 'false');
  }
  response.status(status).type('json').send(answer.json);
}

export const answerRefusals: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (!(error instanceof StripeRefusal)) {
    next(error);
    return;
  }
  const body = { error: error.error };
  if (error.isRemembered) remember(response, error.status, body);
  else response.status(error.status).json(body);
};
