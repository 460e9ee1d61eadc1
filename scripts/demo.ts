import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { createLogger } from '../src/main/create-logger.ts';
import { createNarrator } from './demo/narrate.ts';
import { tellPurchase } from './demo/tell-purchase.ts';
import { startLocalShop, type LocalShop } from './local-shop.ts';

/** `pnpm demo`: one whole purchase and what the shop does with it, against a throw-away shop, told step by step. */
async function main(): Promise<void> {
  const narrator = createNarrator(process.stdout);
  const dataDir = await mkdtemp(join(tmpdir(), 'popbox-demo-'));
  const logLines: string[] = [];
  let shop: LocalShop | null = null;
  try {
    narrator.title('PopBox Studio API: one Ichiban Kuji purchase, from the shelf to the parcel');
    narrator.say(
      'Starting a shop of our own: Postgres, the stand-ins for Stripe, Supabase and Resend, the API.',
    );
    shop = await startLocalShop({
      // Nothing of the caller's environment: the demo must not touch a real database or a real provider.
      env: {},
      apiPort: await getPort(),
      sandboxPort: await getPort(),
      dataDir,
      seed: true,
      durable: false,
      createLog: (config) =>
        createLogger(
          { level: 'info', environment: config.environment },
          { write: (line) => void logLines.push(line) },
        ),
      onStep: (step) => {
        narrator.detail(`starting: ${step}`);
      },
    });
    if (!shop.sandbox) throw new Error('The demo needs the sandbox.');
    await tellPurchase(narrator, { apiUrl: shop.apiUrl, sandbox: shop.sandbox });
  } catch (error) {
    console.error(logLines.filter((line) => /"level":"(error|warn|fatal)"/.test(line)).join(''));
    throw error;
  } finally {
    await shop?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
