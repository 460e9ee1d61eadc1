import type { Request, RequestHandler, Response } from 'express';
import type { Limit, LimitClass } from '../config/index.ts';
import type { App } from '../kernel/app.ts';
import type { Verdict } from '../kernel/limiter.ts';
import { Problem, problems } from '../kernel/problems.ts';
import { clientKey, isExemptCaller, personKey } from './limit-keys.ts';

/** Counts every request of a client, whatever it asks for; only webhooks, probes and answers from memory come before it. */
export function limitClients(app: App): RequestHandler {
  return (request, response, next) => {
    next(countClient(app, request, response) ?? undefined);
  };
}

/**
 * Counts one request of a client. This is the limit of the public reads, which have no other: it must not wait for
 * anything. Answers the refusal, or null.
 */
export function countClient(app: App, request: Request, response: Response): Problem | null {
  if (isExemptCaller(app, request)) return null;
  const limit = app.config.rateLimits.public.client;
  const take = { scope: 'public.client', key: clientKey(request), ...limit };
  const verdict = app.limiter.takeAtOnce(take);
  tell(response, limit, verdict);
  return verdict.ok ? null : refuse(app, response, take.scope, verdict);
}

/**
 * Counts a call of this route for its client and for its person.
 * @throws Problem RATE_LIMITED
 */
export async function limitCaller(
  app: App,
  route: { limit: LimitClass | 'none' },
  request: Request,
  response: Response,
): Promise<void> {
  const { limit: name } = route;
  if (name === 'none') return;
  const count = async (who: 'client' | 'person', key: string) => {
    const limit = app.config.rateLimits[name][who];
    const take = { scope: `${name}.${who}`, key, ...limit };
    const verdict = name === 'public' ? app.limiter.takeAtOnce(take) : await app.limiter.take(take);
    tell(response, limit, verdict);
    if (!verdict.ok) throw refuse(app, response, take.scope, verdict);
  };
  // The client first: one who is refused makes no new keys. For public routes it is counted already.
  if (name !== 'public' && !isExemptCaller(app, request)) await count('client', clientKey(request));
  const person = name === 'webhooks' ? null : personKey(name, request);
  if (person !== null) await count('person', person);
}

/**
 * The headers of draft-ietf-httpapi-ratelimit-headers-07. Of several limits the one is told that is nearest.
 */
function tell(response: Response, { points, seconds }: Limit, verdict: Verdict): void {
  const told: unknown = response.locals.remainingCalls;
  if (typeof told === 'number' && told < verdict.remaining) return;
  response.locals.remainingCalls = verdict.remaining;
  response.setHeader('RateLimit-Policy', `${String(points)};w=${String(seconds)}`);
  response.setHeader(
    'RateLimit',
    `limit=${String(points)}, remaining=${String(verdict.remaining)}, reset=${String(verdict.retryAfterSeconds)}`,
  );
}

function refuse(app: App, response: Response, limit: string, verdict: Verdict): Problem {
  app.metrics?.limited(limit);
  if (verdict.isFirstRefusal) {
    // Once per window, and not whom: the address of a shopper is his own. An operator sees that a limit is too tight.
    const requestId: unknown = response.locals.requestId;
    app.log.warn({ limit, requestId }, 'a rate limit was reached');
  }
  return new Problem(problems.RATE_LIMITED, { retryAfterSeconds: verdict.retryAfterSeconds });
}
