import { pino } from 'pino';
import { createLogger } from '../src/main/create-logger.ts';
import { startLocalShop } from './local-shop.ts';
import { watchLaunchers } from './watch-launchers.ts';

/** `pnpm dev`: a whole shop on this machine, with nothing to install and no account anywhere. */
async function main(): Promise<void> {
  const { env } = process;
  const started = performance.now();
  // Blank counts as absent, as everywhere.
  const dataDir = (env.DATA_DIR ?? '').trim();
  const shop = await startLocalShop({
    env,
    dataDir: dataDir === '' ? '.data' : dataDir,
    seed: env.SEED_DEMO !== '0',
    durable: true,
    createLog: (config) =>
      createLogger(
        { level: config.logLevel, environment: config.environment },
        process.stdout.isTTY ? pino.transport<object>({ target: 'pino-pretty' }) : undefined,
      ),
  });
  printReady(shop, performance.now() - started);

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    shop.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  await watchLaunchers(stop);
}

function printReady(shop: Awaited<ReturnType<typeof startLocalShop>>, tookMs: number): void {
  const { apiUrl, sandbox } = shop;
  const lines = [
    `Ready after ${(tookMs / 1000).toFixed(1)} s.`,
    '',
    `  API        ${apiUrl}/api/v1/products`,
    `  Health     ${apiUrl}/health`,
  ];
  if (sandbox) {
    lines.push(
      `  Shop       ${sandbox.url}/shop        a little storefront to try everything with`,
      `  Mailbox    ${sandbox.url}/mailbox     every mail the shop sends`,
      '',
      '  People     admin@popbox.test, customer@popbox.test',
      '  Password   popbox-dev-password',
      '  Card       4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined',
    );
  }
  console.log(['', ...lines, '', '  Stop with Ctrl-C.', ''].join('\n'));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
