import { describe, expect, it } from 'vitest';
import { createBudget } from './budget.ts';

/** Work that goes on until it is told to end. */
function job() {
  let end: (error?: Error) => void = () => undefined;
  const done = new Promise<void>((resolve, reject) => {
    end = (error) => {
      if (error) reject(error);
      else resolve();
    };
  });
  const state = { hasStarted: false };
  const work = () => {
    state.hasStarted = true;
    return done;
  };
  return { state, work, end };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('budget', () => {
  it('lets work through up to its total and the rest in order', async () => {
    const budget = createBudget(10);
    const [first, large, small] = [job(), job(), job()];
    const runs = [
      budget.spend(6, first.work),
      budget.spend(7, large.work),
      budget.spend(1, small.work),
    ];
    await settle();
    expect([first, large, small].map(({ state }) => state.hasStarted)).toEqual([
      true,
      false,
      false,
    ]);
    first.end();
    await settle();
    expect([large, small].map(({ state }) => state.hasStarted)).toEqual([true, true]);
    large.end();
    small.end();
    await Promise.all(runs);
  });

  it('gives back what failed work had', async () => {
    const budget = createBudget(1);
    await expect(budget.spend(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await budget.spend(1, () => Promise.resolve('yes'))).toBe('yes');
  });

  it('runs what is larger than everything alone', async () => {
    const budget = createBudget(2);
    const [huge, other] = [job(), job()];
    const runs = [budget.spend(99, huge.work), budget.spend(1, other.work)];
    await settle();
    expect([huge, other].map(({ state }) => state.hasStarted)).toEqual([true, false]);
    huge.end();
    other.end();
    await Promise.all(runs);
  });

  it('turns away what is not worth waiting for', async () => {
    const budget = createBudget(1);
    const first = job();
    const run = budget.spendIfFree(1, first.work);
    expect(await budget.spendIfFree(1, () => Promise.resolve('second'))).toBeNull();
    first.end();
    await run;
    expect(await budget.spendIfFree(1, () => Promise.resolve('third'))).toBe('third');
  });
});
