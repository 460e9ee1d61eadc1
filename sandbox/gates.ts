import { matchRequest } from './match-path.ts';
import type { RequestMatcher } from './match-path.ts';

export type GateSide = 'before' | 'after';

export type Gate = {
  /** Resolves once a request waits at the gate. */
  arrived: Promise<void>;
  /** Lets it go on; the gate is gone then. Opened early, it stops nobody. */
  open: () => void;
};

type StandingGate = {
  when: GateSide;
  matches: RequestMatcher;
  arrive: () => void;
  opened: Promise<void>;
  open: () => void;
};

export type Gates = {
  /**
   * Stops the next request that matches, before or after its work is done. One gate stops one
   * request, so that a second one of the same kind can overtake it.
   */
  gate: (match: string, when: GateSide) => Gate;
  /** Waits at the gate that this request meets, if any. */
  pass: (when: GateSide, method: string, path: string) => Promise<void>;
  openAll: () => void;
};

export function createGates(): Gates {
  /** Nobody has arrived at these yet. */
  let waiting: StandingGate[] = [];
  const standing = new Set<StandingGate>();
  return {
    gate: (match, when) => {
      const arrival = Promise.withResolvers<undefined>();
      const opening = Promise.withResolvers<undefined>();
      const gate: StandingGate = {
        when,
        matches: matchRequest(match),
        arrive: () => {
          arrival.resolve(undefined);
        },
        opened: opening.promise,
        open: () => {
          standing.delete(gate);
          waiting = waiting.filter((other) => other !== gate);
          opening.resolve(undefined);
        },
      };
      standing.add(gate);
      waiting.push(gate);
      return { arrived: arrival.promise, open: gate.open };
    },
    pass: async (when, method, path) => {
      const gate = waiting.find((other) => other.when === when && other.matches(method, path));
      if (gate === undefined) return;
      waiting = waiting.filter((other) => other !== gate);
      gate.arrive();
      await gate.opened;
    },
    openAll: () => {
      for (const gate of standing) gate.open();
    },
  };
}
