import { setTimeout as wait } from 'node:timers/promises';
import type { RequestHandler, Response } from 'express';
import type { Fault, Faults } from './faults.ts';
import type { Gates } from './gates.ts';
import { holdAnswer } from './hold-answer.ts';
import { providerRefusal } from './provider-refusal.ts';

const STATUS_OF = { error_409: 409, error_429: 429, error_500: 500 } as const;

/** Set for Stripe's stand-in, which has to remember a 500 under the request's key. */
export function isToFail(response: Response): boolean {
  return response.locals['isToFail'] === true;
}

/**
 * Gates and faults. It stands where a provider begins to work: after the check of credentials and,
 * at Stripe, after the idempotency key was taken.
 */
export function createDisturbance(faults: Faults, gates: Gates): RequestHandler {
  return async (request, response, next) => {
    const { method } = request;
    const path = request.originalUrl.split('?')[0] ?? '';
    await gates.pass('before', method, path);
    // Whoever gave up at the gate never reached the provider: that is how a crash before a call looks.
    if (response.destroyed) return;
    holdAnswer(response, async () => {
      await gates.pass('after', method, path);
      return 'send';
    });
    const fault = faults.take(method, path);
    if (fault === null || applyFault(response, path, fault) === 'go on') next();
  };
}

function applyFault(response: Response, path: string, fault: Fault): 'go on' | 'done' {
  switch (fault.kind) {
    case 'slow':
    case 'timeout_after_work':
      holdAnswer(response, async () => {
        await wait(fault.delayMs, undefined, { ref: false });
        return fault.kind === 'slow' ? 'send' : 'drop';
      });
      return 'go on';
    case 'reset':
      response.socket?.resetAndDestroy();
      return 'done';
    case 'error_429':
      response.set('Retry-After', '1');
      response.status(429).json(providerRefusal(path, 429));
      return 'done';
    case 'error_409':
    case 'error_500':
      if (fault.kind === 'error_500' && path.startsWith('/v1/')) {
        response.locals['isToFail'] = true;
        return 'go on';
      }
      response.status(STATUS_OF[fault.kind]).json(providerRefusal(path, STATUS_OF[fault.kind]));
      return 'done';
  }
}
