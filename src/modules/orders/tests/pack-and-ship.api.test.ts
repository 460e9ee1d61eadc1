import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aCart,
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  guestCookieOf,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refundAs } from '../../../../testing/refund-as.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { AdminOrder } from '../orders.admin-contract.ts';
import { mailKindsOf, orderDetail, patchShipment, setStatus, showOrder } from './order-as.ts';

let w: World;
let admin: SignedIn;
const nobody = randomUUID();

beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const aPackedOrder = async () => {
  const order = await aPaidOrder(w, await aCart(w));
  expect((await setStatus(w, admin, order.orderId, 'packed')).status).toBe(200);
  return order;
};
const messageOf = async (orderId: string, status: string) => {
  const response = await w.http
    .patch(`/api/v1/admin/orders/${orderId}/status`)
    .set('Authorization', `Bearer ${admin.token}`)
    .send({ status });
  return [response.status, (response.body as { message: string }).message];
};
const auditOf = async (orderId: string) => {
  const { rows } = await w.app.database.pool.query<{ action: string; actor: string }>(
    `SELECT action, actor FROM popbox.audit_entries WHERE target_type = 'order' AND target_id = $1 ORDER BY id`,
    [orderId],
  );
  expect(rows.every(({ actor }) => actor === `admin:${admin.userId}`)).toBe(true);
  return rows.map(({ action }) => action);
};

refusesStrangers(
  () => w,
  [
    ['patch', `/admin/orders/${nobody}/status`],
    ['patch', `/admin/orders/${nobody}/shipment`],
    ['post', `/admin/orders/${nobody}/parcels`],
    ['patch', `/admin/orders/${nobody}/parcels/${nobody}`],
    ['delete', `/admin/orders/${nobody}/parcels/${nobody}`],
  ],
);

describe('the status', () => {
  it('takes three values by hand, of an order that exists', async () => {
    const { orderId } = await aPaidOrder(w, await aCart(w));
    for (const status of ['PACKED', '', null, 1, undefined]) {
      expect(await setStatus(w, admin, orderId, status)).toMatchObject({
        status: 400,
        code: 'VALIDATION_FAILED',
        fields: { status: expect.any(Array) as string[] },
      });
    }
    for (const status of [
      'pending_payment',
      'paid',
      'refunded',
      'expired',
      'paid_needs_attention',
    ]) {
      expect(await setStatus(w, admin, orderId, status)).toMatchObject({
        status: 409,
        code: 'ORDER_STATUS_NOT_BY_HAND',
      });
    }
    for (const status of ['packed', 'shipped', 'cancelled', 'paid']) {
      expect(await setStatus(w, admin, nobody, status)).toMatchObject({
        status: 404,
        code: 'ORDER_NOT_FOUND',
      });
    }
    expect((await showOrder(w, admin, orderId)).status).toBe('paid');
  });

  it('does not jump', async () => {
    const waiting = (await anOpenCheckout(w, await aCart(w))).orderId;
    const paid = (await aPaidOrder(w, await aCart(w))).orderId;
    const packed = (await aPackedOrder()).orderId;
    const shipped = (await aPackedOrder()).orderId;
    expect((await setStatus(w, admin, shipped, 'shipped')).status).toBe(200);
    const refused: [string, string, string][] = [
      [waiting, 'packed', 'ORDER_NOT_PACKABLE'],
      [waiting, 'shipped', 'ORDER_NOT_SHIPPABLE'],
      [paid, 'shipped', 'ORDER_NOT_SHIPPABLE'],
      [paid, 'cancelled', 'ORDER_NOT_CANCELLABLE'],
      [packed, 'packed', 'ORDER_NOT_PACKABLE'],
      [packed, 'cancelled', 'ORDER_NOT_CANCELLABLE'],
      [shipped, 'packed', 'ORDER_NOT_PACKABLE'],
      [shipped, 'shipped', 'ORDER_NOT_SHIPPABLE'],
      [shipped, 'cancelled', 'ORDER_NOT_CANCELLABLE'],
    ];
    for (const [orderId, status, code] of refused) {
      expect(await setStatus(w, admin, orderId, status)).toMatchObject({ status: 409, code });
    }
    expect(await messageOf(waiting, 'packed')).toEqual([
      409,
      'This order is waiting for its payment. Only an order that is paid and not packed yet can be packed.',
    ]);
    expect(await auditOf(shipped)).toEqual(['order.packed', 'order.shipped']);
    expect(await mailKindsOf(w, shipped)).toEqual(
      expect.arrayContaining(['order-confirmed', 'order-notice', 'order-shipped']),
    );
    expect((await showOrder(w, admin, shipped)).shipment).toMatchObject({
      carrierName: null,
      trackingNumber: null,
      trackingUrl: null,
      shippedAt: expect.any(String) as string,
      deliveredAt: null,
    });
  });

  it('cancels an unpaid order: its page is closed at Stripe, its goods are free', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 1 });
    const items = [{ productId, productVariantId: variantId, quantity: 1 }];
    const { orderId, sessionId } = await anOpenCheckout(w, items);
    const answer = await setStatus(w, admin, orderId, 'cancelled');
    expect(answer).toMatchObject({
      status: 200,
      data: { status: 'cancelled', cancelledAt: expect.any(String) as string },
    });
    expect((await w.app.stripe.retrieveSession(sessionId))?.status).toBe('expired');
    expect(await auditOf(orderId)).toEqual(['order.cancelled']);
    expect(await setStatus(w, admin, orderId, 'cancelled')).toMatchObject({ status: 409 });
    await anOpenCheckout(w, items);
  });

  it('leaves an order that was paid meanwhile to its shopper', async () => {
    w.sandbox.setWebhookMode('hold');
    const { orderId, sessionId } = await anOpenCheckout(w, await aCart(w));
    w.sandbox.pay(sessionId, 'paid');
    const answer = await setStatus(w, admin, orderId, 'cancelled');
    w.sandbox.setWebhookMode('normal');
    await w.sandbox.releaseWebhooks();
    expect(answer).toMatchObject({ status: 409, code: 'ORDER_NOT_CANCELLABLE' });
    expect((await showOrder(w, admin, orderId)).status).toBe('paid');
  });

  it('cancels when Stripe answers again, and says so', async () => {
    const { orderId } = await anOpenCheckout(w, await aCart(w));
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions/*', kind: 'error_500', times: 20 });
    const answer = await setStatus(w, admin, orderId, 'cancelled');
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    expect(answer).toMatchObject({ status: 502, code: 'CANCEL_UNCONFIRMED' });
    expect((await showOrder(w, admin, orderId)).status).toBe('pending_payment');
    expect((await setStatus(w, admin, orderId, 'cancelled')).status).toBe(200);
  });
});

describe('packing', () => {
  it('says first what it will open, and opens exactly that', async () => {
    const kuji = await aKuji(w, { tickets: 8 });
    const { orderId, publicId, sessionId } = await aPaidOrder(w, [
      { productId: kuji.productId, quantity: 3 },
    ]);
    const cookie = await guestCookieOf(w, sessionId);
    const before = orderDetail.parse(await showOrder(w, admin, orderId));
    expect(before.tickets.map(({ prize }) => prize)).toEqual([null, null, null]);
    await w.http
      .post(`/api/v1/orders/${publicId}/tickets/${before.tickets[0]?.id ?? ''}/reveal`)
      .set('Cookie', cookie);
    expect((await showOrder(w, admin, orderId)).packing).toEqual({
      isAllowed: true,
      willRevealTickets: 2,
      notice: 'The shopper has not opened 2 tickets yet. Packing opens them.',
    });
    expect(await messageOf(orderId, 'packed')).toEqual([
      200,
      'The order is packed. 2 tickets that were still closed have been opened.',
    ]);
    const after = await showOrder(w, admin, orderId);
    expect(after).toMatchObject({
      status: 'packed',
      packing: { isAllowed: false, willRevealTickets: 0, notice: null },
    });
    expect(after.tickets.filter(({ prize }) => prize !== null)).toHaveLength(3);
    const packed = after.timeline.find(({ kind }) => kind === 'packed');
    expect(packed).toMatchObject({
      fromStatus: 'paid',
      toStatus: 'packed',
      actor: `admin:${admin.userId}`,
      details: { revealedTickets: 2 },
    });
  });

  it('opens the Last One as well, and leaves alone what was taken back', async () => {
    const kuji = await aKuji(w, { tickets: 3 });
    const { orderId } = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 3 }]);
    const order = await showOrder(w, admin, orderId);
    expect([order.includesLastOnePrize, order.tickets.length]).toEqual([true, 4]);
    expect(order.packing.willRevealTickets).toBe(4);
    const numbered = await w.app.database.pool.query<{ id: string }>(
      `SELECT id FROM popbox.kuji_tickets WHERE order_id = $1 AND kind = 'number' LIMIT 1`,
      [orderId],
    );
    await w.http
      .post(`/api/v1/admin/orders/${orderId}/refund`)
      .set('Authorization', `Bearer ${admin.token}`)
      .set('Idempotency-Key', randomUUID())
      .send({ ticketIds: [numbered.rows[0]?.id] });
    await w.drain();
    const { packing } = await showOrder(w, admin, orderId);
    expect((await setStatus(w, admin, orderId, 'packed')).status).toBe(200);
    const packed = await showOrder(w, admin, orderId);
    const closed = packed.tickets.filter(({ revealedAt }) => revealedAt === null);
    expect(closed.length).toBeGreaterThan(0);
    expect(closed.every(({ voidedAt, prize }) => voidedAt !== null && prize === null)).toBe(true);
    expect(packed.timeline.find(({ kind }) => kind === 'packed')?.details).toEqual({
      revealedTickets: packing.willRevealTickets,
    });
  });

  it('waits while the payment is disputed', async () => {
    const { orderId } = await aPaidOrder(w, await aCart(w));
    const { payment } = await showOrder(w, admin, orderId);
    await w.sandbox.odd('dispute', payment?.intentId ?? '');
    await w.drain();
    const order = await showOrder(w, admin, orderId);
    expect(order).toMatchObject({
      status: 'paid_needs_attention',
      attention: { reasonCode: 'DISPUTED' },
      packing: { isAllowed: false },
    });
    expect(await setStatus(w, admin, orderId, 'packed')).toMatchObject({
      status: 409,
      code: 'ORDER_NOT_PACKABLE',
    });
  });
});

describe('the shipment', () => {
  // Red if only packing asks: goods and money would both be gone.
  it('does not leave while all of the money is on its way back', async () => {
    const { orderId } = await aPackedOrder();
    const { payment } = await showOrder(w, admin, orderId);
    await w.sandbox.odd('refund_pending', payment?.intentId ?? '');
    expect(await refundAs(w, admin, orderId)).toMatchObject({ status: 200, orderStatus: 'packed' });
    const refused = { status: 409, code: 'ORDER_MONEY_LEAVING' };
    expect(await setStatus(w, admin, orderId, 'shipped')).toMatchObject(refused);
    expect(await patchShipment(w, admin, orderId, { trackingNumber: '1' })).toMatchObject(refused);
    await w.sandbox.odd('refund_failed', payment?.intentId ?? '');
    await w.drain();
    expect((await setStatus(w, admin, orderId, 'shipped')).status).toBe(200);
  });

  it('belongs to a packed or shipped order', async () => {
    const { orderId } = await aPaidOrder(w, await aCart(w));
    const fields = { trackingNumber: '1' };
    expect(await patchShipment(w, admin, orderId, fields)).toMatchObject({
      status: 409,
      code: 'ORDER_NOT_SHIPPABLE',
    });
    expect(await patchShipment(w, admin, nobody, fields)).toMatchObject({
      status: 404,
      code: 'ORDER_NOT_FOUND',
    });
    expect((await showOrder(w, admin, orderId)).shipment).toBeNull();
  });

  const refusedFields: [string, object][] = [
    ['_', {}],
    ['trackingUrl', { trackingUrl: 'javascript:alert(1)' }],
    ['trackingUrl', { trackingUrl: 'ftp://example.com/1' }],
    ['trackingUrl', { trackingUrl: '//example.com/1' }],
    ['trackingUrl', { trackingUrl: 'https://user:pass@example.com/1' }],
    ['trackingUrl', { trackingUrl: `https://example.com/${'x'.repeat(500)}` }],
    ['trackingNumber', { trackingNumber: 'x'.repeat(121) }],
    ['carrierName', { carrierName: 'x'.repeat(121) }],
    ['carrierName', { carrierName: 5 }],
    ['carrierName', { carrierName: 'UPS\nBcc: all@example.com' }],
    ['carrierName', { carrierName: 'UPS\rx' }],
    ['trackingNumber', { trackingNumber: '1Z\n2' }],
    ['trackingNumber', { trackingNumber: '1Z\t2' }],
    ['shippedAt', { shippedAt: 'yesterday' }],
    ['shippedAt', { shippedAt: '0000-01-01T00:00:00Z' }],
    [
      'deliveredAt',
      { shippedAt: '2026-11-20T10:00:00.000Z', deliveredAt: '2026-11-19T10:00:00.000Z' },
    ],
  ];
  it('refuses links that are none, texts that are too long and impossible times', async () => {
    const { orderId } = await aPackedOrder();
    for (const [field, changes] of refusedFields) {
      expect(await patchShipment(w, admin, orderId, changes), field).toMatchObject({
        status: 400,
        code: 'VALIDATION_FAILED',
        fields: { [field]: expect.any(Array) as string[] },
      });
    }
    expect((await showOrder(w, admin, orderId)).status).toBe('packed');
  });

  it('ships, is shown to the shopper, and is mailed once with a link of its own', async () => {
    const { orderId, publicId, sessionId } = await aPackedOrder();
    const tracking = {
      carrierName: 'Stallion',
      trackingNumber: 'ST 1',
      trackingUrl: 'https://t.example/1',
    };
    const answer = await patchShipment(w, admin, orderId, tracking);
    expect(answer).toMatchObject({
      status: 200,
      data: { status: 'shipped', shipment: { ...tracking, deliveredAt: null } },
    });
    const { shipment } = orderDetail.parse(answer.data);
    const cookie = await guestCookieOf(w, sessionId);
    const guest = await w.http.get(`/api/v1/orders/${publicId}`).set('Cookie', cookie);
    expect((guest.body as { data: unknown }).data).toMatchObject({ status: 'shipped', shipment });
    await w.drain();
    const mail = w.sandbox.mails().find(({ key }) => key === `order-shipped/${orderId}`);
    expect(mail?.text).toContain('Carrier: Stallion\nTracking number: ST 1');
    expect(mail?.html).toContain('href="https://t.example/1"');
    const token = /token=([\w-]+)/.exec(mail?.text ?? '')?.[1] ?? '';
    const opened = await w.http
      .get(`/api/v1/orders/${publicId}/access`)
      .query({ token })
      .redirects(0);
    expect(opened.status).toBe(302);
  });

  it('tells of changed tracking only: not of dates, not of what stays', async () => {
    const { orderId } = await aPackedOrder();
    await patchShipment(w, admin, orderId, { carrierName: 'UPS', trackingNumber: '1Z1' });
    const same = await patchShipment(w, admin, orderId, { trackingNumber: ' 1Z1 ' });
    expect(same.status).toBe(200);
    const delivered = await patchShipment(w, admin, orderId, {
      deliveredAt: '2099-01-01T00:00:00.000Z',
    });
    expect(delivered.data.shipment?.deliveredAt).toBe('2099-01-01T00:00:00.000Z');
    expect(await mailKindsOf(w, orderId)).not.toContain('order-tracking-changed');
    const moved = await patchShipment(w, admin, orderId, { trackingNumber: '1Z2' });
    expect(moved.data.status).toBe('shipped');
    const kinds = await mailKindsOf(w, orderId);
    expect(kinds.filter((kind) => kind === 'order-tracking-changed')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'order-shipped')).toHaveLength(1);
    expect(await auditOf(orderId)).toEqual([
      'order.packed',
      'order.shipped',
      'order.shipment_changed',
      'order.shipment_changed',
    ]);
  });

  it('keeps what is absent and clears what is null', async () => {
    const { orderId } = await aPackedOrder();
    await patchShipment(w, admin, orderId, {
      carrierName: 'Canada Post',
      trackingNumber: '1234 5678',
      trackingUrl: 'https://t.example/2',
    });
    const { data } = await patchShipment(w, admin, orderId, { trackingUrl: null, carrierName: '' });
    expect(data.shipment).toMatchObject({
      carrierName: null,
      trackingNumber: '1234 5678',
      trackingUrl: null,
    });
  });

  it('makes the link of a known carrier, which follows the number', async () => {
    const { orderId } = await aPackedOrder();
    const first = await patchShipment(w, admin, orderId, {
      carrierName: 'Canada Post',
      trackingNumber: '1234 5678',
    });
    expect(first.data.shipment?.trackingUrl).toMatch(/canadapost.*searchFor=12345678$/);
    const second = await patchShipment(w, admin, orderId, { trackingNumber: '999' });
    expect(second.data.shipment?.trackingUrl).toMatch(/searchFor=999$/);
  });
});

describe('parcels', () => {
  const parcelsOf = ({ parcels }: AdminOrder) =>
    parcels.map(({ position, trackingNumber }) => [position, trackingNumber]);

  it('are added, corrected and removed; the shopper reads of all of them', async () => {
    const { orderId } = await aPackedOrder();
    const path = `/admin/orders/${orderId}/parcels`;
    const early = await callAs<AdminOrder>(w, admin, ['post', path], { trackingNumber: 'B' });
    expect(early).toMatchObject({ status: 201, data: { status: 'packed', shipment: null } });
    await patchShipment(w, admin, orderId, { trackingNumber: 'A' });
    const late = await callAs<AdminOrder>(w, admin, ['post', path], { trackingNumber: 'C' });
    expect(parcelsOf(late.data)).toEqual([
      [1, 'A'],
      [2, 'B'],
      [3, 'C'],
    ]);
    expect(late.data.parcels.every(({ shippedAt }) => shippedAt !== null)).toBe(true);
    const [first, second, third] = late.data.parcels.map(({ id }) => id);
    const changed = await callAs<AdminOrder>(w, admin, ['patch', `${path}/${second ?? ''}`], {
      trackingNumber: 'B2',
    });
    expect(parcelsOf(changed.data)[1]).toEqual([2, 'B2']);
    const removed = await callAs<AdminOrder>(w, admin, ['delete', `${path}/${third ?? ''}`]);
    expect(parcelsOf(removed.data)).toEqual([
      [1, 'A'],
      [2, 'B2'],
    ]);
    expect(await callAs(w, admin, ['delete', `${path}/${first ?? ''}`])).toMatchObject({
      status: 409,
      code: 'PARCEL_IS_THE_SHIPMENT',
    });
    const kinds = await mailKindsOf(w, orderId);
    expect(kinds.filter((kind) => kind === 'order-tracking-changed')).toHaveLength(3);
    const shippedMail = w.sandbox.mails().find(({ key }) => key === `order-shipped/${orderId}`);
    expect(shippedMail?.text).toContain('Parcel 1\nTracking number: A');
    expect(shippedMail?.text).toContain('Parcel 2\nTracking number: B');
  });

  it('are nobody’s news before the order is shipped', async () => {
    const { orderId } = await aPackedOrder();
    const path = `/admin/orders/${orderId}/parcels`;
    const add = (trackingNumber: string) =>
      callAs<AdminOrder>(w, admin, ['post', path], { trackingNumber });
    await add('A');
    const { data } = await add('B');
    const [first, second] = data.parcels.map(({ id }) => id);
    const corrected = await callAs(w, admin, ['patch', `${path}/${first ?? ''}`], {
      trackingNumber: 'A2',
    });
    const removed = await callAs(w, admin, ['delete', `${path}/${second ?? ''}`]);
    expect([corrected.status, removed.status]).toEqual([200, 200]);
    expect(await mailKindsOf(w, orderId)).not.toContain('order-tracking-changed');
  });

  it('of another order, or of one that is not packed, are none', async () => {
    const { orderId } = await aPackedOrder();
    const other = await aPackedOrder();
    const { data } = await patchShipment(w, admin, other.orderId, { trackingNumber: 'X' });
    const foreign = `/admin/orders/${orderId}/parcels/${data.parcels[0]?.id ?? ''}`;
    const missing = { status: 404, code: 'PARCEL_NOT_FOUND' };
    expect(await callAs(w, admin, ['patch', foreign], { carrierName: 'x' })).toMatchObject(missing);
    expect(await callAs(w, admin, ['delete', foreign])).toMatchObject(missing);
    const { orderId: paid } = await aPaidOrder(w, await aCart(w));
    const path = `/admin/orders/${paid}/parcels`;
    expect(await callAs(w, admin, ['post', path], { carrierName: 'x' })).toMatchObject({
      status: 409,
      code: 'ORDER_NOT_SHIPPABLE',
    });
    const unknown = `/admin/orders/${nobody}/parcels`;
    expect(await callAs(w, admin, ['post', unknown], { carrierName: 'x' })).toMatchObject({
      status: 404,
    });
  });

  it('are at most fifty', async () => {
    const { orderId } = await aPackedOrder();
    await w.app.database.pool.query(
      `INSERT INTO popbox.shipments (id, order_id, position) VALUES (gen_random_uuid(), $1, 50)`,
      [orderId],
    );
    const path = `/admin/orders/${orderId}/parcels`;
    expect(await callAs(w, admin, ['post', path], { carrierName: 'x' })).toMatchObject({
      status: 409,
      code: 'TOO_MANY_PARCELS',
    });
  });
});
