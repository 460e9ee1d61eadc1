import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type SignedIn,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { changeProduct } from '../../catalog/index.ts';
import { alertLowStock, setVariantStock } from '../index.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const BY = { actor: 'test', requestId: null };

const stock = (product: TestProduct, onHand: number, lowStockThreshold: number) =>
  setVariantStock(w.app, { ...BY, ...product, onHand, lowStockThreshold });

async function aWatchedProduct(onHand: number, threshold: number, name?: string) {
  const product = await aProduct(w, name === undefined ? {} : { name });
  await stock(product, onHand, threshold);
  return product;
}

const cart = (product: TestProduct, quantity = 1) => [
  { productId: product.productId, productVariantId: product.variantId, quantity },
];

async function alerts(): Promise<string[]> {
  await w.drain();
  return w.sandbox
    .mails()
    .filter(({ key }) => key?.startsWith('low-stock/'))
    .map(({ text }) => text);
}

it('tells the shop when a sale brings stock to its threshold, once', async () => {
  const product = await aWatchedProduct(4, 3, '<b>Figure</b> of Mochi');
  expect(await alertLowStock(w.app)).toBe(0);
  // Goods that are only held may come back.
  await anOpenCheckout(w, cart(product));
  expect(await alertLowStock(w.app)).toBe(0);
  await aPaidOrder(w, cart(product));
  expect(await alerts()).toEqual([]);

  expect(await alertLowStock(w.app)).toBe(1);
  expect(await alertLowStock(w.app)).toBe(0);
  await aPaidOrder(w, cart(product));
  expect(await alertLowStock(w.app)).toBe(0);
  const [text, ...more] = await alerts();
  expect(more).toEqual([]);
  expect(text).toContain('<b>Figure</b> of Mochi');
  expect(text).toContain('3 left (threshold 3)');
  const mail = w.sandbox.mails().find(({ key }) => key?.startsWith('low-stock/'));
  expect(mail?.to).toEqual(['orders@popbox.test']);
  expect(mail?.html).not.toContain('<b>Figure');
  // The mark is no change of the stock.
  await stock(product, 20, 3);
  expect(await alertLowStock(w.app)).toBe(0);
  await stock(product, 1, 3);
  expect(await alertLowStock(w.app)).toBe(1);
});

it('puts all that is low into one mail, also a kuji, and claims it once', async () => {
  const before = (await alerts()).length;
  await aWatchedProduct(1, 5);
  await aWatchedProduct(0, 2);
  const kuji = await aKuji(w, { tickets: 4 });
  await w.app.database.pool.query(
    'UPDATE popbox.inventory SET low_stock_threshold = 10 WHERE product_id = $1',
    [kuji.productId],
  );
  const counts = await Promise.all([alertLowStock(w.app), alertLowStock(w.app)]);
  expect(counts.reduce((sum, count) => sum + count)).toBe(3);
  const told = (await alerts()).slice(before).join('');
  expect(told).toContain('none left (threshold 2)');
  expect(told).toContain('4 left (threshold 10)');
  for (const name of kuji.prizeNames) expect(told).not.toContain(name);
});

it('says nothing of what is not on sale or has no threshold, until it is', async () => {
  await aWatchedProduct(0, 0);
  const hidden = await aWatchedProduct(1, 5);
  await changeProduct(w.app, {
    ...BY,
    productId: hidden.productId,
    changes: { status: 'archived' },
  });
  expect(await alertLowStock(w.app)).toBe(0);
  await changeProduct(w.app, { ...BY, productId: hidden.productId, changes: { status: 'active' } });
  expect(await alertLowStock(w.app)).toBe(1);
});

it('can be switched off', async () => {
  const save = (lowStockAlert: boolean) =>
    callAs(w, admin, ['put', '/admin/settings/mails'], {
      ticketReminderAfterDays: 7,
      lowStockAlert,
    });
  await save(false);
  await aWatchedProduct(1, 5);
  expect(await alertLowStock(w.app)).toBe(0);
  await save(true);
  expect(await alertLowStock(w.app)).toBe(1);
});
