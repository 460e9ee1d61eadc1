import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLocalShop, type LocalShop } from '../scripts/local-shop.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { createProduct } from '../src/modules/catalog/index.ts';
import { cloneDatabase } from './clone-database.ts';
import { openBrowser } from '../scripts/open-browser.ts';

const opened = await openBrowser();
if (opened.browser === null) {
  console.warn(`The browser tests are skipped, since no browser starts: ${opened.reason}`);
}

const KUJI = 'Ichiban Kuji: Starlight Courier – Night Delivery';
const HOSTILE_NAME = `"><img src=x onerror="document.title='owned'">`;
const ANY_WAIT_MS = 10_000;

/** What a stranger does who has typed `pnpm dev` and has no storefront: the whole shop, in a real browser. */
describe.skipIf(opened.browser === null)('a purchase in a browser', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>;
  let dataDir: string;
  let shop: LocalShop;
  let context: BrowserContext;
  let page: Page;
  let pageErrors: Error[];

  beforeAll(async () => {
    database = await cloneDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'popbox-browser-'));
    shop = await startLocalShop({
      env: { DATABASE_URL: database.url },
      apiPort: await getPort(),
      sandboxPort: await getPort(),
      dataDir,
      seed: true,
      durable: false,
      createLog: () =>
        createLogger({ level: 'error', environment: 'test' }, { write: () => undefined }),
    });
    await createProduct(shop.app, {
      actor: 'test',
      requestId: null,
      name: HOSTILE_NAME,
      description: '</p><script>document.title = "owned"</script>',
      productType: 'standard',
      status: 'active',
      priceCents: 1_000,
      onHand: 3,
      collectionIds: [],
    });
  });

  afterAll(async () => {
    await opened.browser?.close();
    await shop.stop();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  beforeEach(async () => {
    if (opened.browser === null) throw new Error(opened.reason);
    context = await opened.browser.newContext({ baseURL: sandbox().url });
    context.setDefaultTimeout(ANY_WAIT_MS);
    page = await context.newPage();
    pageErrors = [];
    page.on('pageerror', (error) => pageErrors.push(error));
  });

  afterEach(async () => {
    await context.close();
    expect(pageErrors).toEqual([]);
  });

  it('goes from the shelf to the proof of the draw', async () => {
    await goToPayment(2);
    await page.getByRole('button', { name: /^Pay/ }).click();
    await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
    const sessionId = new URL(page.url()).searchParams.get('session_id') ?? '';

    // The mail's link has to work for somebody who has nothing but the mail.
    await context.clearCookies();
    await openMail();
    await page.frameLocator('iframe').getByRole('link', { name: 'Open your tickets' }).click();
    await page.waitForURL('**/tickets');
    expect(page.url()).not.toContain('token');
    const cookie = (await context.cookies()).find(({ name }) => name === 'guest_order_session');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });

    await page.getByRole('link', { name: /^Order PBX-/ }).click();
    expect(await page.getByRole('main').innerText()).toContain(`${KUJI}\n2 × $16.00`);
    await page.getByRole('link', { name: 'Open the tickets' }).click();
    expect(await cardStates()).toEqual(['sealed', 'sealed']);
    await page.getByRole('button', { name: 'Reveal all' }).click();
    await page
      .getByRole('link', { name: /^Check the draw/ })
      .nth(1)
      .waitFor();
    expect(await cardStates()).toEqual(['open', 'open']);
    expect(await page.getByRole('status').innerText()).toMatch(
      /^Ticket \S+: prize .+ Ticket \S+: prize/,
    );

    await page
      .getByRole('link', { name: /^Check the draw/ })
      .first()
      .click();
    await verdict('Everything that was checked fits');
    await page.getByLabel('Your payment’s id').fill(await findPaymentId(sessionId));
    await page.getByRole('button', { name: 'Check with my payment' }).click();
    await verdict('Everything fits: seal, payment and draw');
  });

  it('stays on the payment page when the card is declined, and pays with the next one', async () => {
    await goToPayment(1);
    await page.getByLabel('Card number').fill('4000 0000 0000 0002');
    await page.getByRole('button', { name: /^Pay/ }).click();
    expect(await page.getByRole('alert').innerText()).toContain('declined');
    expect(new URL(page.url()).pathname).toMatch(/^\/pay\//);
    await page.getByRole('button', { name: /^Pay/ }).click();
    await page.getByRole('heading', { name: 'Thank you!' }).waitFor();
  });

  it('leads whoever cancels to the cart, and from there back to the payment', async () => {
    await goToPayment(1);
    const paymentPage = page.url();
    await page.getByRole('button', { name: 'Cancel and go back' }).click();
    await page.waitForURL('**/shop/cart');
    expect(await page.getByRole('main').innerText()).toContain('stay reserved');
    await page.getByRole('link', { name: 'Back to the payment page' }).click();
    await page.waitForURL(paymentPage);
  });

  it('lets whoever cancels give the items up', async () => {
    await goToPayment(1);
    const paymentPage = page.url();
    await page.getByRole('button', { name: 'Cancel and go back' }).click();
    await page.getByRole('button', { name: 'Give the items up' }).click();
    await page.getByText('no longer reserved').waitFor();
    expect(await page.getByRole('link', { name: 'Back to the payment page' }).count()).toBe(0);
    // The cookie of the checkout came through the shop's own origin, and went back the same way.
    await page.goto(paymentPage);
    expect(await page.getByRole('button', { name: /^Pay/ }).count()).toBe(0);
  });

  it('says why a checkout is refused, and lets the shopper go on', async () => {
    await page.goto('/shop');
    await page.getByRole('link', { name: KUJI }).click();
    await page.getByRole('button', { name: 'Buy now' }).click();
    await page.getByLabel('Postal code').fill('V6B 1A1');
    await page.getByRole('button', { name: 'Go to payment' }).click();
    expect(await page.getByRole('alert').innerText()).not.toBe('');
    await page.getByLabel('Postal code').fill('T2G 2M3');
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.waitForURL('**/pay/*');
  });

  it('refuses a link with a bad token', async () => {
    const answer = await page.goto('/shop/orders/PBX-NOTTHERE00?token=guessed');
    expect(answer?.status()).toBe(401);
    await page.getByRole('heading', { name: 'This link is not valid' }).waitFor();
  });

  it('shows a hostile name as text', async () => {
    await page.goto('/shop?type=standard');
    await page.getByRole('link', { name: HOSTILE_NAME }).click();
    await page.getByRole('heading', { name: HOSTILE_NAME }).waitFor();
    expect(await page.title()).toContain(HOSTILE_NAME);
    expect(await page.locator('main img, main script').count()).toBe(0);
  });

  it('puts the next products under those that are seen', async () => {
    await page.goto('/shop');
    const cards = page.locator('#products > li');
    const first = await cards.count();
    await page.getByRole('link', { name: 'More products' }).click();
    await cards.nth(first).waitFor();
    const addresses = await page
      .locator('#products a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(new URL(page.url()).search).toBe('');
  });

  async function goToPayment(tickets: number): Promise<void> {
    await page.goto('/shop');
    await page.getByRole('link', { name: KUJI }).click();
    await page.getByLabel('Tickets', { exact: true }).fill(String(tickets));
    await page.getByRole('button', { name: 'Buy now' }).click();
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.waitForURL('**/pay/*');
  }

  async function openMail(): Promise<void> {
    await expect
      .poll(
        () =>
          sandbox()
            .mails()
            .flatMap(({ to }) => to),
        { timeout: ANY_WAIT_MS },
      )
      .toContain('shopper@example.com');
    await page.goto('/mailbox');
    await page.getByRole('link', { name: 'shopper@example.com' }).first().click();
  }

  async function verdict(text: string): Promise<void> {
    await page.getByRole('status').filter({ hasText: text }).waitFor();
  }

  function cardStates(): Promise<(string | null)[]> {
    return page
      .locator('.ticket')
      .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-state')));
  }

  /** As the buyer reads it on the receipt of the payment provider. */
  async function findPaymentId(sessionId: string): Promise<string> {
    const session = await shop.app.stripe.retrieveSession(sessionId);
    return session?.paymentIntentId ?? '';
  }

  function sandbox() {
    if (shop.sandbox === null) throw new Error('The local shop has no sandbox.');
    return shop.sandbox;
  }
});
