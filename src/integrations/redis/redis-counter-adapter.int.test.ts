import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import getPort from 'get-port';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLimiter, type Limiter } from '../../kernel/limiter.ts';
import { createRedisCounterAdapter } from './redis-counter-adapter.ts';

/** Debian's `redis-server`; where it is not installed, these tests are skipped and say so. */
function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const TAKE = { scope: 'checkout.client', key: 'aiko@example.com', points: 3, seconds: 60 };

let port: number;
let server: ChildProcess | null = null;
let limiters: Limiter[] = [];

beforeEach(async () => {
  port = await getPort();
});
afterEach(async () => {
  for (const limiter of limiters) await limiter.close();
  limiters = [];
  await stopRedis();
});

function startRedis(): void {
  server = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no'], {
    stdio: 'ignore',
  });
}

async function stopRedis(): Promise<void> {
  if (server === null) return;
  const stopped = once(server, 'exit');
  // A stopped process takes no other signal before it goes on.
  server.kill('SIGCONT');
  server.kill('SIGKILL');
  await stopped;
  server = null;
}

/** One process of the shop; `states` is what it tells of Redis. */
function aProcess() {
  const states: string[] = [];
  const limiter = createLimiter({
    shared: createRedisCounterAdapter({
      url: `redis://127.0.0.1:${String(port)}`,
      pepper: 'pepper',
      onChange: (state) => states.push(state),
    }),
    nowMs: () => performance.now(),
  });
  limiters.push(limiter);
  return { limiter, states, ask: () => limiter.askShared?.() };
}

let keys = 0;
/** Waits until this process counts together with another one: neither sees the other before. */
async function untilShared(one: Limiter, other: Limiter): Promise<void> {
  const deadline = performance.now() + 8_000;
  for (;;) {
    const take = { ...TAKE, key: `probe ${String((keys += 1))}` };
    await one.take(take);
    if ((await other.take(take)).remaining === 1) return;
    if (performance.now() > deadline) throw new Error('The two processes never met.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.skipIf(!hasRedis())('counters in Redis', () => {
  it('are shared by all processes, expire, and keep nobody’s address', async () => {
    startRedis();
    const [one, other] = [aProcess(), aProcess()];
    await untilShared(one.limiter, other.limiter);
    await expect(one.ask()).resolves.toBeUndefined();
    const take = { ...TAKE, points: 2 };
    expect(await one.limiter.take(take)).toMatchObject({ ok: true, remaining: 1 });
    expect(await other.limiter.take(take)).toMatchObject({ ok: true, remaining: 0 });
    const refused = await one.limiter.take(take);
    expect(refused.ok).toBe(false);
    expect(refused.retryAfterSeconds).toBeGreaterThan(55);
    expect((await other.limiter.take(take)).ok).toBe(false);

    const redis = new Redis(port);
    const stored = await redis.keys('*');
    const lives = await Promise.all(stored.map((key) => redis.ttl(key)));
    redis.disconnect();
    expect(stored.length).toBeGreaterThan(0);
    expect(stored.every((key) => /^limit:60:[\w-]{43}$/.test(key))).toBe(true);
    expect(lives.every((seconds) => seconds > 0 && seconds <= 60)).toBe(true);
  });

  it('are not needed: each process counts alone until Redis is there, when it dies, and again when it is back', async () => {
    const [one, other] = [aProcess(), aProcess()];
    const takes = async () =>
      [await one.limiter.take(TAKE), await other.limiter.take(TAKE)].map((v) => v.remaining);
    expect(await takes()).toEqual([2, 2]);

    startRedis();
    await untilShared(one.limiter, other.limiter);
    await stopRedis();
    expect(await takes()).toEqual([1, 1]);
    expect(one.states.slice(0, 2)).toEqual(['lost', 'back']);

    startRedis();
    await untilShared(one.limiter, other.limiter);
    // Redis lost all, the processes did not: each has two calls of the three behind it.
    expect((await one.limiter.take(TAKE)).ok).toBe(true);
    expect((await one.limiter.take(TAKE)).ok).toBe(false);
    expect(one.states.slice(0, 4)).toEqual(['lost', 'back', 'lost', 'back']);
  });

  it('that hang delay one call a little and no other', async () => {
    startRedis();
    const [one, other] = [aProcess(), aProcess()];
    await untilShared(one.limiter, other.limiter);
    server?.kill('SIGSTOP');
    const started = performance.now();
    for (let n = 0; n < 50; n += 1) await one.limiter.take({ ...TAKE, key: String(n) });
    // 250 ms for the first; fifty of them would take 12 seconds.
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(one.states).toContain('lost');
  });
});
