import { setTimeout as wait } from 'node:timers/promises';
import { MINUTE_MS } from '../../src/kernel/clock.ts';
import { jobs } from '../../src/main/jobs.ts';
import type { ChildWorld } from '../child/child-world.ts';
import { disturbProviders } from './disturb-providers.ts';
import { judgeOutcome } from './judge-outcome.ts';
import { liveHistory, type Count } from './live-history.ts';
import { recover } from './recover.ts';
import { seededRandom } from './seeded-random.ts';
import { stockShop } from './stock-shop.ts';

export type FaultRun = {
  histories: number;
  kills: number;
  seed: number;
  /** How many shoppers are in the shop at a time. */
  shoppers: number;
  /** How long the API waits for a provider that fails; null: providers do what they should. */
  timeoutMs: number | null;
  onProgress?: (finished: number, kills: number) => void;
};

export type FaultReport = { counts: Map<string, number>; violations: string[] };

const JOBS_EACH_MS = 2_000;
const PUMPS = 3;

/**
 * Random purchases while providers fail, webhooks are repeated, mixed up, held back and lost, and the API is killed. Then
 * all that recovers is let work, and what is left is judged: every payment is one paid order, one refund or one order
 * that asks for a person, and nothing was sold or sent twice.
 */
export async function runFaults(w: ChildWorld, run: FaultRun): Promise<FaultReport> {
  const counts = new Map<string, number>();
  const count: Count = (what) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const violations: string[] = [];
  const shelf = await stockShop(w, run.histories);
  const progress = { finished: 0, kills: 0 };
  const isOver = () => progress.finished >= run.histories;
  // Each call of the last few would meet a fault of its own, and they would ask again for a minute.
  const isEmptying = () => progress.finished >= run.histories - run.shoppers / 2;

  let next = 0;
  const shopper = async () => {
    while (next < run.histories) {
      // Nobody runs ahead of the killer: he shall meet a shop full of people each time.
      while (next > ((progress.kills + 2) * run.histories) / run.kills) await wait(20);
      const name = `shopper-${String((next += 1))}`;
      const random = seededRandom(run.seed * 100_003 + next);
      await liveHistory({ w, shelf, random, name, count }).catch((error: unknown) => {
        violations.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      });
      progress.finished += 1;
      run.onProgress?.(progress.finished, progress.kills);
    }
  };
  const { timeoutMs } = run;
  const background = [
    ...(timeoutMs === null
      ? []
      : [
          disturbProviders(w, {
            random: seededRandom(run.seed + 1),
            count,
            timeoutMs,
            isOver: isEmptying,
          }),
        ]),
    killAgainAndAgain(w, run, progress, count),
    runJobsNowAndThen(w, isOver),
    ...Array.from({ length: PUMPS }, () => workQueues(w, isOver)),
  ];
  await Promise.all([...background, ...Array.from({ length: run.shoppers }, shopper)]);
  await recover(w);
  violations.push(...(await judgeOutcome(w, shelf.initial, count)));
  return { counts, violations };
}

/** Spreads the kills over the histories, each at a random moment; while the process is down, the clock jumps. */
async function killAgainAndAgain(
  w: ChildWorld,
  run: FaultRun,
  progress: { finished: number; kills: number },
  count: Count,
): Promise<void> {
  const random = seededRandom(run.seed + 2);
  while (progress.kills < run.kills) {
    const due = ((progress.kills + 0.5) * run.histories) / run.kills;
    while (progress.finished < Math.min(due, run.histories)) await wait(5);
    await wait(random.int(200));
    await w.api.kill();
    progress.kills += 1;
    count('SIGKILL');
    // At least past the lease of what the dead process was at, so that nobody waits for it in real time.
    await w.moveClock((2 + random.int(10)) * MINUTE_MS);
    await w.api.start();
    await w.letQueueTimePass();
  }
}

/** What schedules do each few minutes, sooner. A job of a killed process has ended with it. */
async function runJobsNowAndThen(w: ChildWorld, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await wait(JOBS_EACH_MS);
    for (const { name } of jobs) await w.runJobs(name).catch(() => undefined);
  }
}

/** Works the queues as workers do, without their pauses. */
async function workQueues(w: ChildWorld, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await w.api.tell({ type: 'drain' }).catch(() => undefined);
    await wait(50);
  }
}
