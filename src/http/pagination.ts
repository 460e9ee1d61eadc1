import { z } from 'zod';

/**
 * Cursors are unsigned base64url JSON: they carry nothing that the list itself does not show. Times in them are the
 * database's text in full precision, because a `Date` keeps milliseconds and would skip rows that share one.
 */
export function encodeCursor(value: Record<string, string | number>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The cursor's content if it fits `shape`; null if it does not, which means page one. */
export function decodeCursor<S extends z.ZodType>(
  cursor: string | undefined,
  shape: S,
): z.output<S> | null {
  if (cursor === undefined || cursor === '' || cursor.length > 2_000) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
  const parsed = shape.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** A timestamp as `full_precision` text of the database: 2026-11-21 09:00:00.123456+00. */
export const cursorInstant = z
  .string()
  .regex(/^(?!0000)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-](0\d|1[0-4])(:?[0-5]\d)?$/)
  .refine(isOnCalendar);

/** February 31 must be no instant here already: the database would answer it with an error. */
function isOnCalendar(text: string): boolean {
  const wanted = text.slice(0, 19).replace(' ', 'T');
  const time = Date.parse(`${wanted}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(wanted);
}

/** `limit` of a query string: an integer from 1 to `max`. Decimals are refused, not cut. */
export const limitQuery = (options: { fallback: number; max: number }) =>
  z
    .string()
    .regex(/^\d{1,4}$/, 'Must be a whole number.')
    .transform(Number)
    .pipe(
      z
        .number()
        .min(1, 'Must be at least 1.')
        .max(options.max, `Must be at most ${String(options.max)}.`),
    )
    .optional()
    .transform((value) => value ?? options.fallback);

export const cursorQuery = z.string().max(2_000).optional();
