import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anOpenCheckout,
  aPaidOrder,
  aPerson,
  aProduct,
  checkoutBody,
  newKey,
  type CartItem,
  type SignedIn,
  type TestKuji,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { addProductImage } from '../../catalog/index.ts';
import { voidTickets } from '../../kuji/index.ts';

/** What the storefront reads, written here again: a key more or less, or another type, is a fault. */
const count = z.int().min(0);
const text = z.string().min(1);
const iso = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const maybe = z.string().nullable();
const taxBreakdown = z.strictObject({
  countryCode: z.literal('CA'),
  provinceCode: z.enum(['AB', 'BC']),
  taxableAmountCents: count,
  gstRatePpm: count,
  pstRatePpm: count,
  hstRatePpm: count,
  qstRatePpm: count,
  gstCents: count,
  pstCents: count,
  hstCents: count,
  qstCents: count,
  totalTaxCents: count,
});
const product = z.strictObject({
  productId: z.uuid(),
  productName: text,
  productType: z.enum(['standard', 'kuji']),
  variantId: z.uuid().nullable(),
  variantName: maybe,
  variantSku: maybe,
  productSlug: maybe,
  isStorefrontAccessible: z.boolean(),
  quantity: z.int().min(1),
  imageUrl: maybe,
  imageAltText: maybe,
});
const summary = z.strictObject({
  publicId: z.string().regex(/^PBX-[0-9A-Z]{10}$/),
  status: z.enum(['paid', 'packed', 'shipped', 'refunded']),
  createdAt: iso,
  placedAt: iso.nullable(),
  currency: z.literal('CAD'),
  subtotalCents: count,
  shippingCents: count,
  taxCents: count,
  discountCents: count,
  totalCents: count,
  taxBreakdown,
  shipment: z.looseObject({ carrierName: maybe }).nullable(),
});
const listed = summary.extend({ products: z.array(product) });
const result = z.strictObject({
  id: text,
  createdAt: iso,
  revealedAt: iso.nullable(),
  voidedAt: iso.nullable(),
  voidReason: maybe,
  prize: z
    .strictObject({
      prizeCode: text,
      prizeTier: text,
      name: text,
      description: maybe,
      imageUrl: maybe,
    })
    .nullable(),
});
const detail = summary.extend({
  includesLastOnePrize: z.boolean(),
  customerNote: maybe,
  paidAt: iso.nullable(),
  cancelledAt: iso.nullable(),
  refundedAt: iso.nullable(),
  shippingAddress: z.record(z.string(), z.string()),
  billingAddress: z.record(z.string(), z.string()).nullable(),
  customer: z.strictObject({ email: text, firstName: maybe, lastName: maybe, phone: maybe }),
  items: z.array(
    product.extend({
      unitPriceCents: count,
      lineTotalCents: count,
      kujiResults: z.array(result),
    }),
  ),
});
const entry = result.extend({
  order: z.strictObject({ publicId: text, placedAt: iso.nullable() }),
  product: z.strictObject({
    productId: z.uuid(),
    name: text,
    slug: text,
    isStorefrontAccessible: z.boolean(),
    imageUrl: maybe,
    imageAltText: maybe,
  }),
});
const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: maybe });

let w: World;
let owner: SignedIn & { email: string };
let other: SignedIn & { email: string };
let figure: TestProduct;
let kuji: TestKuji;
/** A figure and three tickets, of which the last one of the box is won. */
let order: { publicId: string; orderId: string };

beforeAll(async () => {
  w = await world();
  [owner, other] = [await aPerson(w), await aPerson(w)];
  figure = await aProduct(w);
  kuji = await aKuji(w, { tickets: 3 });
  const storageKey = `products/${figure.productId}/cover.webp`;
  const by = { actor: 'test', requestId: null };
  await addProductImage(w.app, { ...by, ...figure, storageKey, altText: null });
  order = await buy(owner, [oneFigure(), { productId: kuji.productId, quantity: 3 }], {
    customerNote: 'Ring twice',
  });
});
afterAll(() => w.close());

const oneFigure = () => ({
  productId: figure.productId,
  productVariantId: figure.variantId,
  quantity: 1,
});

/** A paid order of somebody who is signed in. */
async function buy(
  who: SignedIn & { email: string },
  items: CartItem[],
  overrides: object = {},
): Promise<{ publicId: string; orderId: string }> {
  const response = await w.http
    .post('/api/v1/checkout/session')
    .set({ Authorization: `Bearer ${who.token}`, 'Idempotency-Key': newKey() })
    .send(checkoutBody(items, { email: who.email, ...overrides }));
  expect(response.status, response.text).toBe(201);
  const { data } = z
    .object({ data: z.object({ publicId: text, orderId: text, sessionId: text }) })
    .parse(response.body);
  w.sandbox.pay(data.sessionId, 'paid');
  await w.drain();
  return data;
}

const get = (who: SignedIn, path: string) => callAs<unknown>(w, who, ['get', `/account${path}`]);
const post = (who: SignedIn, path: string) => callAs<unknown>(w, who, ['post', `/account${path}`]);
const list = async (who: SignedIn, query = '') =>
  page(listed).parse((await get(who, `/orders${query}`)).data);
const history = async (who: SignedIn, query = '') =>
  page(entry).parse((await get(who, `/kuji-history${query}`)).data);
const show = async (who: SignedIn, publicId: string) =>
  detail.parse((await get(who, `/orders/${publicId}`)).data);
const resultsOf = (shown: z.infer<typeof detail>) =>
  shown.items.flatMap(({ kujiResults }) => kujiResults);

describe('GET /account/orders', () => {
  it('shows an order with its money and its products, without ids of ours', async () => {
    const { items, nextCursor } = await list(owner);
    expect(nextCursor).toBeNull();
    expect(items).toMatchObject([
      {
        publicId: order.publicId,
        status: 'paid',
        subtotalCents: 7_000,
        discountCents: 0,
        taxBreakdown: { provinceCode: 'AB', gstRatePpm: 50_000, pstCents: 0 },
        shipment: null,
        products: [
          {
            productId: figure.productId,
            productType: 'standard',
            variantId: figure.variantId,
            productSlug: figure.slug,
            isStorefrontAccessible: true,
            quantity: 1,
            imageUrl: w.app.storage.publicUrl(`products/${figure.productId}/cover.webp`),
          },
          { productId: kuji.productId, productType: 'kuji', variantId: null, quantity: 3 },
        ],
      },
    ]);
    const [{ taxBreakdown: tax, subtotalCents, shippingCents, taxCents, totalCents }] = z
      .tuple([listed])
      .parse(items);
    expect(tax.taxableAmountCents).toBe(subtotalCents + shippingCents);
    expect([tax.totalTaxCents, tax.gstCents]).toEqual([taxCents, taxCents]);
    expect(totalCents).toBe(subtotalCents + shippingCents + taxCents);
    expect(JSON.stringify(items)).not.toContain(order.orderId);
  });

  it('shows nothing of others, and an empty list as a list', async () => {
    expect(await list(other)).toEqual({ items: [], nextCursor: null });
  });

  it('pages through orders that share their instant, none twice and none left out', async () => {
    const person = await aPerson(w);
    const bought: string[] = [];
    for (let n = 0; n < 5; n += 1) bought.push((await buy(person, [oneFigure()])).publicId);
    await w.app.database.pool.query(
      `UPDATE popbox.orders SET created_at = '2026-01-02 03:04:05.123456+00' WHERE public_id = ANY($1)`,
      [bought.slice(0, 4)],
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    const sizes: number[] = [];
    while (cursor !== null) {
      const one: Awaited<ReturnType<typeof list>> = await list(person, `?limit=2&cursor=${cursor}`);
      seen.push(...one.items.map(({ publicId }) => publicId));
      sizes.push(one.items.length);
      cursor = one.nextCursor;
    }
    expect(sizes).toEqual([2, 2, 1]);
    expect(seen[0]).toBe(bought[4]);
    expect(seen.toSorted()).toEqual(bought.toSorted());
    expect((await list(person, '?cursor=nonsense&limit=50')).items).toHaveLength(5);
  });

  it.each(['limit=0', 'limit=51', 'limit=x', 'limit=1.5'])('refuses %s', async (query) => {
    const { status, code } = await get(owner, `/orders?${query}`);
    expect([status, code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('waits for the database twice, whatever the number of orders', async () => {
    const spy = vi.spyOn(w.app.database.pool, 'connect');
    await list(owner);
    const listCalls = spy.mock.calls.length;
    await history(owner);
    const historyCalls = spy.mock.calls.length - listCalls;
    spy.mockRestore();
    expect([listCalls, historyCalls]).toEqual([2, 2]);
  });
});

describe('GET /account/orders/:publicId', () => {
  it('shows all of an order, its prizes hidden', async () => {
    const shown = await show(owner, order.publicId);
    expect(shown).toMatchObject({
      publicId: order.publicId,
      status: 'paid',
      includesLastOnePrize: false,
      customerNote: 'Ring twice',
      cancelledAt: null,
      refundedAt: null,
      shippingAddress: { fullName: 'Aiko Tremblay', postalCode: 'T2G 4X3', province: 'AB' },
      customer: { email: owner.email },
      items: [
        { productType: 'standard', unitPriceCents: 2_500, lineTotalCents: 2_500, kujiResults: [] },
        { productType: 'kuji', unitPriceCents: 1_500, lineTotalCents: 4_500 },
      ],
    });
    expect(shown.paidAt).not.toBeNull();
    // Three drawn tickets and the Last One.
    expect(resultsOf(shown).map(({ prize }) => prize)).toEqual([null, null, null, null]);
    const everything = JSON.stringify([shown, await list(owner), await history(owner)]);
    for (const name of kuji.prizeNames) expect(everything).not.toContain(name);
    expect(everything).not.toContain(order.orderId);
  });

  it('is nothing to anybody else, and an unknown order looks the same', async () => {
    for (const [who, publicId] of [
      [other, order.publicId],
      [owner, 'PBX-0000000000'],
      [owner, 'nonsense'],
      [owner, order.orderId],
    ] as const) {
      for (const answer of [
        await get(who, `/orders/${publicId}`),
        await post(who, `/orders/${publicId}/tickets/reveal-all`),
        await post(who, `/orders/${publicId}/tickets/${crypto.randomUUID()}/reveal`),
      ]) {
        expect([answer.status, answer.code]).toEqual([404, 'ORDER_NOT_FOUND']);
      }
    }
  });
});

/** The order's columns for one moment, then back: only what shows is looked at. */
async function during<T>(publicId: string, columns: string, work: () => Promise<T>): Promise<T> {
  const { pool } = w.app.database;
  const set = (assignments: string) =>
    pool.query(`UPDATE popbox.orders SET ${assignments} WHERE public_id = $1`, [publicId]);
  await set(columns);
  try {
    return await work();
  } finally {
    await set(
      `payment_state = 'paid', paid_at = placed_at, expired_at = NULL, cancelled_at = NULL, refunded_at = NULL,
       attention_code = NULL, attention_message = NULL, attention_hint = NULL, attention_at = NULL`,
    );
  }
}

describe('hidden orders', () => {
  it.each([
    ['pending_payment', `payment_state = 'awaiting', paid_at = NULL`],
    ['expired', `payment_state = 'expired', expired_at = now(), paid_at = NULL`],
    ['cancelled', `payment_state = 'cancelled', cancelled_at = now(), paid_at = NULL`],
    [
      'paid_needs_attention',
      `attention_code = 'X', attention_message = 'x', attention_hint = 'x', attention_at = now()`,
    ],
  ])('%s: no list, no page, no reveal, no history', async (_status, columns) => {
    await during(order.publicId, columns, async () => {
      expect((await list(owner)).items).toEqual([]);
      expect((await history(owner)).items).toEqual([]);
      for (const answer of [
        await get(owner, `/orders/${order.publicId}`),
        await post(owner, `/orders/${order.publicId}/tickets/reveal-all`),
      ]) {
        expect([answer.status, answer.code]).toEqual([404, 'ORDER_NOT_FOUND']);
      }
    });
  });

  it('a checkout that nobody has paid yet is one of them', async () => {
    const person = await aPerson(w);
    await anOpenCheckout(w, [oneFigure()], { email: person.email });
    expect((await list(person)).items).toEqual([]);
  });

  it('a refunded order stays visible, and its tickets closed', async () => {
    const columns = `payment_state = 'refunded', refunded_at = now()`;
    await during(order.publicId, columns, async () => {
      expect((await list(owner)).items).toMatchObject([{ status: 'refunded' }]);
      const shown = await show(owner, order.publicId);
      expect(shown.status).toBe('refunded');
      expect(shown.refundedAt).not.toBeNull();
      const refused = await post(owner, `/orders/${order.publicId}/tickets/reveal-all`);
      expect([refused.status, refused.code]).toEqual([409, 'ORDER_NOT_REVEALABLE']);
    });
  });
});

describe('opening tickets', () => {
  it('opens the one that is named, the same again, and then all of them', async () => {
    const tickets = resultsOf(await show(owner, order.publicId));
    const [first] = tickets;
    const path = `/orders/${order.publicId}/tickets`;
    const once = await post(owner, `${path}/${first?.id ?? ''}/reveal`);
    expect(once.status).toBe(200);
    const opened = result.parse(once.data);
    expect(opened.id).toBe(first?.id);
    expect(opened.revealedAt).not.toBeNull();
    expect(kuji.prizeNames).toContain(opened.prize?.name);
    expect((await post(owner, `${path}/${first?.id ?? ''}/reveal`)).data).toEqual(once.data);
    expect(resultsOf(await show(owner, order.publicId)).filter(({ prize }) => prize)).toEqual([
      opened,
    ]);

    const { results } = z
      .strictObject({ results: z.array(result) })
      .parse((await post(owner, `${path}/reveal-all`)).data);
    expect(results.map(({ id }) => id).toSorted()).toEqual(tickets.map(({ id }) => id).toSorted());
    expect(results.every(({ prize }) => prize !== null)).toBe(true);
    const shown = await show(owner, order.publicId);
    expect(shown.includesLastOnePrize).toBe(true);
    expect(
      resultsOf(shown)
        .map(({ prize }) => prize?.name)
        .toSorted(),
    ).toEqual(results.map(({ prize }) => prize?.name).toSorted());
  });

  it('refuses a ticket of another order and what is no ticket', async () => {
    const box = await aKuji(w);
    const foreign = await aPaidOrder(w, [{ productId: box.productId, quantity: 1 }]);
    const { rows } = await w.app.database.pool.query<{ id: string }>(
      'SELECT id FROM popbox.kuji_tickets WHERE order_id = $1',
      [foreign.orderId],
    );
    for (const id of [rows[0]?.id ?? '', crypto.randomUUID(), 'nonsense']) {
      const answer = await post(owner, `/orders/${order.publicId}/tickets/${id}/reveal`);
      expect([answer.status, answer.code]).toEqual([404, 'TICKET_NOT_FOUND']);
    }
  });

  it('shows a ticket that was taken back, and does not open it', async () => {
    const box = await aKuji(w, { tickets: 4 });
    const bought = await buy(owner, [{ productId: box.productId, quantity: 1 }]);
    const [ticket] = resultsOf(await show(owner, bought.publicId));
    if (!ticket) throw new Error('No ticket was drawn.');
    await inTx(w.app, 'test', (tx, now) =>
      voidTickets(tx, w.app, {
        ticketIds: [ticket.id],
        reason: 'returned',
        now,
        actor: 'test',
      }),
    );
    const refused = await post(owner, `/orders/${bought.publicId}/tickets/${ticket.id}/reveal`);
    expect([refused.status, refused.code]).toEqual([409, 'TICKET_VOIDED']);
    const { results } = z
      .object({ results: z.array(result) })
      .parse((await post(owner, `/orders/${bought.publicId}/tickets/reveal-all`)).data);
    expect(results).toMatchObject([{ id: ticket.id, voidReason: 'returned', prize: null }]);
  });
});

describe('GET /account/kuji-history', () => {
  it('pages through the tickets of one draw, which share their instant', async () => {
    const person = await aPerson(w);
    const box = await aKuji(w, { tickets: 9, lastOne: false });
    const bought = await buy(person, [{ productId: box.productId, quantity: 5 }]);
    const first = await history(person, '?limit=2');
    const second = await history(person, `?limit=2&cursor=${first.nextCursor ?? ''}`);
    const third = await history(person, `?limit=2&cursor=${second.nextCursor ?? ''}`);
    const pages = [first, second, third];
    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(third.nextCursor).toBeNull();
    const all = pages.flatMap(({ items }) => items);
    expect(new Set(all.map(({ id }) => id)).size).toBe(5);
    expect(new Set(all.map(({ createdAt }) => createdAt)).size).toBe(1);
    for (const item of all) {
      expect(item).toMatchObject({
        prize: null,
        order: { publicId: bought.publicId },
        product: { productId: box.productId, slug: box.slug, isStorefrontAccessible: true },
      });
    }
    await post(person, `/orders/${bought.publicId}/tickets/${all[0]?.id ?? ''}/reveal`);
    const after = await history(person);
    expect(after.items.filter(({ prize }) => prize !== null)).toHaveLength(1);
    expect(after.items[0]?.prize).not.toBeNull();
  });

  it('shows nothing of others', async () => {
    expect((await history(other)).items).toEqual([]);
  });
});
