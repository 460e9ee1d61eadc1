import type { ErrorRequestHandler, Request } from 'express';
import { pgError } from '../db/pg-error.ts';
import { ProviderError } from '../integrations/provider-error.ts';
import type { App } from '../kernel/app.ts';
import { Problem, problems } from '../kernel/problems.ts';
import { sendProblem } from './envelope.ts';
import { declaresProblem, type Route } from './route.ts';

/** The only writer of error answers; errors of every layer end here. */
export function problemHandler(app: App): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const route = response.locals.route as Route | undefined;
    const problem = declared(app, route, toProblem(error));
    const requestId: unknown = response.locals.requestId;
    if (problem.status >= 500) {
      app.log.error({ err: error, requestId, code: problem.code }, 'request failed');
      // A probe that fails repeats itself every few seconds, and has its own listener.
      if (route?.limit !== 'none') {
        app.reports.failed(error, {
          flow: 'request',
          code: problem.code,
          ...(typeof requestId === 'string' ? { requestId } : {}),
          ...(route === undefined ? {} : { operationId: route.operationId }),
        });
      }
    }
    sendProblem(
      response,
      typeof requestId === 'string' ? requestId : '',
      problem,
      acceptsProblemJson(request),
    );
  };
}

// Only where it is named: a caller that accepts anything gets the envelope.
function acceptsProblemJson(request: Request): boolean {
  return (request.get('accept') ?? '').toLowerCase().includes('application/problem+json');
}

/** Under test a problem that the contract does not list is a fault of the contract. */
function declared(app: App, route: Route | undefined, problem: Problem): Problem {
  if (!app.config.checkReplies || !route || declaresProblem(route, problem.spec)) return problem;
  const fault = new Error(
    `${route.operationId} answered ${problem.code}, which its contract does not list.`,
  );
  app.log.error({ err: fault }, 'undeclared problem');
  return new Problem(problems.INTERNAL_ERROR, { cause: fault });
}

/** Any error as a problem: ours, the body parser's, the database's, a provider's; the rest is a 500. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ProviderError)
    return new Problem(problems.PROVIDER_FAILED, { cause: error });
  return (
    fromHttpLibrary(error) ??
    fromDatabase(error) ??
    new Problem(problems.INTERNAL_ERROR, { cause: error })
  );
}

/** Express and the body parser throw errors with a `status` and sometimes a `type`. */
function fromHttpLibrary(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  const { status, type } = error as Error & { status?: unknown; type?: unknown };
  if (type === 'entity.too.large') return new Problem(problems.BODY_TOO_LARGE, { cause: error });
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new Problem(problems.MALFORMED_REQUEST, { cause: error });
  }
  return null;
}

const SQLSTATES: Record<string, keyof typeof problems> = {
  '22003': 'MALFORMED_REQUEST', // number out of range
  '22021': 'MALFORMED_REQUEST', // invalid byte sequence
  '22P02': 'MALFORMED_REQUEST', // invalid text representation
  '22P05': 'MALFORMED_REQUEST', // untranslatable character
  '40001': 'SERVICE_UNAVAILABLE', // serialisation failure, after the retries
  '40P01': 'SERVICE_UNAVAILABLE', // deadlock, after the retries
  '53300': 'SERVICE_UNAVAILABLE', // too many connections
  '55P03': 'SERVICE_UNAVAILABLE', // lock not available
  '57014': 'SERVICE_UNAVAILABLE', // statement timeout
  '57P01': 'SERVICE_UNAVAILABLE', // admin shutdown
  '57P02': 'SERVICE_UNAVAILABLE', // crash shutdown
  '57P03': 'SERVICE_UNAVAILABLE', // cannot connect now
};

const CONNECTION_FAULTS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
const CONNECTION_TEXTS =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered/;

function fromDatabase(error: unknown): Problem | null {
  const state = pgError(error)?.code;
  const known = state === undefined ? undefined : SQLSTATES[state];
  if (known !== undefined) return new Problem(problems[known], { cause: error });
  for (let current: unknown = error; current instanceof Error; current = current.cause) {
    const code = (current as Error & { code?: unknown }).code;
    const lost = typeof code === 'string' && CONNECTION_FAULTS.has(code);
    if (lost || CONNECTION_TEXTS.test(current.message)) {
      return new Problem(problems.SERVICE_UNAVAILABLE, { cause: error });
    }
  }
  return null;
}
