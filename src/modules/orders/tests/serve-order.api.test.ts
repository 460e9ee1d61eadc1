import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aCart,
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  guestCookieOf,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { OrderNote } from '../orders.admin-contract.ts';
import { orderDetail, setStatus, showOrder } from './order-as.ts';

let w: World;
let admin: SignedIn;
const nobody = randomUUID();

beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const refund = (orderId: string, body: object) =>
  w.http
    .post(`/api/v1/admin/orders/${orderId}/refund`)
    .set('Authorization', `Bearer ${admin.token}`)
    .set('Idempotency-Key', randomUUID())
    .send(body);
const resend = (orderId: string) =>
  callAs<{ mail: string }>(w, admin, ['post', `/admin/orders/${orderId}/resend-confirmation`]);
const slip = (orderId: string) =>
  w.http
    .get(`/api/v1/admin/orders/${orderId}/packing-slip`)
    .set('Authorization', `Bearer ${admin.token}`);

refusesStrangers(
  () => w,
  [
    ['get', `/admin/orders/${nobody}`],
    ['post', `/admin/orders/${nobody}/resend-confirmation`],
    ['get', `/admin/orders/${nobody}/notes`],
    ['post', `/admin/orders/${nobody}/notes`],
    ['get', `/admin/orders/${nobody}/packing-slip`],
  ],
);

describe('the detail', () => {
  it('has every field of the contract, and what staff decide by', async () => {
    const kuji = await aKuji(w, { tickets: 4 });
    const items = [...(await aCart(w)), { productId: kuji.productId, quantity: 2 }];
    const { orderId, sessionId } = await aPaidOrder(w, items, { customerNote: 'A gift.' });
    const { status, data } = await callAs(w, admin, ['get', `/admin/orders/${orderId}`]);
    expect(status).toBe(200);
    const order = orderDetail.parse(data);
    expect(Object.keys(data as object)).toEqual(
      expect.arrayContaining(['customerNote', 'attention', 'timeline', 'payment', 'refunds']),
    );
    expect(order).toMatchObject({
      status: 'paid',
      customerNote: 'A gift.',
      attention: null,
      shipment: null,
      tickets: [{ prize: null }, { prize: null }],
    });
    const { timeline, payment, refunds, parcels, notes } = await showOrder(w, admin, orderId);
    expect([refunds, parcels, notes]).toEqual([[], [], []]);
    expect(timeline.map(({ kind, fromStatus, toStatus }) => [kind, fromStatus, toStatus])).toEqual([
      ['created', null, 'pending_payment'],
      ['paid', 'pending_payment', 'paid'],
    ]);
    expect(timeline.every(({ actor, createdAt }) => actor !== '' && createdAt !== '')).toBe(true);
    expect(payment).toMatchObject({
      sessionId,
      intentId: expect.stringMatching(/^pi_/) as string,
      receivedCents: order.totalCents,
      receivedCurrency: 'CAD',
      refundedCents: 0,
    });
  });

  it('shows refunds, newest first, and an order that nobody paid', async () => {
    const { orderId } = await aPaidOrder(w, await aCart(w));
    await refund(orderId, { amountCents: 100, reason: 'Scratched.' });
    await refund(orderId, { amountCents: 50 });
    const order = await showOrder(w, admin, orderId);
    expect(
      order.refunds.map(({ amountCents, status, reason }) => [amountCents, status, reason]),
    ).toEqual([
      [50, 'succeeded', null],
      [100, 'succeeded', 'Scratched.'],
    ]);
    expect(order.payment?.refundedCents).toBe(150);
    const told = order.timeline.filter(({ kind }) => kind.startsWith('refund_'));
    expect(told.map(({ kind, details }) => [kind, details?.['amountCents']])).toEqual([
      ['refund_requested', 100],
      ['refund_succeeded', 100],
      ['refund_requested', 50],
      ['refund_succeeded', 50],
    ]);
    expect(told.every(({ actor }) => actor === `admin:${admin.userId}`)).toBe(true);
    // It can never be erased, and a reason is free text about a person.
    expect(JSON.stringify(order.timeline)).not.toContain('Scratched');
    const waiting = await anOpenCheckout(w, await aCart(w));
    const unpaid = orderDetail.parse(await showOrder(w, admin, waiting.orderId));
    expect(unpaid).toMatchObject({ status: 'pending_payment', paidAt: null, tickets: [] });
  });

  it('of an unknown order is none', async () => {
    expect(await callAs(w, admin, ['get', `/admin/orders/${nobody}`])).toMatchObject({
      status: 404,
      code: 'ORDER_NOT_FOUND',
    });
  });
});

describe('the confirmation again', () => {
  const sentTo = async (orderId: string, kind: string) => {
    await w.drain();
    return w.sandbox.mails().filter(({ key }) => key?.startsWith(`${kind}/${orderId}`) === true);
  };
  const tokenIn = (text: string | undefined) => /token=([\w-]+)/.exec(text ?? '')?.[1] ?? '';

  it('is a mail of its own each time, with a link of its own', async () => {
    const { orderId, publicId } = await aPaidOrder(w, await aCart(w));
    expect(await resend(orderId)).toMatchObject({ status: 200, data: { mail: 'order-confirmed' } });
    expect((await resend(orderId)).status).toBe(200);
    const mails = await sentTo(orderId, 'order-confirmed');
    expect(mails).toHaveLength(3);
    const tokens = mails.map(({ text }) => tokenIn(text));
    expect(new Set(tokens).size).toBe(3);
    const path = `/api/v1/orders/${publicId}/access`;
    const opened = await w.http
      .get(path)
      .query({ token: tokens.at(-1) })
      .redirects(0);
    expect(opened.status).toBe(302);
    const { timeline } = await showOrder(w, admin, orderId);
    expect(timeline.filter(({ kind }) => kind === 'mail_resent')).toHaveLength(2);
  });

  it('of a packed order is the confirmation, of a refunded one the refund', async () => {
    const packed = await aPaidOrder(w, await aCart(w));
    await setStatus(w, admin, packed.orderId, 'packed');
    expect((await resend(packed.orderId)).data).toEqual({ mail: 'order-confirmed' });
    const refunded = await aPaidOrder(w, await aCart(w));
    await refund(refunded.orderId, {});
    await w.drain();
    const { totalCents } = await showOrder(w, admin, refunded.orderId);
    expect((await resend(refunded.orderId)).data).toEqual({ mail: 'order-refunded' });
    const [mail] = await sentTo(refunded.orderId, 'order-refunded');
    expect(mail?.text).toContain(`We have refunded $${(totalCents / 100).toFixed(2)} CAD`);
    expect(await sentTo(refunded.orderId, 'order-confirmed')).toHaveLength(1);
  });

  it('is refused where there is none to send, or nowhere to send it', async () => {
    expect(await resend(nobody)).toMatchObject({ status: 404, code: 'ORDER_NOT_FOUND' });
    const waiting = await anOpenCheckout(w, await aCart(w));
    expect(await resend(waiting.orderId)).toMatchObject({
      status: 409,
      code: 'ORDER_MAIL_NOT_ELIGIBLE',
    });
    const suppressed = await aPaidOrder(w, await aCart(w));
    await w.app.database.pool.query(
      `INSERT INTO popbox.suppressed_addresses (id, email, reason) VALUES (gen_random_uuid(), $1, 'bounced')`,
      [suppressed.body.email],
    );
    expect(await resend(suppressed.orderId)).toMatchObject({
      status: 422,
      code: 'ORDER_MAIL_UNDELIVERABLE',
    });
    const { orderId } = await aPaidOrder(w, await aCart(w));
    await w.app.database.pool.query(
      `UPDATE popbox.orders SET customer_snapshot = customer_snapshot || '{"email": "nobody"}' WHERE id = $1`,
      [orderId],
    );
    expect(await resend(orderId)).toMatchObject({
      status: 422,
      code: 'ORDER_MAIL_UNDELIVERABLE',
    });
  });
});

describe('notes', () => {
  const path = (orderId: string) => `/admin/orders/${orderId}/notes`;
  const add = (orderId: string, body: object) =>
    callAs<OrderNote>(w, admin, ['post', path(orderId)], body);

  it('are kept with who wrote them, and shown to colleagues only', async () => {
    const { orderId, publicId, sessionId } = await aPaidOrder(w, await aCart(w));
    const first = await add(orderId, { text: '  Called the shopper.\nNo answer.  ' });
    expect(first).toMatchObject({
      status: 201,
      data: {
        id: expect.any(String) as string,
        text: 'Called the shopper.\nNo answer.',
        actor: `admin:${admin.userId}`,
        createdAt: expect.stringMatching(/Z$/) as string,
      },
    });
    const second = await add(orderId, { text: 'Wrote instead.' });
    const listed = await callAs<{ items: OrderNote[] }>(w, admin, ['get', path(orderId)]);
    expect(listed.data.items).toEqual([first.data, second.data]);
    expect((await showOrder(w, admin, orderId)).notes).toEqual(listed.data.items);
    const cookie = await guestCookieOf(w, sessionId);
    const guest = await w.http.get(`/api/v1/orders/${publicId}`).set('Cookie', cookie);
    expect(guest.text).not.toContain('Called the shopper');
    const { rows } = await w.app.database.pool.query<{ after: unknown }>(
      `SELECT after FROM popbox.audit_entries WHERE action = 'order.note_added' AND target_id = $1 ORDER BY id`,
      [orderId],
    );
    expect(rows.map(({ after }) => after)).toEqual([
      { noteId: first.data.id },
      { noteId: second.data.id },
    ]);
  });

  it('are texts of an order that exists, and at most two hundred', async () => {
    const { orderId } = await aPaidOrder(w, await aCart(w));
    for (const text of ['', '  ', 'x'.repeat(2_001), null, 5]) {
      expect(await add(orderId, { text })).toMatchObject({
        status: 400,
        fields: { text: [expect.any(String)] },
      });
    }
    const missing = { status: 404, code: 'ORDER_NOT_FOUND' };
    expect(await add(nobody, { text: 'x' })).toMatchObject(missing);
    expect(await callAs(w, admin, ['get', path(nobody)])).toMatchObject(missing);
    await w.app.database.pool.query(
      `INSERT INTO popbox.order_notes (id, order_id, actor, text)
       SELECT gen_random_uuid(), $1, 'test', 'x' FROM generate_series(1, 200)`,
      [orderId],
    );
    expect(await add(orderId, { text: 'x' })).toMatchObject({
      status: 409,
      code: 'TOO_MANY_NOTES',
    });
  });
});

describe('the packing slip', () => {
  it('is a page to print: address, goods, prizes of opened tickets, no prices', async () => {
    const kuji = await aKuji(w, { tickets: 2, lastOne: false });
    const items = [
      ...(await aCart(w, { quantity: 2, name: 'Mochi <plush>' })),
      { productId: kuji.productId, quantity: 2 },
    ];
    const { orderId, publicId } = await aPaidOrder(w, items, {
      customerNote: '<script>alert("x")</script>',
    });
    const before = await slip(orderId);
    expect(before.status).toBe(200);
    expect(before.type).toBe('text/html');
    for (const name of kuji.prizeNames) expect(before.text).not.toContain(name);
    expect(before.text).toContain('Not opened yet');
    await setStatus(w, admin, orderId, 'packed');
    const { text } = await slip(orderId);
    for (const fact of [
      publicId,
      'Aiko Tremblay',
      'Calgary AB T2G 4X3',
      'Mochi &lt;plush&gt;',
      ...kuji.prizeNames,
    ]) {
      expect(text).toContain(fact);
    }
    expect(text).not.toMatch(/\$\d|<script|@example\.com/);
    expect(text).toContain('&lt;script&gt;');
  });

  it('runs and loads nothing but its own style sheet', async () => {
    const { orderId } = await aPaidOrder(w, await aCart(w));
    const { headers, text } = await slip(orderId);
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    expect(policy).toContain(`'sha256-${Buffer.from(digest).toString('base64')}'`);
    expect(text).not.toMatch(/\s(style|on\w+|src)=/);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('does not let pack what is paid back', async () => {
    const { orderId } = await aPaidOrder(w, await aCart(w, { quantity: 3 }));
    const { rows } = await w.app.database.pool.query<{ id: string }>(
      'SELECT id FROM popbox.order_lines WHERE order_id = $1',
      [orderId],
    );
    const countOf = (text: string) => /<td class="number">(.*?)<\/td>/.exec(text)?.[1];
    await refund(orderId, { lines: [{ orderLineId: rows[0]?.id, quantity: 1 }] });
    const partly = (await slip(orderId)).text;
    expect(partly).toContain('1 of this item is refunded: do not pack.');
    // Whoever packs goes by the number.
    expect(countOf(partly)).toBe('2');
    await refund(orderId, {});
    const wholly = (await slip(orderId)).text;
    expect(wholly).toContain('Do not pack or ship: this order is refunded.');
    expect(countOf(wholly)).toBe('0');
  });

  it('of an unknown order is none', async () => {
    const response = await slip(nobody);
    expect([response.status, response.type]).toEqual([404, 'application/json']);
  });
});
