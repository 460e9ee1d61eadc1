/** How much one unit counts by its age: the first window that it fits into decides. Ages are inclusive. */
export type DemandWindow = { maxAgeMs: number; points: number };

const DAY_MS = 86_400_000;

/** Paid units, by the time of payment. */
export const PAID_WINDOWS: readonly DemandWindow[] = [
  { maxAgeMs: 3 * DAY_MS, points: 8 },
  { maxAgeMs: 14 * DAY_MS, points: 4 },
  { maxAgeMs: 30 * DAY_MS, points: 2 },
];

/** Units that somebody is paying for, by the time of reservation. */
export const HOLD_WINDOWS: readonly DemandWindow[] = [
  { maxAgeMs: DAY_MS, points: 3 },
  { maxAgeMs: 7 * DAY_MS, points: 1 },
];
