import { expect, test } from 'vitest';
import type { CounterPort } from '../integrations/redis/counter-port.ts';
import { createLimiter } from './limiter.ts';

const LOGIN = { scope: 'login', key: 'aiko@example.com', points: 3, seconds: 60 };

function aClock() {
  const clock = { ms: 5_000, nowMs: () => clock.ms };
  return clock;
}

/** What two processes would see in one store; can be switched off. */
function aStore(): CounterPort & { counts: Map<string, number>; isAway: boolean; asked: number } {
  const store = {
    counts: new Map<string, number>(),
    isAway: false,
    asked: 0,
    add: ({ scope, key, amount }: Parameters<CounterPort['add']>[0]) => {
      store.asked += 1;
      if (store.isAway) return Promise.resolve(null);
      const count = (store.counts.get(`${scope}/${key}`) ?? 0) + amount;
      store.counts.set(`${scope}/${key}`, count);
      return Promise.resolve({ count, resetMs: 30_000 });
    },
    ask: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return store;
}

test('a window of 60 seconds ends in 60, whatever fraction of a millisecond it begins at', () => {
  // To this number 60 000 is added and taken away again, and a little more than 60 000 is left.
  const limiter = createLimiter({ shared: null, nowMs: () => 41_711.619398 });
  expect(limiter.takeAtOnce(LOGIN).retryAfterSeconds).toBe(60);
});

test('allows the points of a window, says how long to wait, and begins anew', async () => {
  const clock = aClock();
  const limiter = createLimiter({ shared: null, nowMs: clock.nowMs });
  expect(await limiter.take(LOGIN)).toMatchObject({
    ok: true,
    remaining: 2,
    retryAfterSeconds: 60,
  });
  clock.ms += 20_500;
  expect(await limiter.take(LOGIN)).toMatchObject({
    ok: true,
    remaining: 1,
    retryAfterSeconds: 40,
  });
  expect(limiter.takeAtOnce(LOGIN)).toMatchObject({
    ok: true,
    remaining: 0,
    retryAfterSeconds: 40,
  });
  expect(await limiter.take(LOGIN)).toMatchObject({
    ok: false,
    remaining: 0,
    retryAfterSeconds: 40,
    isFirstRefusal: true,
  });
  expect((await limiter.take(LOGIN)).isFirstRefusal).toBe(false);
  clock.ms += 39_500;
  expect(await limiter.take(LOGIN)).toMatchObject({
    ok: true,
    remaining: 2,
    retryAfterSeconds: 60,
  });
});

test('keys and scopes do not meet', async () => {
  const limiter = createLimiter({ shared: null, nowMs: aClock().nowMs });
  const one = { ...LOGIN, points: 1 };
  expect((await limiter.take(one)).ok).toBe(true);
  expect((await limiter.take({ ...one, key: 'ben@example.com' })).ok).toBe(true);
  expect((await limiter.take({ ...one, scope: 'reset' })).ok).toBe(true);
  expect((await limiter.take(one)).ok).toBe(false);
});

test('forgets the key that was idle longest, so the memory is bounded', () => {
  const limiter = createLimiter({ shared: null, nowMs: aClock().nowMs, maxKeys: 2 });
  const take = (key: string) => limiter.takeAtOnce({ ...LOGIN, key }).remaining;
  expect([take('a'), take('b'), take('b'), take('c')]).toEqual([2, 2, 1, 2]);
  expect([take('b'), take('a')]).toEqual([0, 2]);
});

test('two processes share a limit, and who is over it is refused without asking', async () => {
  const store = aStore();
  const [here, there] = [1, 2].map(() => createLimiter({ shared: store, nowMs: aClock().nowMs }));
  if (!here || !there) throw new Error('Two limiters were made.');
  expect((await here.take(LOGIN)).remaining).toBe(2);
  expect((await there.take(LOGIN)).remaining).toBe(1);
  expect((await here.take(LOGIN)).remaining).toBe(0);
  expect(await there.take(LOGIN)).toMatchObject({ ok: false, remaining: 0, retryAfterSeconds: 30 });
  expect(store.asked).toBe(4);
  expect((await there.take(LOGIN)).ok).toBe(false);
  expect(store.asked).toBe(4);
});

test('goes on with its own count while the store is away, and keeps it when the store is back', async () => {
  const store = aStore();
  const limiter = createLimiter({ shared: store, nowMs: aClock().nowMs });
  await limiter.take(LOGIN);
  store.isAway = true;
  expect((await limiter.take(LOGIN)).remaining).toBe(1);
  expect((await limiter.take(LOGIN)).remaining).toBe(0);
  store.isAway = false;
  store.counts.clear();
  expect((await limiter.take(LOGIN)).ok).toBe(false);
});

test('calls that do not wait are told to the others in steps', async () => {
  const store = aStore();
  const many = { ...LOGIN, points: 200 };
  const [here, there] = [1, 2].map(() => createLimiter({ shared: store, nowMs: aClock().nowMs }));
  if (!here || !there) throw new Error('Two limiters were made.');
  for (let n = 0; n < 150; n += 1) here.takeAtOnce(many);
  await Promise.resolve();
  // A step is a fiftieth of 200, and the last calls of 150 make no whole one.
  expect(store.counts.get('login/aiko@example.com')).toBe(148);
  expect(store.asked).toBe(37);
  for (let n = 0; n < 8; n += 1) there.takeAtOnce(many);
  await Promise.resolve();
  await Promise.resolve();
  expect(there.takeAtOnce(many).remaining).toBe(200 - 148 - 9);
});
