import { parse } from 'csv-parse/sync';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';

let w: World;
let admin: SignedIn;

beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

const path = '/api/v1/admin/orders/export.csv';
const exportAs = (query: Record<string, string> = {}) =>
  w.http.get(path).query(query).set('Authorization', `Bearer ${admin.token}`);
const rowsOf = async (query: Record<string, string> = {}) => {
  const { status, text } = await exportAs(query);
  expect(status).toBe(200);
  return parse<Record<string, string>>(text, { columns: true, bom: true });
};

refusesStrangers(() => w, [['get', '/admin/orders/export.csv']]);

it('writes a row per order, runs no formula, and filters like the list', async () => {
  const { productId, variantId } = await aProduct(w, {
    name: '=HYPERLINK("x"), "plush"',
    priceCents: 1_999,
  });
  const { productId: kujiId } = await aKuji(w, { tickets: 3 });
  const paid = await aPaidOrder(
    w,
    [
      { productId, productVariantId: variantId, quantity: 2 },
      { productId: kujiId, quantity: 1 },
    ],
    { customerNote: '+1 for the box\nplease' },
  );
  await w.http
    .post(`/api/v1/admin/orders/${paid.orderId}/refund`)
    .set('Authorization', `Bearer ${admin.token}`)
    .set('Idempotency-Key', randomUUID())
    .send({ amountCents: 250 });
  const call = (what: string, body: object) =>
    w.http
      .patch(`/api/v1/admin/orders/${paid.orderId}/${what}`)
      .set('Authorization', `Bearer ${admin.token}`)
      .send(body);
  await call('status', { status: 'packed' });
  await call('shipment', { carrierName: 'UPS', trackingNumber: '@1Z' });
  const waiting = await anOpenCheckout(w, [
    { productId, productVariantId: variantId, quantity: 1 },
  ]);

  const [row, other] = await rowsOf();
  expect(row).toMatchObject({
    order: paid.publicId,
    status: 'shipped',
    email: paid.body.email,
    name: 'Aiko Tremblay',
    city: 'Calgary',
    province: 'AB',
    currency: 'CAD',
    subtotal: '54.98',
    refunded: '2.50',
    carriers: 'UPS',
    tracking_numbers: "'@1Z",
    note: "'+1 for the box\nplease",
  });
  expect(row?.items).toMatch(/^2 × =HYPERLINK\("x"\), "plush".*\|1 × Kuji/);
  expect(row?.shipped_at).toMatch(/Z$/);
  const cents = (name: string) => Math.round(Number(row?.[name]) * 100);
  expect(cents('total')).toBe(
    ['subtotal', 'shipping', 'gst', 'hst', 'pst', 'qst'].reduce(
      (sum, name) => sum + cents(name),
      0,
    ) - cents('discount'),
  );
  expect(other).toMatchObject({ order: waiting.publicId, status: 'pending_payment', paid_at: '' });
  const numbers = (rows: Record<string, string>[]) => rows.map(({ order }) => order);
  expect(numbers(await rowsOf({ status: 'pending_payment' }))).toEqual([waiting.publicId]);
  expect(numbers(await rowsOf({ search: paid.publicId, status: 'all' }))).toEqual([paid.publicId]);
  expect(await rowsOf({ until: '2020-01-01T00:00:00.000Z' })).toEqual([]);
});

it('goes on over its pages, and is a file for spreadsheets', async () => {
  // Copies of one order in one instant: only the id tells them apart.
  await w.app.database.pool.query(
    `INSERT INTO popbox.orders (id, public_id, subtotal_cents, shipping_cents, tax_cents, total_cents, gst_cents, pst_cents,
       hst_cents, qst_cents, gst_rate_ppm, pst_rate_ppm, hst_rate_ppm, qst_rate_ppm, shipping_region, email,
       customer_snapshot, shipping_address, hold_expires_at, created_at, payment_state, cancelled_at)
     SELECT gen_random_uuid(), 'PBX-' || lpad(n::text, 10, '0'), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'canada', email,
       customer_snapshot, shipping_address, hold_expires_at, '2026-01-01', 'cancelled', now()
     FROM generate_series(1, 1001) n, (SELECT * FROM popbox.orders LIMIT 1) one`,
  );
  const rows = await rowsOf({ status: 'cancelled' });
  expect(new Set(rows.map(({ order }) => order)).size).toBe(1001);
  const { headers, text } = await exportAs({ status: 'refunded' });
  expect(headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(headers['content-disposition']).toBe('attachment; filename="orders.csv"');
  expect(headers['cache-control']).toBe('no-store');
  expect(text.startsWith('\uFEFForder,status,')).toBe(true);
  await w.app.database.pool.query(`DELETE FROM popbox.orders WHERE created_at = '2026-01-01'`);
});

it('refuses filters that are none', async () => {
  for (const query of [{ status: 'unknown' }, { from: 'yesterday' }] as Record<string, string>[]) {
    const response = await exportAs(query);
    expect([response.status, response.type]).toEqual([400, 'application/json']);
  }
});
