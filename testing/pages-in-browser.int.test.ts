import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import getPort from 'get-port';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startLocalShop, type LocalShop } from '../scripts/local-shop.ts';
import { openBrowser } from '../scripts/open-browser.ts';
import {
  adminHeaders,
  openPurchase,
  openTickets,
  payFor,
  SHOPPER_EMAIL,
  ticketsOf,
  type OpenPurchase,
} from '../scripts/screenshots/buy-box.ts';
import { createLogger } from '../src/main/create-logger.ts';
import { everyStepFits, verifyAudit, type Ticket } from '../src/modules/kuji/index.ts';
import { auditSchema, proofSchema } from '../src/modules/kuji/kuji.contract.ts';
import { cloneDatabase } from './clone-database.ts';
import { findBarriers } from './find-barriers.ts';

const opened = await openBrowser();
if (opened.browser === null) {
  console.warn(`The pages are not looked at, since no browser starts: ${opened.reason}`);
}

const DESKTOP = { viewport: { width: 1200, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const ANY_WAIT_MS = 10_000;

/** One purchase of a whole box, and every page that people see on the way, in one browser. */
describe.skipIf(opened.browser === null)('the pages for people', () => {
  let database: Awaited<ReturnType<typeof cloneDatabase>>;
  let folder: string;
  let shop: LocalShop;
  let purchase: OpenPurchase;
  let paymentId: string;
  let ticketNumber: string;
  /** Of another box, which has just begun. */
  let closed: Ticket;
  const contexts: BrowserContext[] = [];
  const pageErrors: Error[] = [];

  beforeAll(async () => {
    database = await cloneDatabase();
    folder = await mkdtemp(join(tmpdir(), 'popbox-pages-'));
    shop = await startLocalShop({
      env: { DATABASE_URL: database.url },
      apiPort: await getPort(),
      sandboxPort: await getPort(),
      dataDir: folder,
      seed: true,
      durable: false,
      createLog: () =>
        createLogger({ level: 'error', environment: 'test' }, { write: () => undefined }),
    });
    purchase = await openPurchase(shop);
    paymentId = await payFor(shop, purchase);
    const tickets = await openTickets(shop, purchase);
    ticketNumber = firstOf(tickets.filter(({ prize }) => prize?.prizeTier !== 'LO')).ticketNumber;
    const other = await openPurchase(shop, 1);
    await payFor(shop, other);
    closed = firstOf(await ticketsOf(other));
  });

  afterAll(async () => {
    await opened.browser?.close();
    await shop.stop();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(pageErrors.splice(0)).toEqual([]);
  });

  it('the verifier says of a closed or unknown ticket that there is nothing to check', async () => {
    const page = await goTo(`${shop.apiUrl}/verify?ticket=${closed.ticketNumber}`);
    await verdict(page, 'has not been opened yet');
    const field = page.getByLabel('Ticket number');
    await field.fill('KNONE-0001');
    await field.press('Enter');
    await page.waitForURL('**/verify?ticket=KNONE-0001');
    await verdict(page, 'there is no such ticket');
    expect(await page.locator('.steps li').count()).toBe(0);
  });

  it('checks a draw and its whole box from the network, on a phone', async () => {
    const page = await goTo(`${shop.apiUrl}/verify?ticket=${ticketNumber.toLowerCase()}`, PHONE);
    await verdict(page, 'One step needs your payment’s id');
    expect(await resultsOf(page, 'ticket')).toMatchObject({ Payment: 'skipped', Draw: 'fits' });
    await page.getByLabel('Your payment’s id').fill('pi_of_somebody_else');
    await page.getByLabel('Your payment’s id').press('Enter');
    await verdict(page, 'Please compare the id with your confirmation');
    await page.getByLabel('Your payment’s id').fill(paymentId);
    await page.getByRole('button', { name: 'Check with my payment' }).tap();
    await verdict(page, 'Everything fits: seal, payment and draw');
    for (const part of ['ticket', 'box'] as const) {
      expect(new Set(Object.values(await resultsOf(page, part)))).toEqual(new Set(['fits']));
    }
    for (const summary of await page.locator('summary').all()) await summary.tap();
    expect(await page.getByText(paymentId).count()).toBe(1);
    // Hashes of 64 digits have to wrap.
    const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(scrollWidth).toBeLessThanOrEqual(PHONE.viewport.width);
  });

  it('says what can be checked of a box that is still on sale', async () => {
    const { rows } = await shop.app.database.pool.query<{ id: string }>(
      'SELECT set_id AS id FROM popbox.kuji_tickets WHERE ticket_number = $1',
      [closed.ticketNumber],
    );
    const page = await goTo(`${shop.apiUrl}/verify?set=${firstOf(rows).id}`);
    await verdict(page, 'What can be checked today fits');
    const steps = await resultsOf(page, 'box');
    expect(steps).toMatchObject({ Deck: 'skipped', 'Log chain': 'fits', Draws: 'fits' });
    expect(await page.locator('#ticket').isVisible()).toBe(false);
  });

  it('works from one saved file without a network, and from the plain page with saved data', async () => {
    const page = await goTo(`${shop.apiUrl}/verify?ticket=${ticketNumber}`);
    await verdict(page, 'Everything that was checked fits');
    const saved = await save(page, 'Save this page');
    const proof = await save(page, 'Save the proof (JSON)');
    const audit = await save(page, 'Save the box (JSON)');
    // What is saved is what the command reads.
    const steps = await verifyAudit(JSON.parse(await readFile(audit, 'utf8')));
    expect(everyStepFits(steps)).toBe(true);
    const plain = join(folder, 'plain.html');
    await writeFile(plain, await (await page.request.get(`${shop.apiUrl}/verify`)).body());

    const offline = await goTo(pathToFileURL(saved).href, { ...DESKTOP, offline: true });
    await verdict(offline, 'Everything that was checked fits');
    expect(await offline.getByRole('term').filter({ hasText: 'Ticket' }).count()).toBe(1);
    await offline.getByLabel('Your payment’s id').fill(paymentId);
    await offline.getByRole('button', { name: 'Check with my payment' }).click();
    await verdict(offline, 'Everything fits: seal, payment and draw');

    await offline.goto(pathToFileURL(plain).href);
    await verdict(offline, 'Open a saved proof');
    await offline.getByLabel('Open saved files').setInputFiles(proof);
    await verdict(offline, 'A proof means nothing without');
    await drop(offline, 'box.json', await readFile(audit, 'utf8'));
    await verdict(offline, 'Everything that was checked fits');
    await offline.getByLabel('Open saved files').setInputFiles(plain);
    await offline.getByText('This file is not JSON').waitFor();
    // What it saves now is whole again.
    expect(await readFile(await save(offline, 'Save this page'), 'utf8')).toContain(ticketNumber);
  });

  it('shows the step that fails, whatever was forged', async () => {
    const { proof, audit } = await readPublished();
    const page = await goTo(`${shop.apiUrl}/verify`);
    const other = '0'.repeat(64);
    const [first, ...rest] = audit.log;
    const otherPrize =
      audit.manifest.prizes.find((prize) => prize.code !== proof.prizeCode && prize.quantity > 0)
        ?.code ?? '';
    const inProof = (change: object) => ({ proof: { ...proof, ...change }, audit });
    const inBox = (change: object) => ({ audit: { ...audit, ...change }, proof: null });
    const forged: [string, object, string][] = [
      ['ticketNumber', inProof({ ticketNumber: 'KXX-9999' }), 'Proof file'],
      ['number', inProof({ number: 9_999, ticketNumber: 'KXX-9999' }), 'Set'],
      ['setId', inProof({ setId: 'x' }), 'Set'],
      ['tickets', inProof({ tickets: 9 }), 'Set'],
      ['root', inProof({ root: other }), 'Set'],
      ['prizeCode', inProof({ prizeCode: otherPrize }), 'Path'],
      ['salt', inProof({ salt: other }), 'Path'],
      ['path', inProof({ path: proof.path.map(() => other) }), 'Path'],
      ['entropy', inProof({ entropy: other }), 'Draw'],
      ['seq', inProof({ seq: 99 }), 'Draw'],
      ['freeCount', inProof({ freeCount: proof.freeCount + 1 }), 'Draw'],
      ['manifest', inBox({ manifest: { ...audit.manifest, ticketPriceCents: 1 } }), 'Manifest'],
      ['commitment', inBox({ commitment: other }), 'Commitment'],
      ['seed', inBox({ seed: other }), 'Commitment'],
      ['root of the box', inBox({ root: other }), 'Deck'],
      ['no seed', inBox({ seed: null }), 'Revealed prizes'],
      ['an entry', inBox({ log: [{ ...first, entropy: other }, ...rest] }), 'Log chain'],
      ['an entry that is gone', inBox({ log: rest }), 'Log chain'],
      ['a log of nothing', inBox({ log: 'none' }), 'Audit file'],
    ];
    for (const [what, material, step] of forged) {
      await page.reload();
      await openFile(page, material);
      await page.locator('#verdict[data-state=bad]').waitFor();
      const failed = await page
        .locator('li[data-result=fails]')
        .evaluateAll((items) => items.map((item) => item.getAttribute('data-step')));
      expect([what, failed]).toEqual([what, [step]]);
      expect(await page.locator('li[data-result=fails] .why').innerText()).not.toBe('');
    }
    await page.reload();
    await openFile(page, { proof, audit });
    await verdict(page, 'Everything that was checked fits');
  });

  it('keeps nobody out, as far as axe-core can see', async () => {
    const { url: sandboxUrl } = sandbox();
    const mail = sandbox()
      .mails()
      .find(({ to }) => to.includes(SHOPPER_EMAIL));
    const order = `${sandboxUrl}/shop/orders/${purchase.publicId}`;
    const page = await goTo(`${sandboxUrl}/shop`);
    const found: string[] = [];
    const look = async (url: string, ready: string, only?: string[]): Promise<void> => {
      await page.goto(url);
      await page.locator(ready).first().waitFor();
      found.push(
        ...(await findBarriers(page, only && { only })).map((barrier) => `${url}: ${barrier}`),
      );
    };
    await look((await openPurchase(shop, 1)).checkoutUrl, 'form');
    await look(purchase.checkoutUrl, 'h1');
    await look(`${sandboxUrl}/pay/none`, 'h1');
    await look(sandboxUrl, 'h1');
    await look(`${sandboxUrl}/mailbox`, 'h1');
    await look(`${sandboxUrl}/mailbox/${mail?.id ?? ''}`, 'iframe');
    await look(`${sandboxUrl}/shop`, 'h1');
    await look(`${sandboxUrl}/shop/products/${closed.kujiProduct.slug}`, 'h1');
    await look(`${sandboxUrl}/shop/cart`, 'h1');
    await look(`${sandboxUrl}/shop/checkout/success?session_id=${purchase.sessionId}`, 'h1');
    await look(order, 'h1');
    await look(`${order}/tickets`, 'h1');
    await look(`${shop.apiUrl}/verify?ticket=${ticketNumber}`, '#box-steps li');
    await look(`${shop.apiUrl}/verify?ticket=KNONE-0001`, '#verdict[data-state=open]');
    await page.emulateMedia({ colorScheme: 'dark' });
    await look(`${shop.apiUrl}/verify?ticket=${ticketNumber}`, '#box-steps li', ['color-contrast']);
    await look(`${sandboxUrl}/mailbox`, 'h1', ['color-contrast']);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setExtraHTTPHeaders(await adminHeaders(shop));
    await look(`${shop.apiUrl}/api/v1/admin/orders/${purchase.orderId}/packing-slip`, 'h1');
    await page.setExtraHTTPHeaders({});
    await page.setContent(mail?.html ?? '');
    // A mail stands inside the reader's page, which has the landmarks.
    found.push(...(await findBarriers(page, { except: ['landmark-one-main', 'region'] })));
    expect(found).toEqual([]);
  }, 90_000);

  async function goTo(url: string, options: BrowserContextOptions = DESKTOP): Promise<Page> {
    if (opened.browser === null) throw new Error(opened.reason);
    const context = await opened.browser.newContext({ ...options, acceptDownloads: true });
    contexts.push(context);
    context.setDefaultTimeout(ANY_WAIT_MS);
    const page = await context.newPage();
    page.on('pageerror', (error) => pageErrors.push(error));
    await page.goto(url);
    return page;
  }

  async function verdict(page: Page, text: string): Promise<void> {
    await page.locator('#verdict').filter({ hasText: text }).waitFor();
  }

  /** `{ Path: 'fits', … }` */
  async function resultsOf(page: Page, part: 'ticket' | 'box'): Promise<Record<string, string>> {
    const results = await page
      .locator(`#${part}-steps > li`)
      .evaluateAll((items) =>
        items.map((item): [string, string] => [
          item.getAttribute('data-step') ?? '',
          item.getAttribute('data-result') ?? '',
        ]),
      );
    return Object.fromEntries(results);
  }

  /** Presses a button that saves; answers the path of the file, under the name it was given. */
  async function save(page: Page, button: string): Promise<string> {
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: button }).click();
    const download = await saving;
    const file = join(folder, download.suggestedFilename());
    await download.saveAs(file);
    return file;
  }

  async function openFile(page: Page, material: object): Promise<void> {
    const buffer = Buffer.from(JSON.stringify(material));
    const file = { name: 'saved.json', mimeType: 'application/json', buffer };
    await page.getByLabel('Open saved files').setInputFiles(file);
  }

  /** As dragged from a folder onto the page. */
  async function drop(page: Page, name: string, text: string): Promise<void> {
    const dataTransfer = await page.evaluateHandle(
      ([fileName = '', content = '']) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], fileName));
        return transfer;
      },
      [name, text],
    );
    await page.dispatchEvent('main', 'drop', { dataTransfer });
  }

  /** What the shop publishes of the opened ticket and its box. */
  async function readPublished() {
    const read = async (path: string): Promise<unknown> => {
      const response = await fetch(`${shop.apiUrl}/api/v1/kuji${path}`);
      return z.object({ data: z.unknown() }).parse(await response.json()).data;
    };
    const proof = proofSchema.parse(await read(`/tickets/${ticketNumber}/proof`));
    const audit = auditSchema.parse(await read(`/sets/${proof.setId}/audit`));
    return { proof, audit };
  }

  function sandbox() {
    if (shop.sandbox === null) throw new Error('The local shop has no sandbox.');
    return shop.sandbox;
  }
});

function firstOf<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined) throw new Error('The list is empty.');
  return first;
}
