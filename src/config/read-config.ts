import { z } from 'zod';
import { isNetwork, isProxyRule, splitList } from './read-addresses.ts';
import { readRateLimits } from './read-rate-limits.ts';
import {
  absentIfBlank,
  text,
  isUrl,
  webUrl,
  optionalWebUrl,
  email,
  optional,
  integer,
} from './read-variable.ts';

/** Every fault of the environment at once, so that an operator fixes them in one go. */
export class ConfigFault extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(`The configuration is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigFault';
    this.faults = faults;
  }
}

const http = z.object({
  PORT: integer({ min: 1, max: 65_535, fallback: 3000 }),
  CORS_ORIGIN: webUrl,
  CLIENT_BASE_URL: webUrl,
  ADMIN_BASE_URL: optionalWebUrl,
  TRUST_PROXY: optional.refine((value) => value === null || isProxyRule(value), {
    error: 'must be a number of hops, loopback, or addresses and networks with commas between them',
  }),
});

const limits = z.object({
  RATE_LIMITS: optional.transform((value, context) => {
    const read = readRateLimits(value);
    if (read !== null) return read;
    context.addIssue({
      code: 'custom',
      message: 'must be a list such as public.client=6000/300, checkout.person=20/600',
    });
    return z.NEVER;
  }),
  RATE_LIMIT_EXEMPT: optional.transform(splitList).refine((networks) => networks.every(isNetwork), {
    error: 'must be addresses and networks with commas between them',
  }),
  RATE_LIMIT_EXEMPT_KEY: optional.refine((value) => value === null || value.length >= 32, {
    error: 'must be at least 32 characters',
  }),
  REDIS_URL: optional.refine((value) => value === null || isUrl(value, ['redis:', 'rediss:']), {
    error: 'must be a redis:// or rediss:// URL',
  }),
});

const database = z.object({
  DATABASE_URL: z.preprocess(
    absentIfBlank,
    z
      .string({ error: 'is missing' })
      .trim()
      .refine((value) => isUrl(value, ['postgres:', 'postgresql:']), 'must be a postgres:// URL'),
  ),
  DATABASE_POOL_MAX: integer({ min: 2, max: 200, fallback: 10 }),
});

const supabase = z.object({
  SUPABASE_URL: webUrl,
  SUPABASE_PUBLIC_KEY: text,
  SUPABASE_SECRET_KEY: text,
  SUPABASE_STORAGE_BUCKET: text.refine((value) => /^[A-Za-z0-9._-]+$/.test(value), {
    error: 'may contain letters, digits, dot, dash and underscore only',
  }),
});

/** Not the provider's only address: a shop may keep a copy of the collection. */
const BREACHED_PASSWORDS_URL = 'https://api.pwnedpasswords.com';

const HOLD_MS = 600_000;

const stripe = z.object({
  STRIPE_SECRET_KEY: text,
  STRIPE_WEBHOOK_SECRET: text.refine((value) => value.startsWith('whsec_'), {
    error: 'must begin with whsec_',
  }),
  STRIPE_API_BASE_URL: optionalWebUrl,
  STRIPE_SUCCESS_URL: webUrl.refine(
    // The storefront's page can do nothing without the session's id.
    (value) => new URL(value).search.includes('{CHECKOUT_SESSION_ID}'),
    'must contain {CHECKOUT_SESSION_ID} in its query',
  ),
  STRIPE_CANCEL_URL: webUrl,
  STRIPE_CHECK_SESSION_RESERVATION_TTL: z.preprocess(
    absentIfBlank,
    z
      .string()
      .default(String(HOLD_MS))
      .refine(
        (value) => value.trim() === String(HOLD_MS),
        'must be absent or 600000: a hold lasts exactly ten minutes',
      )
      .transform(Number),
  ),
});

const mail = z.object({
  RESEND_API_KEY: text,
  RESEND_BASE_URL: optionalWebUrl,
  RESEND_FROM_EMAIL: email,
  RESEND_WEBHOOK_SECRET: optional,
  ORDER_NOTIFICATION_EMAIL: email,
  CONTACT_EMAIL: email,
});

const access = z.object({
  ORDER_TOKEN_PEPPER: text.refine(
    // Signs guest cookies and keys the hashes of guest links: guessable means every order is open.
    (value) => value.length >= 32 && new Set(value).size >= 10,
    'must be at least 32 characters with some variety, for example the output of: openssl rand -hex 32',
  ),
  ADMIN_EMAILS: optional,
  BREACHED_PASSWORDS_URL: optionalWebUrl,
});

const reports = z.object({
  METRICS_TOKEN: optional.refine((value) => value === null || /^\S{32,}$/.test(value), {
    error: 'must be at least 32 characters without spaces',
  }),
  SENTRY_DSN: optional.refine((value) => value === null || isDsn(value), {
    error: 'must be a DSN such as https://key@sentry.example/1',
  }),
  SENTRY_RELEASE: optional.refine((value) => value === null || /^[\w.@+:-]{1,200}$/.test(value), {
    error: 'must be a short name without spaces or slashes',
  }),
});

/** `https://<key>@<host>/<project>`. */
function isDsn(value: string): boolean {
  if (!isUrl(value, ['http:', 'https:'])) return false;
  const { username, pathname } = new URL(value);
  return username !== '' && /\/\d+$/.test(pathname);
}

const processFacts = z.object({
  // A mode nobody knows would be "not production": cookies without Secure, by a typing mistake.
  NODE_ENV: z.preprocess(
    absentIfBlank,
    z
      .enum(['production', 'development', 'test'], {
        error: 'must be production, development or test',
      })
      .default('development'),
  ),
  PROCESS_ROLE: z.preprocess(
    absentIfBlank,
    z.enum(['all', 'api', 'worker'], { error: 'must be all, api or worker' }).default('all'),
  ),
  LOG_LEVEL: z.preprocess(
    absentIfBlank,
    z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'must be fatal, error, warn, info, debug, trace or silent',
      })
      .default('info'),
  ),
});

const environment = z.object({
  ...processFacts.shape,
  ...http.shape,
  ...limits.shape,
  ...reports.shape,
  ...database.shape,
  ...supabase.shape,
  ...stripe.shape,
  ...mail.shape,
  ...access.shape,
});

/** Names of all variables; `.env.example` explains each of them. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(environment.shape);

/** Where a stand-in may be used in development, production wants the real thing. */
const HTTPS_IN_PRODUCTION = [
  'SUPABASE_URL',
  'STRIPE_API_BASE_URL',
  'RESEND_BASE_URL',
  'BREACHED_PASSWORDS_URL',
  'CLIENT_BASE_URL',
] as const;

/** Looks at the raw values, so that these faults are told together with those of the schema. */
function findProductionFaults(env: Record<string, string | undefined>): string[] {
  if (env.NODE_ENV?.trim() !== 'production') return [];
  const insecure = HTTPS_IN_PRODUCTION.filter((name) => /^\s*http:/i.test(env[name] ?? ''));
  const faults = insecure.map((name) => `${name} must be https in production`);
  // An admin is made by a command there; a forgotten line of a developer's file must not make one.
  if (absentIfBlank(env.ADMIN_EMAILS) !== undefined) {
    faults.push('ADMIN_EMAILS must be absent in production');
  }
  return faults;
}

/** `1`, `2` … hops, `loopback`, or a comma-separated list of proxy addresses; absent: none is trusted. */
function readTrustProxy(value: string | null): number | string | false {
  if (value === null) return false;
  return /^\d+$/.test(value) ? Number(value) : value;
}

function formatFaults(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
}

/**
 * Reads and checks all variables.
 * @throws ConfigFault naming every fault
 */
export function readConfig(env: Record<string, string | undefined>) {
  const parsed = environment.safeParse(env);
  const faults = [
    ...(parsed.success ? [] : formatFaults(parsed.error)),
    ...findProductionFaults(env),
  ];
  if (!parsed.success || faults.length > 0) throw new ConfigFault(faults);
  const v = parsed.data;
  return Object.freeze({
    isProduction: v.NODE_ENV === 'production',
    isDevelopment: v.NODE_ENV === 'development',
    /** Under test every reply is checked against its contract. */
    checkReplies: v.NODE_ENV === 'test',
    environment: v.NODE_ENV,
    role: v.PROCESS_ROLE,
    logLevel: v.LOG_LEVEL,
    port: v.PORT,
    trustProxy: readTrustProxy(v.TRUST_PROXY),
    rateLimits: v.RATE_LIMITS,
    rateLimitExempt: v.RATE_LIMIT_EXEMPT,
    rateLimitExemptKey: v.RATE_LIMIT_EXEMPT_KEY,
    redisUrl: v.REDIS_URL,
    metricsToken: v.METRICS_TOKEN,
    sentry: { dsn: v.SENTRY_DSN, release: v.SENTRY_RELEASE },
    corsOrigin: v.CORS_ORIGIN,
    clientBaseUrl: v.CLIENT_BASE_URL,
    adminBaseUrl: v.ADMIN_BASE_URL ?? `${v.CLIENT_BASE_URL}/admin`,
    databaseUrl: v.DATABASE_URL,
    databasePoolMax: v.DATABASE_POOL_MAX,
    supabase: {
      url: v.SUPABASE_URL,
      publicKey: v.SUPABASE_PUBLIC_KEY,
      secretKey: v.SUPABASE_SECRET_KEY,
      bucket: v.SUPABASE_STORAGE_BUCKET,
    },
    stripe: {
      secretKey: v.STRIPE_SECRET_KEY,
      webhookSecret: v.STRIPE_WEBHOOK_SECRET,
      apiBaseUrl: v.STRIPE_API_BASE_URL,
      successUrl: v.STRIPE_SUCCESS_URL,
      cancelUrl: v.STRIPE_CANCEL_URL,
    },
    mail: {
      apiKey: v.RESEND_API_KEY,
      baseUrl: v.RESEND_BASE_URL,
      webhookSecret: v.RESEND_WEBHOOK_SECRET,
      from: v.RESEND_FROM_EMAIL,
      orderNotificationTo: v.ORDER_NOTIFICATION_EMAIL,
      contactTo: v.CONTACT_EMAIL,
    },
    breachedPasswordsUrl: v.BREACHED_PASSWORDS_URL ?? BREACHED_PASSWORDS_URL,
    orderTokenPepper: v.ORDER_TOKEN_PEPPER,
    adminEmails: (v.ADMIN_EMAILS ?? '')
      .split(',')
      .map((address) => address.trim().toLowerCase())
      .filter((address) => address !== ''),
    holdMs: v.STRIPE_CHECK_SESSION_RESERVATION_TTL,
  });
}

export type Config = ReturnType<typeof readConfig>;
