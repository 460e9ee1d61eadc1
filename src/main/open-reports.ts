import type { Config } from '../config/index.ts';
import { noReports, type ReportPort } from '../integrations/sentry/report-port.ts';

const SAMPLED_IN_PRODUCTION = 0.1;

/** Sentry where it is asked for, in production only. Its SDK is loaded nowhere else, so nobody else waits for it. */
export async function openReports(config: Config): Promise<ReportPort> {
  const { dsn, release } = config.sentry;
  if (dsn === null || !config.isProduction) return noReports;
  const { startSentry } = await import('../integrations/sentry/sentry-adapter.ts');
  return startSentry({
    dsn,
    release,
    environment: config.environment,
    tracesSampleRate: SAMPLED_IN_PRODUCTION,
  });
}
