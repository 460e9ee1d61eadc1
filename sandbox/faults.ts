import { z } from 'zod';
import { matchRequest } from './match-path.ts';
import type { RequestMatcher } from './match-path.ts';

/** Longer than any client waits: the shop meets its own timeout. */
const ANSWER_LOST_AFTER_MS = 60_000;

export const faultBody = z.strictObject({
  /** `METHOD /path`, see `matchRequest`. */
  match: z.string(),
  /**
   * - `error_500`: nothing is done; at Stripe the 500 is remembered under the idempotency key
   * - `error_409`, `error_429`: nothing is done and nothing remembered
   * - `timeout_after_work`: the work is done, the answer never leaves; after `delayMs` the
   *   connection is cut
   * - `reset`: the connection is cut before anything is done
   * - `slow`: the work is done at once, its answer leaves after `delayMs`
   */
  kind: z.enum(['error_500', 'error_409', 'error_429', 'timeout_after_work', 'reset', 'slow']),
  times: z.coerce.number().int().min(1).default(1),
  /** Spares all but each n-th matching request: 2 lets half of them through. */
  every: z.coerce.number().int().min(1).default(1),
  delayMs: z.coerce.number().int().min(0).max(600_000).optional(),
});

export type FaultRequest = z.input<typeof faultBody>;
export type Fault = { kind: z.infer<typeof faultBody>['kind']; delayMs: number };

type ArmedFault = Fault & {
  match: string;
  matches: RequestMatcher;
  timesLeft: number;
  every: number;
  seen: number;
};

export type Faults = {
  add: (request: FaultRequest) => void;
  /** The fault that this request meets, if any; each is used up after `times` requests. */
  take: (method: string, path: string) => Fault | null;
  list: () => { match: string; kind: string; timesLeft: number; delayMs: number }[];
  clear: () => void;
};

export function createFaults(): Faults {
  let armed: ArmedFault[] = [];
  return {
    add: (request) => {
      const { match, kind, times, every, delayMs } = faultBody.parse(request);
      const fallbackMs = kind === 'timeout_after_work' ? ANSWER_LOST_AFTER_MS : 0;
      armed.push({
        match,
        matches: matchRequest(match),
        kind,
        timesLeft: times,
        every,
        seen: 0,
        delayMs: delayMs ?? fallbackMs,
      });
    },
    take: (method, path) => {
      const fault = armed.find((one) => {
        if (!one.matches(method, path)) return false;
        one.seen += 1;
        return one.seen % one.every === 0;
      });
      if (fault === undefined) return null;
      fault.timesLeft -= 1;
      if (fault.timesLeft === 0) armed = armed.filter((other) => other !== fault);
      return fault;
    },
    list: () =>
      armed.map(({ match, kind, timesLeft, delayMs }) => ({ match, kind, timesLeft, delayMs })),
    clear: () => {
      armed = [];
    },
  };
}
