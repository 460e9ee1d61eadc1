import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type OpenCheckout,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { OrderListItem } from '../orders.admin-contract.ts';
import { setStatus } from './order-as.ts';

let w: World;
let admin: SignedIn;
/** In the order in which they were made; totals do not follow it. */
let dear: OpenCheckout;
let kuji: OpenCheckout;
let waiting: OpenCheckout;
let disputed: OpenCheckout;
let packed: OpenCheckout;

beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  const address = (fullName: string) => ({
    shippingAddress: {
      fullName,
      line1: '220 4 Ave SE',
      line2: null,
      city: 'Calgary',
      province: 'AB',
      postalCode: 'T2G 4X3',
      countryCode: 'CA',
      phone: null,
    },
  });
  const figures = async (quantity: number) => {
    const { productId, variantId } = await aProduct(w);
    return [{ productId, productVariantId: variantId, quantity }];
  };
  dear = await aPaidOrder(w, await figures(5), {
    email: 'zoe_100@example.com',
    ...address('Zoé Bélanger'),
  });
  const box = await aKuji(w, { tickets: 2 });
  kuji = await aPaidOrder(w, [{ productId: box.productId, quantity: 2 }], {
    email: 'aiko@example.com',
    customerNote: 'Ring twice.',
    ...address('Aiko Tremblay'),
  });
  waiting = await anOpenCheckout(w, await figures(1), {
    email: 'bo.li@example.com',
    ...address('Bo Li'),
  });
  disputed = await aPaidOrder(w, await figures(2), address('Dan Disputed'));
  packed = await aPaidOrder(w, await figures(3), address('Pat Packed'));
  await setStatus(w, admin, packed.orderId, 'packed');
  const { rows } = await w.app.database.pool.query<{ intent_id: string }>(
    'SELECT intent_id FROM popbox.payments WHERE order_id = $1',
    [disputed.orderId],
  );
  await w.sandbox.odd('dispute', rows[0]?.intent_id ?? '');
  await w.drain();
});
afterAll(() => w.close());

type Page = { items: OrderListItem[]; nextCursor: string | null };
const list = (query: Record<string, string> = {}, path = '/admin/orders') =>
  callAs<Page>(w, admin, ['get', `${path}?${new URLSearchParams(query).toString()}`]);
const names = (items: readonly { id: string }[]) =>
  items.map(
    ({ id }) =>
      Object.entries({ dear, kuji, waiting, disputed, packed }).find(
        ([, order]) => order.orderId === id,
      )?.[0],
  );
const found = async (query: Record<string, string>) => {
  const { status, data } = await list(query);
  expect(status, JSON.stringify(query)).toBe(200);
  return names(data.items);
};

refusesStrangers(
  () => w,
  [
    ['get', '/admin/orders'],
    ['get', '/admin/orders/attention'],
  ],
);

describe('an item', () => {
  const iso = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const item = z.strictObject({
    id: z.uuid(),
    publicId: z.string().regex(/^PBX-[0-9A-Z]{10}$/),
    status: z.string(),
    attention: z
      .strictObject({
        reasonCode: z.string().min(1),
        message: z.string().min(1),
        actionHint: z.string().min(1),
        createdAt: iso,
      })
      .nullable(),
    customerNote: z.string().nullable(),
    includesLastOnePrize: z.boolean(),
    totalCents: z.int().min(1),
    currency: z.literal('CAD'),
    placedAt: iso.nullable(),
    createdAt: iso,
    customer: z.strictObject({
      id: z.uuid(),
      email: z.string(),
      firstName: z.string().nullable(),
      lastName: z.string().nullable(),
    }),
  });

  it('has every field of its type', async () => {
    const { data } = await list({ status: 'all', sort: 'date_asc', limit: '25' });
    const items = z.array(item).parse(data.items);
    expect(data.nextCursor).toBeNull();
    expect(names(items)).toEqual(['dear', 'kuji', 'waiting', 'disputed', 'packed']);
    expect(items[1]).toMatchObject({
      status: 'paid',
      attention: null,
      customerNote: 'Ring twice.',
      // Awarded, though nobody has opened it.
      includesLastOnePrize: true,
      placedAt: expect.any(String) as string,
      customer: { email: 'aiko@example.com', firstName: 'Aiko', lastName: 'Tremblay' },
    });
    expect(items[2]).toMatchObject({
      status: 'pending_payment',
      placedAt: null,
      includesLastOnePrize: false,
    });
    expect(items[3]?.attention).toMatchObject({ reasonCode: 'DISPUTED' });
  });
});

describe('sorts', () => {
  const byTotal = ['waiting', 'kuji', 'disputed', 'packed', 'dear'];
  const byDate = ['dear', 'kuji', 'waiting', 'disputed', 'packed'];
  it.each([
    ['date_asc', byDate],
    ['date_desc', byDate.toReversed()],
    ['total_asc', byTotal],
    ['total_desc', byTotal.toReversed()],
  ])('%s, over pages of two', async (sort, expected) => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { data }: { data: Page } = await list({ sort, limit: '2', cursor });
      seen.push(...data.items.map(({ id }) => id));
      cursor = data.nextCursor;
    }
    expect(names(seen.map((id) => ({ id })))).toEqual(expected);
  });

  it('by date, the newest first, unless told otherwise', async () => {
    expect(await found({})).toEqual(byDate.toReversed());
  });

  it('pages through orders that share a time and a total', async () => {
    await w.app.database.pool.query(
      `UPDATE popbox.orders SET created_at = '2026-01-01 00:00:00.123456+00'`,
    );
    for (const sort of ['date_desc', 'date_asc']) {
      const first = await list({ sort, limit: '3' });
      const second = await list({ sort, limit: '3', cursor: first.data.nextCursor ?? '' });
      const ids = [...first.data.items, ...second.data.items].map(({ id }) => id);
      expect([new Set(ids).size, second.data.nextCursor]).toEqual([5, null]);
    }
    await w.app.database.pool.query(
      `UPDATE popbox.orders o SET created_at = e.created_at FROM popbox.order_events e
       WHERE e.order_id = o.id AND e.kind = 'created'`,
    );
  });

  it('takes a cursor that does not fit for none', async () => {
    const { data } = await list({ sort: 'total_asc', limit: '2' });
    for (const cursor of [data.nextCursor ?? '', 'junk', 'bnVsbA']) {
      expect(await found({ sort: 'date_desc', limit: '2', cursor })).toEqual([
        'packed',
        'disputed',
      ]);
    }
  });
});

describe('filters', () => {
  it('by status, attention and kind of goods', async () => {
    expect(await found({ status: 'pending_payment' })).toEqual(['waiting']);
    expect(await found({ status: 'packed' })).toEqual(['packed']);
    expect(await found({ status: 'paid_needs_attention' })).toEqual(['disputed']);
    expect(await found({ status: 'refunded' })).toEqual([]);
    expect(await found({ attention: 'open' })).toEqual(['disputed']);
    expect(await found({ attention: 'resolved' })).toEqual([]);
    expect(await found({ attention: 'all', productType: 'kuji' })).toEqual(['kuji']);
    expect(await found({ productType: 'standard', status: 'paid' })).toEqual(['dear']);
  });

  it('by the time of the order, from included, until not', async () => {
    const { data } = await list({ sort: 'date_asc' });
    const [from, until] = [data.items[1]?.createdAt ?? '', data.items[3]?.createdAt ?? ''];
    expect(await found({ from, until, sort: 'date_asc' })).toEqual(['kuji', 'waiting']);
    expect(await found({ until: '2020-01-01T00:00:00.000Z' })).toEqual([]);
  });

  it('by number, e-mail, first and last name, in any case and any part', async () => {
    expect(await found({ search: kuji.publicId })).toEqual(['kuji']);
    expect(await found({ search: kuji.publicId.slice(4).toLowerCase() })).toEqual(['kuji']);
    expect(await found({ search: 'AIKO@EXAMPLE' })).toEqual(['kuji']);
    expect(await found({ search: 'aiko' })).toEqual(['kuji']);
    expect(await found({ search: 'emblay' })).toEqual(['kuji']);
    expect(await found({ search: 'tremblay  aiko ' })).toEqual(['kuji']);
    expect(await found({ search: 'tremblay zoé' })).toEqual([]);
    expect(await found({ search: 'BÉLANGER' })).toEqual(['dear']);
    expect(await found({ search: 'tremblay', status: 'packed' })).toEqual([]);
  });

  it('by beginnings where a word is short', async () => {
    expect(await found({ search: 'li' })).toEqual(['waiting']);
    expect(await found({ search: 'b' })).toEqual(['waiting', 'dear']);
    expect(await found({ search: 'ko' })).toEqual([]);
  });

  it('takes signs of LIKE for themselves', async () => {
    expect(await found({ search: 'e_1' })).toEqual(['dear']);
    for (const search of ['100%', 'a%o', 'ai_o', '%', '_', '\\', "'; --"]) {
      expect(await found({ search }), search).toEqual([]);
    }
  });

  it.each([
    ['status', 'unknown'],
    ['status', ''],
    ['sort', 'name_asc'],
    ['limit', '0'],
    ['limit', '101'],
    ['limit', '2.5'],
    ['attention', 'maybe'],
    ['productType', 'other'],
    ['from', 'yesterday'],
    ['until', '0000-01-01T00:00:00Z'],
    ['search', 'x'.repeat(201)],
    ['search', 'a b c d e f g h i'],
  ])('refuses %s=%s', async (name, value) => {
    expect(await list({ [name]: value })).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      fields: { [name]: expect.any(Array) as string[] },
    });
  });
});

it('lists what waits for a person, with requests that the API takes', async () => {
  const { status, data } = await list({}, '/admin/orders/attention');
  expect(status).toBe(200);
  expect(data).toMatchObject({
    nextCursor: null,
    items: [
      {
        id: disputed.orderId,
        attention: { reasonCode: 'DISPUTED' },
        actions: [
          { action: 'reconcile_refunds' },
          {
            action: 'refund',
            label: 'Refund',
            method: 'POST',
            path: `/api/v1/admin/orders/${disputed.orderId}/refund`,
            role: 'admin',
          },
          { action: 'accept' },
        ],
      },
    ],
  });
});
