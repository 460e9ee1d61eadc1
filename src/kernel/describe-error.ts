/** An error for the log: the whole chain of causes, without SQL parameters or provider bodies. */
export type DescribedError = {
  type: string;
  message: string;
  code?: string;
  constraint?: string;
  stack?: string;
  cause?: DescribedError;
};

const MAX_DEPTH = 6;

/**
 * Describes an error by an allow-list. A database wrapper's message holds the SQL with all its values (names,
 * addresses), and a constraint's detail quotes the row; neither may reach a log.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'A value that is no error was thrown.' };
  const { code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  const isQuery = error.name === 'DrizzleQueryError' || 'query' in error;
  const message = isQuery ? 'A database query failed.' : error.message;
  return {
    type: error.name,
    message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(error.stack === undefined ? {} : { stack: framesOnly(error.stack) }),
    ...(error.cause === undefined || depth >= MAX_DEPTH
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** The stack's first lines repeat the message, which may hold values. */
function framesOnly(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
