import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  guestCookieOf,
  type OpenCheckout,
  type SignedIn,
  type TestKuji,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { DAY_MS } from '../../../kernel/clock.ts';
import { remindOfTickets } from '../index.ts';

let w: World;
let admin: SignedIn;
let kuji: TestKuji;
beforeAll(async () => {
  w = await world();
  kuji = await aKuji(w, { tickets: 60 });
});
afterAll(() => w.close());
beforeEach(async () => {
  admin = await anAdmin(w);
});
afterEach(async () => {
  w.clock.offsetMs = 0;
  // What one test leaves closed must not be due in the next.
  await w.app.database.pool.query(
    `INSERT INTO popbox.ticket_reminders (order_id) SELECT DISTINCT order_id FROM popbox.kuji_tickets
     ON CONFLICT DO NOTHING`,
  );
});

const anOrder = () => aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);

const save = (settings: { ticketReminderAfterDays: number | null; lowStockAlert: boolean }) =>
  callAs(w, admin, ['put', '/admin/settings/mails'], settings);

const remindersOf = (order: OpenCheckout) =>
  w.sandbox.mails().filter(({ key }) => key === `tickets-unopened/${order.orderId}`);

async function revealAll(order: OpenCheckout): Promise<void> {
  const cookie = await guestCookieOf(w, order.sessionId);
  const path = `/api/v1/orders/${order.publicId}/tickets/reveal-all`;
  expect((await w.http.post(path).set('Cookie', cookie)).status).toBe(200);
}

it('reminds of closed tickets after seven days, once, and names no prize', async () => {
  const [forgetful, eager] = [await anOrder(), await anOrder()];
  await revealAll(eager);
  w.clock.offsetMs = 6 * DAY_MS;
  expect(await remindOfTickets(w.app)).toBe(0);
  w.clock.offsetMs = 7 * DAY_MS + 60_000;
  expect(await remindOfTickets(w.app)).toBe(1);
  expect(await remindOfTickets(w.app)).toBe(0);
  await w.drain();
  w.clock.offsetMs = 9 * DAY_MS;
  expect(await remindOfTickets(w.app)).toBe(0);

  expect(remindersOf(eager)).toEqual([]);
  const [mail, ...more] = remindersOf(forgetful);
  expect(more).toEqual([]);
  expect(mail?.to).toEqual([forgetful.body.email]);
  for (const name of kuji.prizeNames) expect(JSON.stringify(mail)).not.toContain(name);
  const token = /\/tickets\?token=([\w-]+)/.exec(mail?.text ?? '')?.[1];
  const access = `/api/v1/orders/${forgetful.publicId}/access`;
  expect((await w.http.get(access).query({ token }).redirects(0)).status).toBe(302);
});

it('reminds only of what can be opened', async () => {
  const product = await aProduct(w);
  await aPaidOrder(w, [
    { productId: product.productId, productVariantId: product.variantId, quantity: 1 },
  ]);
  await anOpenCheckout(w, [{ productId: kuji.productId, quantity: 1 }]);
  const refunded = await anOrder();
  const path = `/api/v1/admin/orders/${refunded.orderId}/refund`;
  const refund = await w.http
    .post(path)
    .set({ Authorization: `Bearer ${admin.token}`, 'Idempotency-Key': 'all-back-please' })
    .send({});
  expect(refund.status, refund.text).toBe(200);
  await w.drain();
  w.clock.offsetMs = 8 * DAY_MS;
  expect(await remindOfTickets(w.app)).toBe(0);
});

it('leaves tickets in peace that are older than the reminder', async () => {
  await anOrder();
  w.clock.offsetMs = 30 * DAY_MS;
  expect(await remindOfTickets(w.app)).toBe(0);
});

it('two jobs at once remind once', async () => {
  const order = await anOrder();
  w.clock.offsetMs = 8 * DAY_MS;
  const counts = await Promise.all([remindOfTickets(w.app), remindOfTickets(w.app)]);
  expect(counts.sort()).toEqual([0, 1]);
  await w.drain();
  expect(remindersOf(order)).toHaveLength(1);
});

it('follows the setting', async () => {
  const order = await anOrder();
  const off = { ticketReminderAfterDays: null, lowStockAlert: true };
  expect(await save(off)).toMatchObject({ status: 200, data: off });
  w.clock.offsetMs = 8 * DAY_MS;
  expect(await remindOfTickets(w.app)).toBe(0);
  w.clock.offsetMs = 0;
  await save({ ...off, ticketReminderAfterDays: 2 });
  expect((await callAs(w, admin, ['get', '/admin/settings/mails'])).data).toMatchObject({
    ticketReminderAfterDays: 2,
  });
  w.clock.offsetMs = 2 * DAY_MS + 60_000;
  expect(await remindOfTickets(w.app)).toBe(1);
  await w.drain();
  expect(remindersOf(order)).toHaveLength(1);
  for (const ticketReminderAfterDays of [0, 61, 1.5, '7']) {
    w.clock.offsetMs = 0;
    const bad = { lowStockAlert: true, ticketReminderAfterDays: ticketReminderAfterDays as number };
    expect((await save(bad)).status).toBe(400);
  }
});

it('the confirmation is a receipt: it names the registrations and the payment', async () => {
  const registrations = {
    gstHst: '12345 6789 RT0001',
    qst: null,
    pstBc: null,
    pstMb: null,
    pstSk: null,
  };
  const path = '/admin/settings/tax-registrations';
  expect(await callAs(w, admin, ['get', path])).toMatchObject({ data: { gstHst: null } });
  expect(await callAs(w, admin, ['put', path], { ...registrations, qst: '<b>' })).toMatchObject({
    status: 400,
  });
  expect(await callAs(w, admin, ['put', path], registrations)).toMatchObject({
    data: registrations,
  });
  const order = await anOrder();
  const mail = w.sandbox.mails().find(({ key }) => key === `order-confirmed/${order.orderId}`);
  const session = await w.app.stripe.retrieveSession(order.sessionId);
  expect(session?.paymentIntentId).toMatch(/^pi_/);
  for (const body of [mail?.text, mail?.html]) {
    expect(body).toContain('12345 6789 RT0001');
    expect(body).toContain(`Your payment id is ${session?.paymentIntentId ?? ''}.`);
  }
});

refusesStrangers(
  () => w,
  [
    ['get', '/admin/settings/mails'],
    ['put', '/admin/settings/mails'],
    ['get', '/admin/settings/tax-registrations'],
    ['put', '/admin/settings/tax-registrations'],
  ],
);
