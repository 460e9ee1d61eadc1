import type { Run } from './measure.ts';

/** What a read has to reach: a share of another one's requests per second, or a longest wait. */
export type Goal =
  { read: string; of: string; leastShare: number } | { read: string; mostP99Ms: number };

/** A table of the medians, and what became of the goals. */
export function render(runs: ReadonlyMap<string, readonly Run[]>, goals: readonly Goal[]): string {
  return [
    '| read | requests/s | p50 ms | p99 ms | server CPU ms | Postgres CPU ms | failures |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...[...runs].map(([name, of]) => renderRow(name, of)),
    '',
    '| goal | reached | in each round |',
    '|---|---|---|',
    ...goals.map((goal) => renderGoal(goal, runs)),
  ].join('\n');
}

function renderRow(name: string, runs: readonly Run[]): string {
  const requests = sumOf(runs, (run) => run.requests);
  const cells = [
    name,
    median(runs.map((run) => run.requestsPerSecond)).toFixed(0),
    median(runs.map((run) => run.p50Ms)).toFixed(1),
    median(runs.map((run) => run.p99Ms)).toFixed(1),
    // Over all runs: the clock ticks are too coarse for one.
    (sumOf(runs, (run) => run.serverCpuMs) / requests).toFixed(3),
    (sumOf(runs, (run) => run.postgresCpuMs) / requests).toFixed(3),
    String(sumOf(runs, (run) => run.failures)),
  ];
  return `| ${cells.join(' | ')} |`;
}

function renderGoal(goal: Goal, runs: ReadonlyMap<string, readonly Run[]>): string {
  const own = runsOf(runs, goal.read);
  if ('mostP99Ms' in goal) {
    const waits = own.map((run) => run.p99Ms);
    const isReached = median(waits) < goal.mostP99Ms;
    const texts = waits.map((ms) => `${ms.toFixed(0)} ms`);
    return `| ${goal.read}: p99 < ${String(goal.mostP99Ms)} ms | ${verdict(isReached, `${median(waits).toFixed(0)} ms`)} | ${texts.join(', ')} |`;
  }
  const others = runsOf(runs, goal.of);
  const shares = own.map(
    (run, round) =>
      (100 * run.requestsPerSecond) / (others[round]?.requestsPerSecond ?? Number.NaN),
  );
  const isReached = median(shares) >= goal.leastShare;
  const texts = shares.map((share) => `${share.toFixed(0)} %`);
  return `| ${goal.read}: ≥ ${String(goal.leastShare)} % of ${goal.of} | ${verdict(isReached, `${median(shares).toFixed(0)} %`)} | ${texts.join(', ')} |`;
}

const verdict = (isReached: boolean, value: string) => `${isReached ? 'yes' : 'no'}, ${value}`;

function runsOf(runs: ReadonlyMap<string, readonly Run[]>, name: string): readonly Run[] {
  const found = runs.get(name);
  if (found === undefined) throw new Error(`Nothing named "${name}" was measured.`);
  return found;
}

function sumOf(runs: readonly Run[], value: (run: Run) => number): number {
  return runs.reduce((sum, run) => sum + value(run), 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
