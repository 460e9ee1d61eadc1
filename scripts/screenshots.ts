import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import getPort from 'get-port';
import type { Page } from 'playwright-core';
import { createLogger } from '../src/main/create-logger.ts';
import { startLocalShop, type LocalShop } from './local-shop.ts';
import { openBrowser } from './open-browser.ts';
import {
  adminHeaders,
  openPurchase,
  openTickets,
  payFor,
  SHOPPER_EMAIL,
} from './screenshots/buy-box.ts';
import { takePictures, type Scene } from './screenshots/take-pictures.ts';

const FOLDER = fileURLToPath(new URL('../docs/screenshots', import.meta.url));

/** `pnpm screenshots`: pictures of the pages that people see, from one purchase in a throw-away shop. */
async function main(): Promise<void> {
  const { browser, reason } = await openBrowser();
  if (browser === null) throw new Error(`No browser starts: ${reason}`);
  const dataDir = await mkdtemp(join(tmpdir(), 'popbox-screenshots-'));
  let shop: LocalShop | null = null;
  try {
    shop = await startLocalShop({
      // Nothing of the caller's environment: no real database, no real provider.
      env: {},
      apiPort: await getPort(),
      sandboxPort: await getPort(),
      dataDir,
      seed: true,
      durable: false,
      createLog: (config) => createLogger({ level: 'error', environment: config.environment }),
    });
    const opened = await openPurchase(shop);
    const files = await takePictures(browser, [{ name: 'pay', url: opened.checkoutUrl }], FOLDER);
    const paymentId = await payFor(shop, opened);
    const tickets = await openTickets(shop, opened);
    const ticket = tickets.find(({ prize }) => prize !== null && prize.prizeTier !== 'LO');
    if (!ticket) throw new Error('No ticket was opened.');
    const scenes = [
      ...mailbox(shop),
      verify(shop, ticket.ticketNumber, paymentId),
      {
        name: 'packing-slip',
        url: `${shop.apiUrl}/api/v1/admin/orders/${opened.orderId}/packing-slip`,
        headers: await adminHeaders(shop),
      },
    ];
    files.push(...(await takePictures(browser, scenes, FOLDER)));
    console.log(files.join('\n'));
  } finally {
    await browser.close();
    await shop?.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function mailbox({ sandbox }: LocalShop): Scene[] {
  const mail = sandbox?.mails().find(({ to }) => to.includes(SHOPPER_EMAIL));
  if (!sandbox || !mail) throw new Error('The confirmation is not in the mailbox.');
  const fitFrame = async (page: Page): Promise<void> => {
    await page.frameLocator('iframe').locator('body').waitFor();
  };
  return [
    { name: 'mailbox', url: `${sandbox.url}/mailbox` },
    { name: 'mail', url: `${sandbox.url}/mailbox/${mail.id}`, prepare: fitFrame },
  ];
}

/** As the buyer sees it who has typed the id of his payment. */
function verify({ apiUrl }: LocalShop, ticketNumber: string, paymentId: string): Scene {
  return {
    name: 'verify',
    url: `${apiUrl}/verify?ticket=${ticketNumber}`,
    prepare: async (page) => {
      await page.getByLabel('Your payment’s id').fill(paymentId);
      await page.getByRole('button', { name: 'Check with my payment' }).click();
      await page.getByText('Everything fits: seal, payment and draw').waitFor();
    },
  };
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
