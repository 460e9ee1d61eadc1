import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { SANDBOX_DEFAULTS, startSandbox, type Sandbox } from '../sandbox/start-sandbox.ts';
import { ConfigFault, readConfig, type Config } from '../src/config/index.ts';
import type { App } from '../src/kernel/app.ts';
import { migrateDatabase } from '../src/main/migrate-database.ts';
import { startProcess } from '../src/main/start-process.ts';
import { DATABASE } from './postgres/reach-dev-database.ts';
import { startEmbeddedPostgres } from './postgres/start-embedded-postgres.ts';
import { readPort } from './read-port.ts';
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
  /** Those of the environment if left out. */
  apiPort?: number;
  sandboxPort?: number;
  dataDir: string;
  /** False: an empty shop. */
  seed: boolean;
  /** False: data may be lost in a crash; for throw-away runs. */
  durable: boolean;
  createLog: (config: Config) => Logger;
  onStep?: (step: string) => void;
};

const SANDBOX_PORT = 4010;
const PROVIDER_URLS = ['STRIPE_API_BASE_URL', 'SUPABASE_URL', 'RESEND_BASE_URL'] as const;

type Stop = () => Promise<void>;

/**
 * Starts a whole shop on this machine: Postgres (unless DATABASE_URL is set), migrations, the stand-ins for the providers
 * (unless all three provider URLs are set), the API with its jobs, and a catalogue if there is none. What was started is
 * stopped again in reverse order, also when a later step fails.
 *
 * @throws Error in one clear sentence, or with the list of all wrong variables; nothing was started by then
 */
export async function startLocalShop(options: LocalShopOptions): Promise<LocalShop> {
  const stops: Stop[] = [];
  const stop = () => stopInReverse(stops);
  const step = options.onStep ?? (() => undefined);
  const { config: asked, sandboxPort } = await readLocalSettings(options);
  try {
    step('database');
    const databaseUrl = asked.databaseUrl ?? (await openDatabaseServer(options, stops));
    const config = { ...asked, databaseUrl };
    step('migrations');
    await migrateDatabase(databaseUrl);
    step('providers');
    const apiUrl = `http://localhost:${String(config.port)}`;
    const sandbox =
      sandboxPort === null ? null : await openSandbox(config, { sandboxPort, apiUrl });
    if (sandbox) stops.push(() => sandbox.close());
    step('api');
    const running = await startProcess(config, options.createLog(config));
    stops.push(running.stop);
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

/** Stops all, the last one first. What fails is told in the end, so that it keeps nothing else running. */
async function stopInReverse(stops: Stop[]): Promise<void> {
  const failures: unknown[] = [];
  for (const stopOne of stops.splice(0).reverse()) {
    await stopOne().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

type Settings = {
  /** Without a database of the caller's, it gets the embedded one. */
  config: Omit<Config, 'databaseUrl'> & { databaseUrl: string | null };
  /** Null where no stand-in is needed. */
  sandboxPort: number | null;
};

/**
 * What a shop on this machine runs with: the environment, and what it leaves out.
 * @throws ConfigFault naming every fault
 */
export async function readLocalSettings(
  options: Pick<LocalShopOptions, 'env' | 'apiPort' | 'sandboxPort' | 'dataDir'>,
): Promise<Settings> {
  const env = withoutBlanks(options.env);
  const needsSandbox = PROVIDER_URLS.some((name) => env[name] === undefined);
  const faults: string[] = [];
  const sandboxPort =
    options.sandboxPort ??
    collectFaults(faults, () => readPort(env, 'SANDBOX_PORT', SANDBOX_PORT), SANDBOX_PORT);
  const defaults = {
    ORDER_TOKEN_PEPPER: await keepPepper(options.dataDir),
    ...(needsSandbox ? sandboxDefaults(`http://127.0.0.1:${String(sandboxPort)}`) : {}),
    DATABASE_URL: `postgres://127.0.0.1/${DATABASE}`,
  };
  const config = collectFaults(
    faults,
    () =>
      readConfig({
        ...defaults,
        ...env,
        ...(options.apiPort === undefined ? {} : { PORT: String(options.apiPort) }),
      }),
    null,
  );
  if (!config || faults.length > 0) throw new ConfigFault(faults);
  return {
    config: { ...config, databaseUrl: env.DATABASE_URL === undefined ? null : config.databaseUrl },
    sandboxPort: needsSandbox ? sandboxPort : null,
  };
}

function collectFaults<T>(faults: string[], read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    faults.push(...error.faults);
    return otherwise;
  }
}

async function openDatabaseServer(options: LocalShopOptions, stops: Stop[]): Promise<string> {
  const server = await startEmbeddedPostgres({
    dataDir: resolve(options.dataDir, 'postgres'),
    durable: options.durable,
  });
  stops.push(server.stop);
  await server.createDatabase(DATABASE);
  return server.url(DATABASE);
}

async function openSandbox(
  config: Config,
  { sandboxPort, apiUrl }: { sandboxPort: number; apiUrl: string },
): Promise<Sandbox> {
  try {
    return await startSandbox({
      port: sandboxPort,
      apiUrl,
      // The keys that the API will use, also where the environment names some.
      stripeSecretKey: config.stripe.secretKey,
      stripeWebhookSecret: config.stripe.webhookSecret,
      resendWebhookSecret: config.mail.webhookSecret,
      supabasePublicKey: config.supabase.publicKey,
      supabaseSecretKey: config.supabase.secretKey,
    });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!isTaken) throw error;
    throw new Error(`Port ${String(sandboxPort)} is taken. Set SANDBOX_PORT to a free one.`, {
      cause: error,
    });
  }
}

/** A secret of this data folder, so that guest links survive a restart; never a constant that people forget to change. */
async function keepPepper(dataDir: string): Promise<string> {
  const file = join(dataDir, 'order-token-pepper');
  const kept = await readFile(file, 'utf8').catch(() => null);
  if (kept !== null && kept.trim() !== '') return kept.trim();
  const pepper = randomBytes(32).toString('hex');
  try {
    await mkdir(dataDir, { recursive: true });
    await writeFile(file, pepper, { mode: 0o600 });
  } catch (error) {
    throw new Error(`The folder ${dataDir} cannot be written to. Set DATA_DIR to another.`, {
      cause: error,
    });
  }
  return pepper;
}

function sandboxDefaults(sandboxUrl: string): Record<string, string> {
  // The little storefront that the sandbox serves, until a real one is set up.
  const shop = `${sandboxUrl}/shop`;
  return {
    NODE_ENV: 'development',
    CORS_ORIGIN: sandboxUrl,
    CLIENT_BASE_URL: shop,
    SUPABASE_URL: sandboxUrl,
    SUPABASE_PUBLIC_KEY: SANDBOX_DEFAULTS.supabasePublicKey,
    SUPABASE_SECRET_KEY: SANDBOX_DEFAULTS.supabaseSecretKey,
    SUPABASE_STORAGE_BUCKET: 'product-images',
    STRIPE_SECRET_KEY: SANDBOX_DEFAULTS.stripeSecretKey,
    STRIPE_WEBHOOK_SECRET: SANDBOX_DEFAULTS.stripeWebhookSecret,
    STRIPE_API_BASE_URL: sandboxUrl,
    STRIPE_SUCCESS_URL: `${shop}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
    STRIPE_CANCEL_URL: `${shop}/cart`,
    RESEND_API_KEY: 're_sandbox',
    RESEND_BASE_URL: sandboxUrl,
    RESEND_WEBHOOK_SECRET: SANDBOX_DEFAULTS.resendWebhookSecret ?? '',
    RESEND_FROM_EMAIL: 'shop@popbox.test',
    ORDER_NOTIFICATION_EMAIL: 'orders@popbox.test',
    CONTACT_EMAIL: 'hello@popbox.test',
    ADMIN_EMAILS: 'admin@popbox.test',
    BREACHED_PASSWORDS_URL: sandboxUrl,
  };
}

function withoutBlanks(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => (entry[1] ?? '').trim() !== '',
    ),
  );
}
