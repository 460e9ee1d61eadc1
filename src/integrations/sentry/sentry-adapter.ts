import * as Sentry from '@sentry/node';
import { describeError, type DescribedError } from '../../kernel/describe-error.ts';
import type { ReportPort } from './report-port.ts';
import { scrubReport } from './scrub-report.ts';

const FLUSH_MS = 2_000;

/**
 * Sends failures to Sentry. There is one Sentry per process, because its SDK is one. It watches HTTP by itself and must
 * be started before the server is loaded.
 *
 * The SDK's own set of integrations is not used: it reads bodies, local variables, console and modules, and each of them
 * is a door for personal data.
 */
export function startSentry(options: {
  dsn: string;
  release: string | null;
  environment: string;
  /** Share of requests whose course is told, 0 to 1. */
  tracesSampleRate: number;
}): ReportPort {
  Sentry.init({
    dsn: options.dsn,
    ...(options.release === null ? {} : { release: options.release }),
    environment: options.environment,
    tracesSampleRate: options.tracesSampleRate,
    defaultIntegrations: false,
    integrations: [
      Sentry.linkedErrorsIntegration(),
      Sentry.requestDataIntegration(),
      Sentry.httpIntegration({ maxRequestBodySize: 'none' }),
      Sentry.nativeNodeFetchIntegration(),
    ],
    enableRuntimeChannelInjection: false,
    dataCollection: {
      userInfo: false,
      cookies: false,
      httpBodies: [],
      databaseQueryData: false,
      queues: false,
      stackFrameVariables: false,
    },
    // Our providers need to know nothing of our traces.
    tracePropagationTargets: [],
    beforeSend: (event) => scrubReport(event),
    beforeSendSpan: (span) => scrubReport(span),
    beforeBreadcrumb: (breadcrumb) => scrubReport(breadcrumb),
  });
  const told = new WeakSet();
  return {
    failed: (error, facts) => {
      // A checkout tells of Stripe's refusal with its order, and then the request fails with it, too.
      if (wasTold(error, told)) return;
      Sentry.captureException(toPlainError(describeError(error)), { tags: { ...facts } });
    },
    flush: async () => {
      await Sentry.flush(FLUSH_MS);
    },
  };
}

function wasTold(error: unknown, told: WeakSet<object>): boolean {
  let known = false;
  let current: unknown = error;
  for (let depth = 0; current instanceof Error && depth < 10; depth += 1) {
    known ||= told.has(current);
    told.add(current);
    current = current.cause;
  }
  return known;
}

/** What the log would say of the error, as an error again: the SDK must never see its SQL or a provider's answer. */
function toPlainError(described: DescribedError): Error {
  const { type, code, constraint, message, stack, cause } = described;
  const details = [code, constraint].filter((detail) => detail !== undefined).join(', ');
  const error = new Error(
    details === '' ? message : `${message} (${details})`,
    cause === undefined ? {} : { cause: toPlainError(cause) },
  );
  error.name = type;
  error.stack = `${type}: ${error.message}\n${stack ?? ''}`;
  return error;
}
