import { Agent, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest from 'supertest';
import { UNREACHED_LIMITS } from '../scripts/describing-environment.ts';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { readConfig } from '../src/config/index.ts';
import type { TransactionLimits } from '../src/db/client.ts';
import type { ReportPort } from '../src/integrations/sentry/report-port.ts';
import type { App } from '../src/kernel/app.ts';
import type { Clock } from '../src/kernel/clock.ts';
import { buildApp } from '../src/main/build-app.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { buildHttp } from '../src/main/http.ts';
import { cloneDatabase } from './clone-database.ts';
import { checkInvariants } from './invariants.ts';

/** Everything a test stands on: its own database, its own providers, a real server. */
export type World = {
  app: App;
  /** Talks to the real HTTP server. */
  http: ReturnType<typeof supertest>;
  url: string;
  sandbox: Sandbox;
  /** Moves the database's clock. */
  clock: Clock;
  /** The lines of the log so far. */
  logLines: string[];
  /** Works all queued jobs until nothing is left. */
  drain: () => Promise<void>;
  /** Waits until `condition` is true; tests never sleep for a guessed time. */
  until: (what: string, condition: () => Promise<boolean> | boolean) => Promise<void>;
  close: () => Promise<void>;
};

export const TEST_PEPPER = 'test-pepper-0123456789-abcdefghijklmnopqrstuvwxyz';

/** Environment of an app that uses this sandbox and database. */
export function environmentFor(sandbox: Sandbox, databaseUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'test',
    LOG_LEVEL: 'info',
    // Tests call from one address and as one person; what is refused is tested where the limits are.
    RATE_LIMITS: UNREACHED_LIMITS,
    CORS_ORIGIN: 'http://shop.test',
    CLIENT_BASE_URL: 'http://shop.test',
    DATABASE_URL: databaseUrl,
    SUPABASE_URL: sandbox.url,
    SUPABASE_PUBLIC_KEY: sandbox.core.settings.supabasePublicKey,
    SUPABASE_SECRET_KEY: sandbox.core.settings.supabaseSecretKey,
    SUPABASE_STORAGE_BUCKET: 'product-images',
    STRIPE_SECRET_KEY: sandbox.core.settings.stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: sandbox.core.settings.stripeWebhookSecret,
    STRIPE_API_BASE_URL: sandbox.url,
    STRIPE_SUCCESS_URL: 'http://shop.test/checkout/success?session_id={CHECKOUT_SESSION_ID}',
    STRIPE_CANCEL_URL: 'http://shop.test/cart',
    RESEND_API_KEY: 're_test',
    RESEND_BASE_URL: sandbox.url,
    RESEND_WEBHOOK_SECRET: sandbox.core.settings.resendWebhookSecret ?? '',
    RESEND_FROM_EMAIL: 'shop@popbox.test',
    ORDER_NOTIFICATION_EMAIL: 'orders@popbox.test',
    CONTACT_EMAIL: 'hello@popbox.test',
    ORDER_TOKEN_PEPPER: TEST_PEPPER,
    BREACHED_PASSWORDS_URL: sandbox.url,
  };
}

/**
 * Builds a world. Close it at the end: that checks the invariants of stock, money, tickets and mail over all rows.
 * `poolMax` must exceed the number of contestants of a race, or the pool queues the race away.
 */
export async function world(
  options: {
    poolMax?: number;
    limits?: Partial<TransactionLimits>;
    cacheMs?: number;
    /** A migrated one instead of a copy of the template. */
    database?: { url: string; drop: () => Promise<void> };
    /** Variables that differ from `environmentFor`. */
    env?: Record<string, string>;
    reports?: ReportPort;
  } = {},
): Promise<World> {
  const database = options.database ?? (await cloneDatabase());
  const logLines: string[] = [];
  const clock: Clock = { offsetMs: 0 };
  const sandbox = await startSandbox({
    port: 0,
    siteUrl: 'http://shop.test',
    now: () => Date.now() + clock.offsetMs,
  });
  const config = readConfig({
    ...environmentFor(sandbox, database.url),
    DATABASE_POOL_MAX: String(options.poolMax ?? 10),
    ...options.env,
  });
  const log = createLogger(
    { level: config.logLevel, environment: config.environment },
    { write: (line) => void logLines.push(line) },
  );
  const app = buildApp({
    config,
    log,
    clock,
    cacheMs: options.cacheMs ?? 0,
    ...(options.limits ? { limits: options.limits } : {}),
    ...(options.reports ? { reports: options.reports } : {}),
  });
  const server = await listen(app);
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  sandbox.setStripeWebhookUrl(`${url}/api/v1/webhooks/stripe`);
  await app.queue.start();

  const connections = new Agent({ keepAlive: true });

  const drain = async () => {
    await sandbox.webhooksIdle();
    await app.queue.drain();
  };
  return {
    app,
    http: supertestOn(url, connections),
    url,
    sandbox,
    clock,
    logLines,
    drain,
    until,
    close: async () => {
      await drain();
      try {
        await checkInvariants({ app, sandbox, url, logLines });
      } finally {
        await app.queue.stop();
        connections.destroy();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
        await app.database.close();
        await sandbox.close();
        await database.drop();
      }
    },
  };
}

/** On connections that are kept: one for each request took four times as long as the request. */
function supertestOn(url: string, connections: Agent): World['http'] {
  const http = supertest(url);
  for (const method of ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const) {
    const send = http[method].bind(http);
    http[method] = (path: string) => send(path).agent(connections);
  }
  return http;
}

function listen(app: App): Promise<Server> {
  const server = createServer({ maxHeaderSize: 64 * 1024 }, buildHttp(app));
  // No test may meet a connection that is just being closed.
  server.keepAliveTimeout = 10 * 60_000;
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}

/** Waits until `condition` is true, ten seconds at the most. */
export async function until(
  what: string,
  condition: () => Promise<boolean> | boolean,
): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ten seconds for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
