import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aCustomer,
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  cartOf,
  guestCookieOf,
  type OpenCheckout,
  type SignedIn,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { CUSTOMER_EMAIL } from '../../../../sandbox/supabase/people.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { DAY_MS } from '../../../kernel/clock.ts';
import { remindOfTickets } from '../../orders/index.ts';
import { shipOrder } from './ship-order.ts';

let w: World;
let admin: SignedIn;
let product: TestProduct;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  product = await aProduct(w, { onHand: 100 });
});
afterAll(() => w.close());

refusesStrangers(
  () => w,
  [
    ['get', '/admin/customers/0198f3c2-0000-7000-8000-000000000000/export'],
    ['post', '/admin/customers/0198f3c2-0000-7000-8000-000000000000/erase'],
  ],
);

let counter = 0;
/** Somebody whose every word is found again, wherever it stands. */
function aPerson() {
  const mark = `zq${String((counter += 1))}zq`;
  const address = {
    fullName: `${mark} Tremblay`,
    line1: `77 ${mark} Way`,
    line2: null,
    city: 'Calgary',
    province: 'AB',
    postalCode: 'T2G 4X3',
    countryCode: 'CA',
    phone: `403 555 ${mark}`.slice(0, 20),
  };
  return {
    mark,
    email: `${mark}@example.com`,
    order: {
      email: `${mark}@example.com`,
      shippingAddress: address,
      billingSameAsShipping: false,
      billingAddress: { ...address, line1: `78 ${mark} Way` },
      customerNote: `${mark} likes paper`,
    },
  };
}
const items = () => cartOf(product, 2);

/** As staff does it, so that the person's marks are wherever staff can leave them. */
async function packAndShip(order: OpenCheckout, mark: string): Promise<void> {
  const path = `/admin/orders/${order.orderId}`;
  const calls = [
    ['post', `${path}/notes`, { text: `${mark} called and asked for paper` }],
    ['patch', `${path}/status`, { status: 'packed' }],
    [
      'patch',
      `${path}/shipment`,
      {
        carrierName: 'Stallion',
        trackingNumber: `${mark}12345678`,
        trackingUrl: `https://t.example/${mark}`,
      },
    ],
  ] as const;
  for (const [method, to, body] of calls) {
    const { status, code } = await callAs(w, admin, [method, to], body);
    expect([Math.floor(status / 100), code]).toEqual([2, undefined]);
  }
}

const ship = (order: OpenCheckout) => shipOrder(w, order);

async function customerIdOf(email: string): Promise<string> {
  const { rows } = await w.app.database.pool.query<{ id: string }>(
    'SELECT id FROM popbox.customers WHERE email = $1',
    [email],
  );
  return rows[0]?.id ?? '';
}

const writeMessage = (person: ReturnType<typeof aPerson>) =>
  w.http.post('/api/v1/contact').send({
    firstName: person.mark,
    // As people type it.
    email: person.email.toUpperCase(),
    inquiryType: 'general',
    message: `${person.mark} asks something.`,
  });

/** Tables in which the text stands, in whichever column. */
async function tablesWith(text: string): Promise<string[]> {
  const { rows } = await w.app.database.pool.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('popbox', 'pgboss') ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of rows) {
    const hits = await w.app.database.pool.query(
      `SELECT 1 FROM ${name} t WHERE lower(t::text) LIKE '%' || $1 || '%' LIMIT 1`,
      [text],
    );
    if (hits.rowCount !== 0) found.push(name);
  }
  return found;
}

type Refusal = { publicId: string; status: string; refundUnderWay: boolean };
const erase = (customerId: string, confirm: string) =>
  callAs<Record<string, unknown>>(w, admin, ['post', `/admin/customers/${customerId}/erase`], {
    confirm,
  });
const openOrders = async (customerId: string, confirm: string) => {
  const response = await w.http
    .post(`/api/v1/admin/customers/${customerId}/erase`)
    .set('Authorization', `Bearer ${admin.token}`)
    .send({ confirm });
  const { errors } = response.body as { errors: { code: string; orders?: Refusal[] } };
  return [response.status, errors.code, errors.orders];
};

describe('GET /admin/customers/:id/export', () => {
  it('answers everything that is kept, and no prize before its ticket is opened', async () => {
    const person = aPerson();
    const kuji = await aKuji(w, { tickets: 3 });
    await anOpenCheckout(w, items(), person.order);
    const paid = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 1 }], person.order);
    await writeMessage(person);
    await w.drain();
    const id = await customerIdOf(person.email);
    const { status, data } = await callAs<Record<string, unknown[]>>(w, admin, [
      'get',
      `/admin/customers/${id}/export`,
    ]);
    expect(status).toBe(200);
    expect(data).toMatchObject({
      customer: { id, email: person.email, accountId: null },
      orders: [
        { status: 'pending_payment', customerNote: person.order.customerNote },
        { id: paid.orderId, status: 'paid', shippingAddress: { line1: `77 ${person.mark} Way` } },
      ],
      tickets: [{ prize: null }],
      messages: [{ message: `${person.mark} asks something.` }],
    });
    expect(data.holds).toHaveLength(2);
    expect(data.payments).toMatchObject([
      { orderId: expect.any(String) as string, state: 'pending' },
      { orderId: paid.orderId, state: 'paid', intentId: expect.any(String) as string },
    ]);
    expect(data.mails?.map((mail) => (mail as { kind: string }).kind)).toEqual(['order-confirmed']);
    const text = JSON.stringify(data);
    expect(kuji.prizeNames.filter((name) => text.includes(name))).toEqual([]);
    const { rows } = await w.app.database.pool.query(
      `SELECT actor, before, after FROM popbox.audit_entries WHERE action = 'customer.exported' AND target_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ actor: `admin:${admin.userId}`, before: null, after: null }]);
  });

  it('knows no stranger', async () => {
    const unknown = '0198f3c2-0000-7000-8000-000000000000';
    const { status, code } = await callAs(w, admin, ['get', `/admin/customers/${unknown}/export`]);
    expect([status, code]).toEqual([404, 'CUSTOMER_NOT_FOUND']);
  });
});

describe('POST /admin/customers/:id/erase', () => {
  it('answers the parcel, the refund and the dispute, and no notes of colleagues', async () => {
    const person = aPerson();
    const paid = await aPaidOrder(w, items(), person.order);
    await packAndShip(paid, person.mark);
    await w.app.database.pool.query(
      `INSERT INTO popbox.disputes (id, order_id, provider_ref, amount_cents, currency, status, closed_at)
       VALUES (gen_random_uuid(), $1, 'du_' || $2, 500, 'CAD', 'won', now())`,
      [paid.orderId, person.mark],
    );
    await w.app.database.pool.query(
      `INSERT INTO popbox.surplus_payments (id, order_id, session_id, intent_id, amount_cents, currency, state, provider_ref)
       VALUES (gen_random_uuid(), $1, 'cs_' || $2, 'pi_' || $2, 700, 'CAD', 'succeeded', 're_' || $2)`,
      [paid.orderId, person.mark],
    );
    const id = await customerIdOf(person.email);
    const { data } = await callAs(w, admin, ['get', `/admin/customers/${id}/export`]);
    expect(data).toMatchObject({
      shipments: [{ orderId: paid.orderId, trackingNumber: `${person.mark}12345678` }],
      disputes: [{ orderId: paid.orderId, amountCents: 500, status: 'won' }],
      secondPayments: [{ amountCents: 700, refundState: 'succeeded' }],
      refunds: [],
      mailSuppression: null,
    });
    expect(JSON.stringify(data)).not.toContain('asked for paper');
  });

  it('takes the person out of every table, and leaves what the law wants', async () => {
    const person = aPerson();
    const kuji = await aKuji(w, { tickets: 3 });
    const paid = await aPaidOrder(
      w,
      [...items(), { productId: kuji.productId, quantity: 2 }],
      person.order,
    );
    const { rows: tickets } = await w.app.database.pool.query<{ id: string }>(
      'SELECT id FROM popbox.kuji_tickets WHERE order_id = $1 ORDER BY id LIMIT 1',
      [paid.orderId],
    );
    const refund = await w.http
      .post(`/api/v1/admin/orders/${paid.orderId}/refund`)
      .set('Authorization', `Bearer ${admin.token}`)
      .set('Idempotency-Key', 'scratch')
      .send({
        ticketIds: tickets.map((ticket) => ticket.id),
        reason: `${person.mark} found a scratch`,
      });
    expect(refund.status, refund.text).toBe(200);
    await packAndShip(paid, person.mark);
    const cookie = await guestCookieOf(w, paid.sessionId);
    await writeMessage(person);
    await w.drain();
    await w.app.database.pool.query(
      `INSERT INTO popbox.suppressed_addresses (id, email, reason) VALUES (gen_random_uuid(), $1, 'complained')`,
      [person.email],
    );
    const moneyOf = async () => {
      const { rows } = await w.app.database.pool.query(
        `SELECT o.public_id, o.subtotal_cents, o.tax_cents, o.gst_cents, o.total_cents, o.paid_at, o.created_at, o.status,
           o.shipping_region, o.shipping_address ->> 'province' AS province, o.shipping_address ->> 'countryCode' AS country,
           o.customer_id, p.intent_id, p.session_id, p.received_cents,
           (SELECT json_agg(l ORDER BY l.line_number) FROM popbox.order_lines l WHERE l.order_id = o.id) AS lines,
           (SELECT json_agg(to_jsonb(t) - 'void_reason' ORDER BY t.id) FROM popbox.kuji_tickets t WHERE t.order_id = o.id) AS tickets
         FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id WHERE o.id = $1`,
        [paid.orderId],
      );
      return rows[0] as unknown;
    };
    const before = await moneyOf();
    expect((await tablesWith(person.mark)).length).toBeGreaterThanOrEqual(8);

    const id = await customerIdOf(person.email);
    const { status, data } = await erase(id, ` ${person.email.toUpperCase()} `);
    expect([status, data]).toMatchObject([
      200,
      { id, orders: 1, messages: 1, mails: 5, accountId: null },
    ]);
    expect(await tablesWith(person.mark)).toEqual([]);
    expect(await moneyOf()).toEqual(before);
    // Whoever had the link or the cookie has nothing any more.
    const look = await w.http.get(`/api/v1/orders/${paid.publicId}`).set('Cookie', cookie);
    expect(look.status).toBe(404);
    const { rows } = await w.app.database.pool.query(
      `SELECT actor, before, after FROM popbox.audit_entries WHERE action = 'customer.erased' AND target_id = $1`,
      [id],
    );
    expect(rows).toEqual([
      {
        actor: `admin:${admin.userId}`,
        before: null,
        after: { orders: 1, mails: 5, messages: 1 },
      },
    ]);
    expect(await erase(id, person.email)).toMatchObject({ status: 409, code: 'CUSTOMER_ERASED' });
    // Somebody who comes back is somebody new, and still wants no mail.
    const again = await aPaidOrder(w, items(), person.order);
    expect(await customerIdOf(person.email)).not.toBe(id);
    await w.drain();
    const confirmation = await w.app.database.pool.query(
      'SELECT state, last_error FROM popbox.outbox_mails WHERE key = $1',
      [`order-confirmed/${again.orderId}`],
    );
    expect(confirmation.rows).toEqual([
      { state: 'dead', last_error: 'the address is suppressed (complained)' },
    ]);
    const list = `/admin/suppressed-addresses?recipient=${encodeURIComponent(person.email)}`;
    expect((await callAs(w, admin, ['get', list])).data).toMatchObject({
      items: [{ email: null, reason: 'complained' }],
    });
  });

  // Red if staff can write about a person who was erased: nobody would look there again.
  it('is the end of all words about him', async () => {
    const person = aPerson();
    const paid = await aPaidOrder(w, items(), person.order);
    await packAndShip(paid, person.mark);
    const path = `/admin/orders/${paid.orderId}`;
    const added = ['post', `${path}/parcels`] as const;
    expect((await callAs(w, admin, added, { carrierName: 'UPS' })).status).toBe(201);
    const { data } = await callAs<{ parcels: { id: string }[] }>(w, admin, ['get', path]);
    const other = data.parcels[1]?.id ?? '';
    await w.drain();
    expect((await erase(await customerIdOf(person.email), person.email)).status).toBe(200);

    const words = [
      ['post', `${path}/notes`, { text: `${person.mark} called` }],
      ['patch', `${path}/shipment`, { trackingNumber: `${person.mark}12345678` }],
      ['patch', `${path}/shipment`, { trackingUrl: `https://t.example/${person.mark}` }],
      ['patch', `${path}/shipment`, { carrierName: person.mark }],
      ['post', `${path}/parcels`, { trackingNumber: person.mark }],
      ['patch', `${path}/parcels/${other}`, { trackingNumber: person.mark }],
    ] as const;
    for (const [method, to, body] of words) {
      const answer = await callAs(w, admin, [method, to], body);
      expect([to, answer.status, answer.code]).toEqual([to, 409, 'ORDER_ERASED']);
    }
    // What tells of nobody may still be put right, and money may go back, without a word.
    const deliveredAt = new Date(Date.now() + DAY_MS).toISOString();
    const dated = await callAs(w, admin, ['patch', `${path}/shipment`], {
      deliveredAt,
      trackingNumber: null,
    });
    expect([dated.status, dated.code]).toEqual([200, undefined]);
    expect((await callAs(w, admin, ['delete', `${path}/parcels/${other}`])).status).toBe(200);
    const refund = await w.http
      .post(`/api/v1${path}/refund`)
      .set('Authorization', `Bearer ${admin.token}`)
      .set('Idempotency-Key', 'after')
      .send({ amountCents: 100, reason: `${person.mark} found a scratch` });
    expect(refund.status, refund.text).toBe(200);
    await w.drain();
    expect(await tablesWith(person.mark)).toEqual([]);
  });

  it('is the end of all mail about his orders', async () => {
    const person = aPerson();
    const kuji = await aKuji(w, { tickets: 3 });
    const tickets = [{ productId: kuji.productId, quantity: 1 }];
    const paid = await aPaidOrder(w, tickets, person.order);
    await ship(paid);
    const other = await aPaidOrder(w, tickets, aPerson().order);
    await w.drain();
    expect((await erase(await customerIdOf(person.email), person.email)).status).toBe(200);
    const { rows } = await w.app.database.pool.query<{ id: string }>(
      `SELECT id FROM popbox.outbox_mails WHERE key = $1`,
      [`order-confirmed/${paid.orderId}`],
    );
    const retry = ['post', `/admin/mails/${rows[0]?.id ?? ''}/retry`] as const;
    expect(await callAs(w, admin, retry, { confirm: true })).toMatchObject({
      status: 409,
      code: 'MAIL_NOT_RETRYABLE',
    });
    const resend = ['post', `/admin/orders/${paid.orderId}/resend-confirmation`] as const;
    expect(await callAs(w, admin, resend)).toMatchObject({
      status: 422,
      code: 'ORDER_MAIL_UNDELIVERABLE',
    });
    const refund = await w.http
      .post(`/api/v1/admin/orders/${paid.orderId}/refund`)
      .set('Authorization', `Bearer ${admin.token}`)
      .set('Idempotency-Key', 'late')
      .send({ amountCents: 100, reason: 'x' });
    expect(refund.status, refund.text).toBe(200);
    const saved = await callAs(w, admin, ['put', '/admin/settings/mails'], {
      ticketReminderAfterDays: 3,
      lowStockAlert: false,
    });
    expect(saved.status).toBe(200);
    w.clock.offsetMs += 4 * DAY_MS;
    try {
      await remindOfTickets(w.app);
    } finally {
      w.clock.offsetMs -= 4 * DAY_MS;
    }
    const mails = await w.app.database.pool.query(
      `SELECT order_id FROM popbox.outbox_mails
       WHERE kind = 'tickets-unopened' AND order_id IN ($1, $2) OR recipient LIKE 'erased-%'`,
      [paid.orderId, other.orderId],
    );
    expect(mails.rows).toEqual([{ order_id: other.orderId }]);
  });

  it('is refused while something is owed, and says what', async () => {
    const person = aPerson();
    const packed = await aPaidOrder(w, items(), person.order);
    const packing = ['patch', `/admin/orders/${packed.orderId}/status`] as const;
    expect((await callAs(w, admin, packing, { status: 'packed' })).status).toBe(200);
    const paid = await aPaidOrder(w, items(), person.order);
    const waiting = await anOpenCheckout(w, items(), person.order);
    const id = await customerIdOf(person.email);
    expect(await openOrders(id, person.email)).toEqual([
      409,
      'ORDERS_NOT_SETTLED',
      [
        { publicId: packed.publicId, status: 'packed', refundUnderWay: false },
        { publicId: paid.publicId, status: 'paid', refundUnderWay: false },
        { publicId: waiting.publicId, status: 'pending_payment', refundUnderWay: false },
      ],
    ]);
    expect((await tablesWith(person.mark)).length).toBeGreaterThan(0);
  });

  it('is refused while money is on its way back', async () => {
    const person = aPerson();
    const paid = await aPaidOrder(w, items(), person.order);
    await ship(paid);
    const id = await customerIdOf(person.email);
    await w.app.database.pool.query(
      `INSERT INTO popbox.refunds (id, order_id, payment_id, idempotency_key, request_hash, amount_cents, currency, state,
         requested_by, reason) SELECT gen_random_uuid(), $1, id, 'key', repeat('0', 64), 100, 'CAD', 'requested', 'test', 'x'
       FROM popbox.payments WHERE order_id = $1`,
      [paid.orderId],
    );
    expect(await openOrders(id, person.email)).toMatchObject([
      409,
      'ORDERS_NOT_SETTLED',
      [{ publicId: paid.publicId, status: 'shipped', refundUnderWay: true }],
    ]);
    await w.app.database.pool.query(`UPDATE popbox.orders SET disputed_at = now() WHERE id = $1`, [
      paid.orderId,
    ]);
    await w.app.database.pool.query(
      `UPDATE popbox.refunds SET state = 'failed', reason = $2 WHERE order_id = $1`,
      [paid.orderId, `${person.mark} was not at home`],
    );
    // Nor while a bank asks about it.
    expect(await openOrders(id, person.email)).toMatchObject([409, 'ORDERS_NOT_SETTLED', [{}]]);
    await w.app.database.pool.query(`UPDATE popbox.orders SET disputed_at = NULL WHERE id = $1`, [
      paid.orderId,
    ]);
    // A second payment is his money as well.
    await w.app.database.pool.query(
      `INSERT INTO popbox.surplus_payments (id, order_id, session_id, intent_id, amount_cents, currency)
       VALUES (gen_random_uuid(), $1, 'cs_second', 'pi_second', 700, 'CAD')`,
      [paid.orderId],
    );
    expect(await openOrders(id, person.email)).toMatchObject([
      409,
      'ORDERS_NOT_SETTLED',
      [{ publicId: paid.publicId, status: 'shipped', refundUnderWay: true }],
    ]);
    await w.app.database.pool.query(
      `UPDATE popbox.surplus_payments SET state = 'succeeded', provider_ref = 're_second' WHERE order_id = $1`,
      [paid.orderId],
    );
    expect((await erase(id, person.email)).status).toBe(200);
    expect(await tablesWith(person.mark)).toEqual([]);
  });

  it('wants the e-mail typed, and says what else is wrong', async () => {
    const person = aPerson();
    await ship(await aPaidOrder(w, items(), person.order));
    const id = await customerIdOf(person.email);
    expect(await erase(id, 'somebody@example.com')).toMatchObject({
      status: 422,
      code: 'ERASURE_NOT_CONFIRMED',
    });
    expect(await erase('0198f3c2-0000-7000-8000-000000000000', person.email)).toMatchObject({
      status: 404,
      code: 'CUSTOMER_NOT_FOUND',
    });
  });

  it('ends the account, and leaves people who work here alone', async () => {
    const customer = await aCustomer(w);
    const body = { ...aPerson().order, email: CUSTOMER_EMAIL };
    const response = await w.http
      .post('/api/v1/checkout/session')
      .set('Idempotency-Key', 'account-1')
      .set('Authorization', `Bearer ${customer.token}`)
      .send({ ...body, items: items() });
    expect(response.status).toBe(201);
    const opened = (response.body as { data: OpenCheckout }).data;
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    await ship(opened);
    const id = await customerIdOf(CUSTOMER_EMAIL);
    const role = (name: string) =>
      w.app.database.pool.query('UPDATE popbox.users SET role = $2 WHERE id = $1', [
        customer.userId,
        name,
      ]);
    await role('staff');
    expect(await erase(id, CUSTOMER_EMAIL)).toMatchObject({
      status: 409,
      code: 'CUSTOMER_IS_STAFF',
    });
    await role('customer');
    const own = await callAs<{ orders: unknown[] }>(w, customer, ['get', '/account/export']);
    expect([own.status, own.data.orders]).toMatchObject([200, [{ id: opened.orderId }]]);
    expect(await erase(id, CUSTOMER_EMAIL)).toMatchObject({
      status: 200,
      data: { accountId: customer.userId },
    });
    const { rows } = await w.app.database.pool.query(
      `SELECT (SELECT count(*)::int FROM popbox.users WHERE id = $1) AS users,
         (SELECT count(*)::int FROM popbox.orders WHERE user_id = $1) AS orders`,
      [customer.userId],
    );
    expect(rows).toEqual([{ users: 0, orders: 0 }]);
    // He may sign in again, and nothing of the past is his.
    const again = await callAs(w, customer, ['get', '/account/export']);
    expect([again.status, again.data]).toMatchObject([200, { orders: [], mails: [] }]);
  });
});

describe('GET /account/export', () => {
  it('is for whoever is signed in', async () => {
    const nobody = await w.http.get('/api/v1/account/export');
    expect([nobody.status, nobody.headers['cache-control']]).toEqual([401, 'no-store']);
    expect(await callAs(w, admin, ['get', '/account/export'])).toMatchObject({
      status: 403,
      code: 'CUSTOMER_ACCOUNT_REQUIRED',
    });
  });
});
