/** Microseconds since 1970 of a time that the database told as seconds: as exact as the database keeps it until 2255. */
const microsecondsOf = (seconds: number): number => Math.round(seconds * 1_000_000);

/** ISO 8601 with milliseconds, the rest cut off as the database does it. */
export function isoTime(seconds: number): string {
  return new Date(Math.floor(microsecondsOf(seconds) / 1_000)).toISOString();
}

/** The time in full precision, as cursors carry it: 2026-11-21 09:00:00.123456+00. */
export function fullTime(seconds: number): string {
  const iso = isoTime(seconds);
  const rest = String(microsecondsOf(seconds) % 1_000).padStart(3, '0');
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}${rest}+00`;
}
