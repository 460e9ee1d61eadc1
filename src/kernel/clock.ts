/**
 * Moves the database's clock. The database tells the time (several API processes agree on it);
 * production adds nothing, tests travel by changing `offsetMs`. The process clock decides nothing.
 */
export type Clock = { offsetMs: number };

/** Wall time as the application sees it, from an instant the database gave. */
export function adjustClock(clock: Clock, databaseNow: Date): Date {
  return new Date(databaseNow.getTime() + clock.offsetMs);
}

export function addMs(instant: Date, durationMs: number): Date {
  return new Date(instant.getTime() + durationMs);
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
