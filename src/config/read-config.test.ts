import { expect, test } from 'vitest';
import { ConfigFault, readConfig } from './read-config.ts';

const complete = {
  CORS_ORIGIN: 'https://shop.example',
  CLIENT_BASE_URL: 'https://shop.example',
  DATABASE_URL: 'postgres://user:secret@db.example:5432/popbox',
  SUPABASE_URL: 'https://project.supabase.example',
  SUPABASE_PUBLIC_KEY: 'public',
  SUPABASE_SECRET_KEY: 'secret',
  SUPABASE_STORAGE_BUCKET: 'product-images',
  STRIPE_SECRET_KEY: 'sk_test_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  STRIPE_SUCCESS_URL: 'https://shop.example/checkout/success?session_id={CHECKOUT_SESSION_ID}',
  STRIPE_CANCEL_URL: 'https://shop.example/cart',
  RESEND_API_KEY: 're_1',
  RESEND_FROM_EMAIL: 'orders@shop.example',
  ORDER_NOTIFICATION_EMAIL: 'team@shop.example',
  CONTACT_EMAIL: 'hello@shop.example',
  ORDER_TOKEN_PEPPER: '0123456789abcdef0123456789abcdef',
} as const;

function faultsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigFault) return error.faults;
    throw error;
  }
}

test('an empty environment is told everything that is missing at once', () => {
  expect(faultsOf({}).toSorted()).toEqual(
    Object.keys(complete)
      .map((name) => `${name} is missing`)
      .toSorted(),
  );
});

test('faults of different kinds are told together, in one readable text', () => {
  const env = {
    ...complete,
    NODE_ENV: 'production',
    PORT: '70000',
    CONTACT_EMAIL: 'nobody',
    RESEND_API_KEY: undefined,
    SUPABASE_URL: 'http://localhost:4010',
  };
  expect(faultsOf(env).toSorted()).toEqual([
    'CONTACT_EMAIL must be an e-mail address',
    'PORT must be between 1 and 65535',
    'RESEND_API_KEY is missing',
    'SUPABASE_URL must be https in production',
  ]);
  expect(() => readConfig(env)).toThrow(/^The configuration is not usable:\n(  - .+\n){3}  - .+$/);
});

test.each([
  ['PORT', '0', 'must be between 1 and 65535'],
  ['PORT', '65536', 'must be between 1 and 65535'],
  ['PORT', '3000.5', 'must be a whole number'],
  ['PORT', '0x10', 'must be a whole number'],
  [
    'RATE_LIMITS',
    'checkout=1',
    'must be a list such as public.client=6000/300, checkout.person=20/600',
  ],
  ['RATE_LIMIT_EXEMPT', 'shop.example', 'must be addresses and networks with commas between them'],
  ['RATE_LIMIT_EXEMPT_KEY', 'short', 'must be at least 32 characters'],
  ['REDIS_URL', 'http://redis.example', 'must be a redis:// or rediss:// URL'],
  ['METRICS_TOKEN', 'short', 'must be at least 32 characters without spaces'],
  ['SENTRY_DSN', 'https://sentry.example/1', 'must be a DSN such as https://key@sentry.example/1'],
  [
    'SENTRY_DSN',
    'https://key@sentry.example',
    'must be a DSN such as https://key@sentry.example/1',
  ],
  ['SENTRY_RELEASE', 'a b', 'must be a short name without spaces or slashes'],
  [
    'TRUST_PROXY',
    'true',
    'must be a number of hops, loopback, or addresses and networks with commas between them',
  ],
  ['DATABASE_POOL_MAX', '1', 'must be between 2 and 200'],
  ['PROCESS_ROLE', 'both', 'must be all, api or worker'],
  ['LOG_LEVEL', 'loud', 'must be fatal, error, warn, info, debug, trace or silent'],
  ['CORS_ORIGIN', 'shop.example', 'must be an absolute http(s) URL'],
  ['CLIENT_BASE_URL', 'ftp://shop.example', 'must be an absolute http(s) URL'],
  ['ADMIN_BASE_URL', '/admin', 'must be an absolute http(s) URL'],
  ['SUPABASE_URL', 'javascript:alert(1)', 'must be an absolute http(s) URL'],
  ['STRIPE_API_BASE_URL', 'localhost:4010', 'must be an absolute http(s) URL'],
  ['STRIPE_SUCCESS_URL', 'nonsense', 'must be an absolute http(s) URL'],
  ['STRIPE_CANCEL_URL', 'nonsense', 'must be an absolute http(s) URL'],
  ['RESEND_BASE_URL', 'nonsense', 'must be an absolute http(s) URL'],
  [
    'STRIPE_SUCCESS_URL',
    'https://shop.example/checkout/success',
    'must contain {CHECKOUT_SESSION_ID} in its query',
  ],
  [
    'STRIPE_SUCCESS_URL',
    'https://shop.example/{CHECKOUT_SESSION_ID}',
    'must contain {CHECKOUT_SESSION_ID} in its query',
  ],
  ['DATABASE_URL', 'mysql://db.example/popbox', 'must be a postgres:// URL'],
  [
    'SUPABASE_STORAGE_BUCKET',
    'product images',
    'may contain letters, digits, dot, dash and underscore only',
  ],
  ['STRIPE_WEBHOOK_SECRET', 'secret', 'must begin with whsec_'],
  [
    'STRIPE_CHECK_SESSION_RESERVATION_TTL',
    '599000',
    'must be absent or 600000: a hold lasts exactly ten minutes',
  ],
  ['RESEND_FROM_EMAIL', 'PopBox Studio', 'must be an e-mail address'],
  ['ORDER_NOTIFICATION_EMAIL', 'team@', 'must be an e-mail address'],
])('%s=%s %s', (name, value, fault) => {
  expect(faultsOf({ ...complete, [name]: value })).toEqual([`${name} ${fault}`]);
});

test.each(['0123456789abcdef0123456789abcde', 'a'.repeat(64)])(
  'the pepper %s is too weak',
  (value) => {
    expect(faultsOf({ ...complete, ORDER_TOKEN_PEPPER: value })).toEqual([
      expect.stringMatching(/^ORDER_TOKEN_PEPPER must be at least 32 characters/),
    ]);
  },
);

test('an empty or blank variable counts as absent', () => {
  expect(faultsOf({ ...complete, STRIPE_SECRET_KEY: '  ' })).toEqual([
    'STRIPE_SECRET_KEY is missing',
  ]);
  expect(readConfig({ ...complete, PORT: '', RESEND_BASE_URL: ' ' })).toEqual(readConfig(complete));
});

test('defaults', () => {
  expect(readConfig(complete)).toMatchObject({
    environment: 'development',
    isDevelopment: true,
    isProduction: false,
    checkReplies: false,
    role: 'all',
    logLevel: 'info',
    port: 3000,
    trustProxy: false,
    databasePoolMax: 10,
    adminBaseUrl: 'https://shop.example/admin',
    stripe: { apiBaseUrl: null },
    mail: { baseUrl: null, webhookSecret: null },
    adminEmails: [],
    holdMs: 600_000,
  });
});

test('addresses lose their trailing slashes, the placeholder of the success address stays', () => {
  const config = readConfig({
    ...complete,
    CLIENT_BASE_URL: ' https://shop.example// ',
  });
  expect(config.clientBaseUrl).toBe('https://shop.example');
  expect(config.stripe.successUrl).toBe(complete.STRIPE_SUCCESS_URL);
});

test.each([
  ['2', 2],
  ['loopback', 'loopback'],
  ['10.0.0.1, 10.0.0.2', '10.0.0.1, 10.0.0.2'],
  ['', false],
])('TRUST_PROXY=%s is %s', (value, expected) => {
  expect(readConfig({ ...complete, TRUST_PROXY: value }).trustProxy).toBe(expected);
});

test('ADMIN_EMAILS are compared in lower case', () => {
  const config = readConfig({
    ...complete,
    ADMIN_EMAILS: ' One@Shop.example,, two@shop.example ',
  });
  expect(config.adminEmails).toEqual(['one@shop.example', 'two@shop.example']);
});

test.each(['SUPABASE_URL', 'STRIPE_API_BASE_URL', 'RESEND_BASE_URL', 'CLIENT_BASE_URL'])(
  'production refuses %s without https',
  (name) => {
    const insecure = { ...complete, [name]: 'HTTP://localhost:4010' };
    expect(faultsOf({ ...insecure, NODE_ENV: 'production' })).toEqual([
      `${name} must be https in production`,
    ]);
    expect(faultsOf({ ...insecure, NODE_ENV: 'development' })).toEqual([]);
  },
);

test('production refuses ADMIN_EMAILS', () => {
  const env = { ...complete, ADMIN_EMAILS: 'one@shop.example' };
  expect(faultsOf({ ...env, NODE_ENV: ' production ' })).toEqual([
    'ADMIN_EMAILS must be absent in production',
  ]);
  expect(faultsOf(env)).toEqual([]);
});

test('a complete production environment is accepted', () => {
  expect(readConfig({ ...complete, NODE_ENV: 'production' }).isProduction).toBe(true);
});

test('no fault quotes a value: the value may be a secret', () => {
  const secret = 'hunter2-hunter2';
  const env = Object.fromEntries(Object.keys(complete).map((name) => [name, secret]));
  expect(faultsOf({ ...env, PORT: secret, PROCESS_ROLE: secret }).join('\n')).not.toContain(secret);
});
