import type { Logger } from 'pino';
import type { Config } from '../config/index.ts';
import { openDatabase, type TransactionLimits, type Tx } from '../db/client.ts';
import { createPwnedPasswordsAdapter } from '../integrations/breaches/pwned-passwords-adapter.ts';
import { createPrometheusMetrics } from '../integrations/prometheus/prometheus-adapter.ts';
import { createRedisCounterAdapter } from '../integrations/redis/redis-counter-adapter.ts';
import { createResendAdapter } from '../integrations/resend/resend-adapter.ts';
import { noReports, type ReportPort } from '../integrations/sentry/report-port.ts';
import { createStripeAdapter } from '../integrations/stripe/stripe-adapter.ts';
import { createSupabaseIdentityAdapter } from '../integrations/supabase/supabase-identity-adapter.ts';
import { createSupabaseSignInAdapter } from '../integrations/supabase/supabase-sign-in-adapter.ts';
import { createSupabaseStorageAdapter } from '../integrations/supabase/supabase-storage-adapter.ts';
import { createResponseCache } from '../http/response-cache.ts';
import type { App } from '../kernel/app.ts';
import { createBudget } from '../kernel/budget.ts';
import type { Clock } from '../kernel/clock.ts';
import { createHooks } from '../kernel/hooks.ts';
import { newId } from '../kernel/ids.ts';
import { createLimiter } from '../kernel/limiter.ts';
import { systemRandom, type Random } from '../kernel/random.ts';
import { identifyCustomer, identifyStaff } from '../modules/accounts/index.ts';
import { createQueue } from '../queue/queue.ts';
import { connectHooks } from './connect-hooks.ts';
import { queueDefinitions, registerWorkers } from './jobs.ts';

/** How old a public read may be: stock is shown, at the worst, as it was a second ago. */
const PUBLIC_READ_MS = 1_000;

export type BuildOptions = {
  config: Config;
  log: Logger;
  /** Where requests are logged; `log` if left out. */
  accessLog?: Logger;
  clock?: Clock;
  random?: Random;
  limits?: Partial<TransactionLimits>;
  /** How old a public read may be; tests read what they have just written and take 0. */
  cacheMs?: number;
  /** Nobody collects failures if left out. */
  reports?: ReportPort;
  /** How long Stripe and Resend may take to answer; their adapters' own limits if left out. */
  providerTimeoutMs?: number;
};

/** Builds the app from its configuration. Connects to nothing yet. */
export function buildApp(options: BuildOptions): App {
  const { config, log } = options;
  const clock = options.clock ?? { offsetMs: 0 };
  const { providerTimeoutMs: timeoutMs } = options;
  const patience = timeoutMs === undefined ? {} : { timeoutMs };
  const database = openDatabase({
    url: config.databaseUrl,
    poolMax: config.databasePoolMax,
    clock,
    ...(options.limits ? { limits: options.limits } : {}),
    onIdleError: (error) => {
      log.warn({ err: error }, 'an idle database connection was lost');
    },
  });
  const app: App = {
    config,
    log,
    accessLog: options.accessLog ?? log,
    clock,
    random: options.random ?? systemRandom,
    newId,
    database,
    queue: createQueue({
      url: config.databaseUrl,
      log,
      definitions: queueDefinitions,
      isWorker: config.role !== 'api',
    }),
    hooks: createHooks<Tx>(),
    responseCache: createResponseCache({ ttlMs: options.cacheMs ?? PUBLIC_READ_MS }),
    // The rest of the pool is for everybody who only reads, checks out, or tells of a payment.
    finalisingPages: createBudget(Math.max(1, Math.floor(config.databasePoolMax / 4))),
    limiter: createLimiter({
      shared: openSharedCounter(config, log),
      // Tests move the time by the clock that moves the database's.
      nowMs: () => performance.now() + clock.offsetMs,
    }),
    metrics: config.metricsToken === null ? null : createPrometheusMetrics({ pool: database.pool }),
    reports: options.reports ?? noReports,
    auth: {
      requireStaff: (authorization, role) => identifyStaff(app, authorization, role),
      requireCustomer: (authorization) => identifyCustomer(app, authorization),
    },
    stripe: createStripeAdapter({
      secretKey: config.stripe.secretKey,
      webhookSecret: config.stripe.webhookSecret,
      apiBaseUrl: config.stripe.apiBaseUrl,
      ...patience,
    }),
    mail: createResendAdapter({
      apiKey: config.mail.apiKey,
      baseUrl: config.mail.baseUrl,
      webhookSecret: config.mail.webhookSecret,
      ...patience,
    }),
    identity: createSupabaseIdentityAdapter({
      url: config.supabase.url,
      publicKey: config.supabase.publicKey,
    }),
    signIn: createSupabaseSignInAdapter({
      url: config.supabase.url,
      publicKey: config.supabase.publicKey,
    }),
    breaches: createPwnedPasswordsAdapter({ url: config.breachedPasswordsUrl }),
    storage: createSupabaseStorageAdapter({
      url: config.supabase.url,
      secretKey: config.supabase.secretKey,
      bucket: config.supabase.bucket,
    }),
  };
  connectHooks(app);
  registerWorkers(app);
  return app;
}

function openSharedCounter(config: Config, log: Logger) {
  if (config.redisUrl === null) return null;
  return createRedisCounterAdapter({
    url: config.redisUrl,
    pepper: config.orderTokenPepper,
    onChange: (state, error) => {
      if (state === 'back') log.info('Redis is back: limits are counted together again');
      else log.warn({ err: error }, 'Redis is away: each process counts its limits alone');
    },
  });
}
