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

/** JSON lines with level as text and ISO time; errors as `describeError` tells them. */
export function createLogger(
  options: { level: string; environment: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    level: options.level,
    base: { env: options.environment },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
    redact: { paths: redactPaths, censor: '[redacted]' },
  };
  return destination === undefined ? pino(settings) : pino(settings, destination);
}
