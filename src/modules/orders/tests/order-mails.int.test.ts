import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type OpenCheckout,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { enqueuePaidMails, viewOrder } from '../index.ts';

let w: World;
let product: TestProduct;
beforeAll(async () => {
  w = await world();
  product = await aProduct(w, { name: 'Mochi plush' });
});
afterAll(() => w.close());

const cart = () => [
  { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
];

const mailsAbout = (order: OpenCheckout) =>
  w.sandbox.mails().filter(({ key }) => key?.endsWith(`/${order.orderId}`));

function mailAbout(order: OpenCheckout, kind: string) {
  const mail = mailsAbout(order).find(({ key }) => key?.startsWith(`${kind}/`) === true);
  if (!mail) throw new Error(`There is no ${kind} in the mailbox.`);
  return mail;
}

const tokenIn = (text: string) => /\?token=([\w-]{32})$/m.exec(text)?.[1];

it('a paid order tells the shopper and the shop, once', async () => {
  const order = await aPaidOrder(w, cart(), { customerNote: 'Ring\ntwice' });
  await inTx(w.app, 'test', (tx, now) => enqueuePaidMails(tx, w.app, { ...order, now }));
  await w.drain();

  expect(mailsAbout(order)).toHaveLength(2);
  const confirmation = mailAbout(order, 'order-confirmed');
  expect(confirmation).toMatchObject({ to: [order.body.email], replyTo: ['hello@popbox.test'] });
  expect(confirmation.text).toContain('1 × Mochi plush');
  expect(tokenIn(confirmation.text)).toBeDefined();
  const notice = mailAbout(order, 'order-notice');
  expect(notice).toMatchObject({ to: ['orders@popbox.test'], replyTo: [order.body.email] });
  expect(notice.text).toContain('Note of the shopper: Ring twice');
  expect(notice.text).toContain(`http://shop.test/admin/orders/${order.orderId}`);
  expect(notice.html + notice.text).not.toContain('token=');
});

it('a payment that does not fit tells both sides, and only the shop learns why', async () => {
  const order = await anOpenCheckout(w, cart());
  expect(await w.sandbox.odd('amount_differs', order.sessionId)).toBe(true);
  w.sandbox.pay(order.sessionId, 'paid');
  await w.drain();

  const { db } = w.app.database;
  const forShop = await viewOrder(db, w.app, { orderId: order.orderId, audience: 'admin' });
  expect(forShop.status).toBe('paid_needs_attention');
  const reason = forShop.attention?.reasonCode ?? '';
  expect(reason).toMatch(/^[A-Z_]+$/);

  expect(mailsAbout(order)).toHaveLength(2);
  expect(mailAbout(order, 'order-attention-notice').text).toContain(`${reason}: `);
  const { text, html } = mailAbout(order, 'order-attention');
  expect(text + html).not.toContain(reason);

  // The link opens the order; its page says no more than the mail, and nothing can be opened.
  const path = `/api/v1/orders/${order.publicId}`;
  const opened = await w.http
    .get(`${path}/access`)
    .query({ token: tokenIn(text) })
    .redirects(0);
  expect(opened.status).toBe(302);
  const cookie = String(opened.headers['set-cookie']);
  const shown = await w.http.get(path).set('Cookie', cookie);
  expect(shown.body).toMatchObject({ data: { status: 'paid_needs_attention' } });
  expect(shown.text).not.toContain(reason);
  const refused = await w.http.post(`${path}/tickets/reveal-all`).set('Cookie', cookie);
  expect(refused.status).toBe(409);
});

it('a delayed payment that failed tells the shopper, without a way into the order', async () => {
  const order = await anOpenCheckout(w, cart());
  w.sandbox.pay(order.sessionId, 'processing');
  await w.drain();
  expect(mailsAbout(order)).toEqual([]);
  w.sandbox.settle(order.sessionId, 'failed');
  await w.drain();

  expect(mailsAbout(order)).toHaveLength(1);
  const mail = mailAbout(order, 'order-payment-failed');
  expect(mail.to).toEqual([order.body.email]);
  expect(mail.text).toContain('nothing was charged');
  expect(mail.html + mail.text).not.toContain('token=');
});
