import { hideEmails } from './hide-personal.ts';

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
 * addresses), a constraint's detail quotes the row, and a parser quotes the text; none of that may reach a log.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'A value that is no error was thrown.' };
  const { code, constraint } = error as Error & { code?: unknown; constraint?: unknown };
  return {
    type: error.name,
    message: messageOf(error, code),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    ...(error.stack === undefined ? {} : { stack: framesOnly(error.stack) }),
    ...(error.cause === undefined || depth >= MAX_DEPTH
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

/** SQLSTATEs of class 22: the value does not fit its type, and the server's text quotes it. */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/;

function messageOf(error: Error, code: unknown): string {
  if (error.name === 'DrizzleQueryError' || 'query' in error) return 'A database query failed.';
  if (typeof code === 'string' && DATA_EXCEPTION.test(code))
    return 'A value does not fit its type.';
  // `Unexpected token 'A', "Aiko, 220 "... is not valid JSON`
  if (error instanceof SyntaxError && error.message.includes('JSON'))
    return 'A text is no valid JSON.';
  return hideEmails(error.message);
}

/** The stack's first lines repeat the message, which may hold values. */
function framesOnly(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
