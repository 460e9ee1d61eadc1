import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import type { Logger } from 'pino';
import { startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { readConfig, type Config } from '../src/config/index.ts';
import type { App } from '../src/kernel/app.ts';
import { migrateDatabase } from '../src/main/migrate-database.ts';
import { startProcess } from '../src/main/start-process.ts';
import { startEmbeddedPostgres } from './postgres/start-embedded-postgres.ts';
import { seedDemoShop } from './seed/seed-demo-shop.ts';

export type LocalShop = {
  app: App;
  config: Config;
  apiUrl: string;
  /** Null where the three provider URLs name servers of your own. */
  sandbox: Sandbox | null;
  stop: () => Promise<void>;
};

export type LocalShopOptions = {
  env: Record<string, string | undefined>;
  apiPort: number;
  sandboxPort: number;
  dataDir: string;
  /** False: an empty shop. */
  seed: boolean;
  /** False: data may be lost in a crash; for throw-away runs. */
  durable: boolean;
  createLog: (config: Config) => Logger;
  onStep?: (step: string) => void;
};

const DATABASE = 'popbox';
const PROVIDER_URLS = ['STRIPE_API_BASE_URL', 'SUPABASE_URL', 'RESEND_BASE_URL'] as const;

type Stop = () => Promise<void>;

/**
 * Starts a whole shop on this machine: Postgres (unless DATABASE_URL is set), migrations, the stand-ins for the providers
 * (unless all three provider URLs are set), the API with its jobs, and a catalogue if there is none. What was started is
 * stopped again in reverse order, also when a later step fails.
 *
 * @throws Error in one clear sentence
 */
export async function startLocalShop(options: LocalShopOptions): Promise<LocalShop> {
  const stops: Stop[] = [];
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
  };
  const step = options.onStep ?? (() => undefined);
  try {
    step('database');
    const databaseUrl = await openDatabaseServer(options, stops);
    step('migrations');
    await migrateReachable(databaseUrl);
    step('providers');
    const sandbox = await openSandbox(options, stops);
    const config = readConfig({
      ...defaults(options, sandbox, await keepPepper(options.dataDir)),
      ...withoutBlanks(options.env),
      DATABASE_URL: databaseUrl,
      PORT: String(options.apiPort),
    });
    step('api');
    const apiUrl = `http://localhost:${String(options.apiPort)}`;
    const running = await startProcess(config, options.createLog(config));
    stops.push(running.stop);
    sandbox?.setStripeWebhookUrl(`${apiUrl}/api/v1/webhooks/stripe`);
    if (options.seed && sandbox) {
      step('catalogue');
      await running.ready;
      await seedDemoShop(running.app);
    }
    return { app: running.app, config, apiUrl, sandbox, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openDatabaseServer(options: LocalShopOptions, stops: Stop[]): Promise<string> {
  const given = options.env.DATABASE_URL?.trim();
  if (given !== undefined && given !== '') return given;
  const server = await startEmbeddedPostgres({
    dataDir: resolve(options.dataDir, 'postgres'),
    durable: options.durable,
  });
  stops.push(server.stop);
  await server.createDatabase(DATABASE);
  return server.url(DATABASE);
}

async function migrateReachable(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
    await client.end();
  } catch (error) {
    const { hostname, port } = new URL(databaseUrl);
    throw new Error(
      `The database at ${hostname}:${port === '' ? '5432' : port} cannot be reached. Check DATABASE_URL, or unset it to use the embedded Postgres.`,
      { cause: error },
    );
  }
  await migrateDatabase(databaseUrl);
}

async function openSandbox(options: LocalShopOptions, stops: Stop[]): Promise<Sandbox | null> {
  if (PROVIDER_URLS.every((name) => (options.env[name] ?? '').trim() !== '')) return null;
  const sandbox = await startSandbox({
    port: options.sandboxPort,
    apiUrl: `http://localhost:${String(options.apiPort)}`,
  });
  stops.push(() => sandbox.close());
  return sandbox;
}

/** A secret of this data folder, so that guest links survive a restart; never a constant that people forget to change. */
async function keepPepper(dataDir: string): Promise<string> {
  const file = join(dataDir, 'order-token-pepper');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept !== null && kept.trim() !== '') return kept.trim();
  const pepper = randomBytes(32).toString('hex');
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, pepper, { mode: 0o600 });
  return pepper;
}

function defaults(
  options: LocalShopOptions,
  sandbox: Sandbox | null,
  pepper: string,
): Record<string, string> {
  if (!sandbox) return { ORDER_TOKEN_PEPPER: pepper };
  // The little storefront that the sandbox serves, until a real one is set up.
  const shop = `${sandbox.url}/shop`;
  const { settings } = sandbox.core;
  return {
    NODE_ENV: 'development',
    CORS_ORIGIN: sandbox.url,
    CLIENT_BASE_URL: shop,
    SUPABASE_URL: sandbox.url,
    SUPABASE_PUBLIC_KEY: settings.supabasePublicKey,
    SUPABASE_SECRET_KEY: settings.supabaseSecretKey,
    SUPABASE_STORAGE_BUCKET: 'product-images',
    STRIPE_SECRET_KEY: settings.stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: settings.stripeWebhookSecret,
    STRIPE_API_BASE_URL: sandbox.url,
    STRIPE_SUCCESS_URL: `${shop}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
    STRIPE_CANCEL_URL: `${shop}/cart`,
    RESEND_API_KEY: 're_sandbox',
    RESEND_BASE_URL: sandbox.url,
    RESEND_FROM_EMAIL: 'shop@popbox.test',
    ORDER_NOTIFICATION_EMAIL: 'orders@popbox.test',
    CONTACT_EMAIL: 'hello@popbox.test',
    ORDER_TOKEN_PEPPER: pepper,
    ADMIN_EMAILS: 'admin@popbox.test',
  };
}

function withoutBlanks(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => (entry[1] ?? '').trim() !== '',
    ),
  );
}
