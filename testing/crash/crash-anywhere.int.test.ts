import { randomInt } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { childWorld, type ChildWorld } from '../child/child-world.ts';
import { cloneDatabase } from '../clone-database.ts';
import { runFaults } from '../faults/run-faults.ts';

/** `CRASH_SEED=123` repeats the choices of a run, `CRASH_KILLS=30` makes it a long one. */
const SEED = Number(process.env.CRASH_SEED ?? randomInt(1_000_000));
const KILLS = Number(process.env.CRASH_KILLS ?? 3);
const PURCHASES = 50;
/** A provider that has not answered by then is given up; in production it is fifteen times as long. */
const TIMEOUT_MS = 1_000;

vi.setConfig({ hookTimeout: 120_000 });

let w: ChildWorld;
// For each try: what is judged are all the sales of its shop.
beforeEach(async () => {
  w = await childWorld({ database: await cloneDatabase(), poolMax: 20 });
});
afterEach(() => w.close());

it('C17 SIGKILL at a random moment, 50 purchases, printed seed', async () => {
  console.info(`CRASH_SEED=${String(SEED)}`);
  const run = {
    histories: PURCHASES,
    kills: KILLS,
    seed: SEED,
    shoppers: 8,
    timeoutMs: TIMEOUT_MS,
  };
  const { counts, violations } = await runFaults(w, run);
  expect(violations).toEqual([]);
  expect(counts.get('SIGKILL')).toBe(KILLS);
  expect(counts.get('payment ended as paid order')).toBeGreaterThan(PURCHASES / 4);
}, 180_000);
