import { LRUCache } from 'lru-cache';
import type { CounterPort } from '../integrations/redis/counter-port.ts';

export type Take = {
  /** What is limited; keys of different scopes do not meet. */
  scope: string;
  /** Who is limited. It may be an e-mail or an address: it never leaves the process in the clear. */
  key: string;
  /** How many are allowed within a window. */
  points: number;
  /** Length of a window, which begins with its first call. */
  seconds: number;
};

export type Verdict = {
  ok: boolean;
  remaining: number;
  /** The first call of this window that was refused: what is worth a line in the log. */
  isFirstRefusal: boolean;
  /** Until the window begins anew; at least 1. */
  retryAfterSeconds: number;
};

export type Limiter = {
  /** Counts one call and says whether it is still allowed, by the shared count where there is one. */
  take: (take: Take) => Promise<Verdict>;
  /**
   * The same without waiting, for reads that take microseconds themselves. Other processes are told in steps of a fiftieth
   * of the limit, so each may let through that much too many.
   */
  takeAtOnce: (take: Take) => Verdict;
  /** Resolves if the shared store answers; null where each process counts for itself. */
  askShared: (() => Promise<void>) | null;
  close: () => Promise<void>;
};

type Window = {
  /** All that is known of: our own calls and, as of the last answer, those of others. */
  count: number;
  /** Our own calls that others have not been told of. */
  unshared: number;
  endsAtMs: number;
};

/** About 20 MB. Beyond it the key that was idle longest is forgotten, so that no flood of addresses fills the memory. */
const MAX_KEYS = 100_000;

const SHARING_STEPS = 50;

/**
 * Counts calls in fixed windows. Each process counts for itself first: whom it knows to be over the limit it refuses
 * without asking anybody, and when the shared store is away its own count stands in for it.
 *
 * Rejected: the store's library alone. Each of its calls is a promise and, with Redis, a round trip; a read from memory
 * costs less than that. And its counters in memory have no upper bound.
 */
export function createLimiter(options: {
  shared: CounterPort | null;
  /** Milliseconds of a clock that never jumps back. */
  nowMs: () => number;
  maxKeys?: number;
}): Limiter {
  const { shared, nowMs } = options;
  const windows = new LRUCache<string, Window>({ max: options.maxKeys ?? MAX_KEYS });

  const count = ({ scope, key, seconds }: Take, now: number): Window => {
    const name = `${scope} ${key}`;
    let window = windows.get(name);
    if (window === undefined || window.endsAtMs <= now) {
      window = { count: 0, unshared: 0, endsAtMs: now + seconds * 1000 };
      windows.set(name, window);
    }
    window.count += 1;
    return window;
  };

  const share = async (window: Window, { scope, key, seconds }: Take, store: CounterPort) => {
    const amount = window.unshared;
    window.unshared = 0;
    const told = await store.add({ scope, key, seconds, amount });
    if (told === null) return null;
    // Not set: what was counted while the store was away, or since we asked, must not be forgotten.
    window.count = Math.max(window.count, told.count + window.unshared);
    window.endsAtMs = nowMs() + told.resetMs;
    return told.count;
  };

  return {
    take: async (take) => {
      const window = count(take, nowMs());
      const own = window.count;
      if (shared === null || own > take.points) return judge(take, own, window, nowMs());
      window.unshared += 1;
      const all = await share(window, take, shared);
      return judge(take, all ?? own, window, nowMs());
    },
    takeAtOnce: (take) => {
      const now = nowMs();
      const window = count(take, now);
      if (shared !== null && window.count <= take.points) {
        window.unshared += 1;
        if (window.unshared >= take.points / SHARING_STEPS) void share(window, take, shared);
      }
      return judge(take, window.count, window, now);
    },
    askShared: shared === null ? null : () => shared.ask(),
    close: async () => {
      await shared?.close();
    },
  };
}

function judge(take: Take, count: number, window: Window, now: number): Verdict {
  return {
    ok: count <= take.points,
    remaining: Math.max(0, take.points - count),
    isFirstRefusal: count === take.points + 1,
    // Of whole milliseconds: the clock's fractions do not add up, and a window of 60 seconds would end in 61.
    retryAfterSeconds: Math.max(1, Math.ceil(Math.round(window.endsAtMs - now) / 1000)),
  };
}
