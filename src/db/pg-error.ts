import pg from 'pg';

/**
 * The driver's error inside whatever wraps it, or null. Drizzle puts the driver's error on `.cause`, so
 * comparing `error.code` with a SQLSTATE on the outside is never true.
 */
export function pgError(error: unknown): pg.DatabaseError | null {
  let current: unknown = error;
  for (let depth = 0; depth < 10 && current instanceof Error; depth += 1) {
    if (current instanceof pg.DatabaseError) return current;
    current = current.cause;
  }
  return null;
}

/** True if `error` is the violation of exactly this unique constraint or index. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  const found = pgError(error);
  return found?.code === '23505' && found.constraint === constraint;
}
