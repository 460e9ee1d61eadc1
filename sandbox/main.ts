import { SANDBOX_DEFAULTS, startSandbox } from './start-sandbox.ts';

/**
 * `node sandbox/main.ts`: the sandbox alone, on SANDBOX_PORT, for an API that runs elsewhere. It reads
 * the API's own variables, so that both may be started with the same environment.
 */
const DEFAULT_PORT = 4010;

const { env } = process;
const port = Number(env['SANDBOX_PORT'] ?? DEFAULT_PORT);
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  console.error('SANDBOX_PORT must be a whole number between 1 and 65535');
  process.exit(1);
}

try {
  const sandbox = await startSandbox({
    port,
    siteUrl: env['CLIENT_BASE_URL'] ?? SANDBOX_DEFAULTS.siteUrl,
    stripeSecretKey: env['STRIPE_SECRET_KEY'] ?? SANDBOX_DEFAULTS.stripeSecretKey,
    stripeWebhookSecret: env['STRIPE_WEBHOOK_SECRET'] ?? SANDBOX_DEFAULTS.stripeWebhookSecret,
    stripeWebhookEvents: env['STRIPE_WEBHOOK_EVENTS']?.split(',') ?? null,
    apiUrl: `http://localhost:${env['PORT'] ?? '3000'}`,
    supabasePublicKey: env['SUPABASE_PUBLIC_KEY'] ?? SANDBOX_DEFAULTS.supabasePublicKey,
    supabaseSecretKey: env['SUPABASE_SECRET_KEY'] ?? SANDBOX_DEFAULTS.supabaseSecretKey,
    resendWebhookSecret: env['RESEND_WEBHOOK_SECRET'] ?? SANDBOX_DEFAULTS.resendWebhookSecret,
  });
  console.log(`Sandbox on ${sandbox.url} (mailbox: ${sandbox.url}/mailbox)`);
  const shutDown = (): void => {
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGINT', shutDown);
  process.once('SIGTERM', shutDown);
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  console.error(isTaken ? `Port ${String(port)} is taken; set SANDBOX_PORT to another.` : error);
  process.exit(1);
}
