import { Redis } from 'ioredis';
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { hmacSha256 } from '../../kernel/hash.ts';
import type { CounterPort } from './counter-port.ts';

/** A store that takes longer is as good as away: whoever waits for it is a shopper. */
const ANSWER_LIMIT_MS = 250;

/** For so long after a failure nobody waits for the store. */
const PAUSE_MS = 1_000;

/** The count itself is what we want of the library; who is over the limit is decided by the one who asks. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/**
 * Counters in Redis. It connects by itself in the background, and again when it lost the connection: neither a start nor
 * a request ever waits for Redis. Keys are kept as keyed hashes, because they hold addresses and e-mails.
 */
export function createRedisCounterAdapter(options: {
  url: string;
  pepper: string;
  /** Told once when the store goes away, and once when it is back. */
  onChange: (state: 'lost' | 'back', error: unknown) => void;
}): CounterPort {
  const redis = new Redis(options.url, {
    // A command that cannot be sent now fails now; queued, it would wait as long as Redis is away.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: ANSWER_LIMIT_MS,
    connectTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(100 * attempt, 2_000),
    // Connected by the first count: a process that only describes itself opens nothing.
    lazyConnect: true,
  });
  let lost = false;
  let closing = false;
  let pausedUntilMs = 0;
  const change = (to: boolean, error: unknown) => {
    if (lost !== to) options.onChange(to ? 'lost' : 'back', error);
    lost = to;
  };
  redis.on('error', (error) => {
    change(true, error);
  });
  // A server that stops in good order closes without an error.
  redis.on('close', () => {
    if (!closing) change(true, null);
  });
  redis.on('ready', () => {
    change(false, null);
  });

  const counters = new Map<number, RateLimiterRedis>();
  const counterOf = (seconds: number) => {
    const known = counters.get(seconds);
    if (known !== undefined) return known;
    const made = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `limit:${String(seconds)}`,
      points: NO_LIMIT,
      duration: seconds,
      rejectIfRedisNotReady: true,
    });
    counters.set(seconds, made);
    return made;
  };

  return {
    add: async ({ scope, key, seconds, amount }) => {
      // An error of connecting is told by the event above.
      if (redis.status === 'wait') redis.connect().catch(() => undefined);
      if (redis.status !== 'ready' || performance.now() < pausedUntilMs) return null;
      try {
        const hash = hmacSha256(options.pepper, `limit key v1 ${scope} ${key}`).toString(
          'base64url',
        );
        const { consumedPoints, msBeforeNext } = await counterOf(seconds).consume(hash, amount);
        change(false, null);
        return { count: consumedPoints, resetMs: msBeforeNext };
      } catch (error) {
        if (error instanceof RateLimiterRes) throw new Error('A counter without a limit refused.');
        pausedUntilMs = performance.now() + PAUSE_MS;
        change(true, error);
        return null;
      }
    },
    ask: async () => {
      if (redis.status === 'wait') await redis.connect();
      await redis.ping();
    },
    close: async () => {
      closing = true;
      // `quit` would wait for a Redis that is not there.
      redis.disconnect();
      await Promise.resolve();
    },
  };
}
