import { pino, type DestinationStream, type Logger } from 'pino';
import { describeError } from '../kernel/describe-error.ts';

/** Values under these keys never reach a log, at any of the depths that occur. */
const SECRET_KEYS = [
  'authorization',
  'cookie',
  '["set-cookie"]',
  'referer',
  '["x-order-token"]',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'secret',
  'email',
];

const redactPaths = SECRET_KEYS.flatMap((key) => {
  const nested = key.startsWith('[') ? key : `.${key}`;
  return [key, `*${nested}`, `*.*${nested}`];
});

type LoggerOptions = { level: string; environment: string };

/** JSON lines with level as text and ISO time; errors as `describeError` tells them. */
export function createLogger(options: LoggerOptions, destination?: DestinationStream): Logger {
  const redact = { paths: redactPaths, censor: '[redacted]' };
  return pino({ ...settingsOf(options), redact }, destination ?? standardOutput());
}

/** The same lines without redaction: for the request log, whose fields are fixed. */
export function createAccessLogger(
  options: LoggerOptions,
  destination?: DestinationStream,
): Logger {
  return pino(settingsOf(options), destination ?? standardOutput({ minLength: 4096 }));
}

function settingsOf(options: LoggerOptions) {
  return {
    level: options.level,
    base: { env: options.environment },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
  };
}

/**
 * Written behind the event loop's back; a slow terminal must not slow down answers. With `minLength` lines are written
 * together, at the latest a second after they came and when the process ends.
 */
function standardOutput(options: { minLength?: number } = {}): DestinationStream {
  return pino.destination({ dest: 1, sync: false, periodicFlush: 1_000, ...options });
}
