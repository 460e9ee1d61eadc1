import type { Response } from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  aKuji,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type OpenCheckout,
  type TestKuji,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { TEST_PEPPER, world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { DAY_MS } from '../../../kernel/clock.ts';
import { newId } from '../../../kernel/ids.ts';
import { issueGrant, revokeGrants } from '../index.ts';
import {
  orderDetailSchema,
  ticketListSchema,
  type OrderDetail,
  type TicketList,
} from '../orders.contract.ts';
import { addOrderToCookie, signGuestCookie } from '../service/sign-guest-cookie.ts';

let w: World;
let product: TestProduct;
let kuji: TestKuji;
beforeAll(async () => {
  w = await world();
  product = await aProduct(w, { onHand: 50 });
  kuji = await aKuji(w, { tickets: 60 });
});
afterAll(() => w.close());
afterEach(() => {
  w.clock.offsetMs = 0;
});

const standardItem = () => ({
  productId: product.productId,
  productVariantId: product.variantId,
  quantity: 1,
});

/** Two kuji tickets and a figure. */
const aKujiOrder = () =>
  aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }, standardItem()]);

function confirmationOf(order: OpenCheckout) {
  const mail = w.sandbox.mails().find(({ key }) => key === `order-confirmed/${order.orderId}`);
  if (!mail) throw new Error('There is no confirmation in the mailbox.');
  return mail;
}

/** The token as the shopper has it: from the link in the mail. */
function tokenOf(order: OpenCheckout): string {
  const pattern = new RegExp(`/orders/${order.publicId}\\?token=([\\w-]+)`);
  const token = pattern.exec(confirmationOf(order).text)?.[1];
  if (token === undefined) throw new Error('There is no link in the mail.');
  return token;
}

const access = (publicId: string, query: object = {}, cookie = '') =>
  w.http.get(`/api/v1/orders/${publicId}/access`).query(query).set('Cookie', cookie).redirects(0);

const setCookies = (response: Response): string[] =>
  z.array(z.string()).optional().parse(response.headers['set-cookie']) ?? [];

const DAY_SECONDS = DAY_MS / 1000;
const maxAgeOf = (cookie: string) => Number(/Max-Age=(\d+)/.exec(cookie)?.[1]);

async function cookieFor(order: OpenCheckout, cookie = ''): Promise<string> {
  const response = await access(order.publicId, { token: tokenOf(order) }, cookie);
  return setCookies(response)[0]?.split(';')[0] ?? '';
}

const get = (path: string, cookie = '') =>
  w.http.get(`/api/v1/orders/${path}`).set('Cookie', cookie);
const post = (path: string, cookie = '') =>
  w.http.post(`/api/v1/orders/${path}`).set('Cookie', cookie);

const dataOf = (response: Response): unknown => {
  expect(response.status, response.text).toBe(200);
  expect(response.headers['cache-control']).toBe('no-store');
  return (response.body as { data: unknown }).data;
};

const orderOf = async (order: OpenCheckout, cookie: string): Promise<OrderDetail> =>
  orderDetailSchema.parse(dataOf(await get(order.publicId, cookie)));

const ticketsOf = async (order: OpenCheckout, cookie: string): Promise<TicketList> =>
  ticketListSchema.parse(dataOf(await get(`${order.publicId}/tickets`, cookie)));

function expectProblem(response: Response, status: number, code: string): void {
  expect(response.status, response.text).toBe(status);
  expect(response.body).toMatchObject({
    success: false,
    code: status,
    data: null,
    errors: { code },
  });
  expect(setCookies(response)).toEqual([]);
}

/** A genuine cookie that lists `listed` by a grant of `granted`. */
async function forgeCookie(
  granted: Pick<OpenCheckout, 'orderId'>,
  listed: Pick<OpenCheckout, 'orderId'>,
): Promise<string> {
  const content = await inTx(w.app, 'test', async (tx, now) => {
    const { grantId } = await issueGrant(tx, w.app, {
      orderId: granted.orderId,
      purpose: 'test',
      now,
    });
    const liveUntil = new Map([[grantId, new Date(now.getTime() + DAY_MS)]]);
    return addOrderToCookie(null, { orderId: listed.orderId, grantId }, { liveUntil, now });
  });
  return `guest_order_session=${signGuestCookie(TEST_PEPPER, content)}`;
}

/** Everything that a caller sees of an answer, without what is new in every answer. */
const looksOf = ({ status, headers, body }: Response): string =>
  JSON.stringify({
    status,
    // The count of calls differs from call to call, whatever they ask for.
    headers: { ...headers, date: '', 'x-request-id': '', ratelimit: '' },
    body: { ...(body as object), requestId: '' },
  });

const revoke = (order: OpenCheckout) =>
  inTx(w.app, 'test', (tx, now) => revokeGrants(tx, { orderId: order.orderId, now }));

describe('GET /orders/:publicId/access', () => {
  it('exchanges the link of the mail for a cookie and leads to the clean address', async () => {
    const order = await aKujiOrder();
    const response = await access(order.publicId, { token: tokenOf(order) });
    expect(response.status).toBe(302);
    expect(response.headers.location).toBe(`http://shop.test/orders/${order.publicId}`);
    const [cookie = '', ...others] = setCookies(response);
    expect(others).toEqual([]);
    expect(cookie).toMatch(/^guest_order_session=[\w-]+\.[\w-]+;/);
    const attributes = cookie
      .split('; ')
      .slice(1)
      .filter((part) => !/^(Expires|Max-Age)=/.test(part));
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax']);
    // As long as the grant that came with the mail, seconds ago.
    expect(maxAgeOf(cookie)).toBeGreaterThan(180 * DAY_SECONDS - 60);
    expect(maxAgeOf(cookie)).toBeLessThanOrEqual(180 * DAY_SECONDS);
    expect((await orderOf(order, cookie)).publicId).toBe(order.publicId);
  });

  it('takes the token from the header too', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const response = await access(order.publicId).set('x-order-token', tokenOf(order));
    expect(response.status).toBe(302);
    expect(setCookies(response)).toHaveLength(1);
  });

  it('stores no token, only its keyed hash', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const dump = await w.app.database.pool.query(
      `SELECT jsonb_agg(to_jsonb(g))::text || (SELECT jsonb_agg(to_jsonb(m))::text FROM popbox.outbox_mails m) AS rows
       FROM popbox.guest_grants g`,
    );
    expect(JSON.stringify(dump.rows)).not.toContain(tokenOf(order));
    expect(w.logLines.join('')).not.toContain(tokenOf(order));
  });

  it('refuses missing and bad tokens and unknown orders alike', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const other = await aPaidOrder(w, [standardItem()]);
    const token = tokenOf(order);
    const answers = [
      await access(order.publicId),
      await access(order.publicId, { token: '' }),
      await access(order.publicId, { token: `${token}x` }),
      await access(order.publicId, { token: token.toLowerCase() }),
      await access(order.publicId, { token: [token, token] }),
      await access(order.publicId, { token: tokenOf(other) }),
      await access('PBX-0000000000', { token }),
      await access('%20', { token }),
    ];
    for (const answer of answers) expectProblem(answer, 401, 'ORDER_LINK_INVALID');
    expect(new Set(answers.map(looksOf)).size).toBe(1);
  });

  it('refuses a link that has expired', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const token = tokenOf(order);
    w.clock.offsetMs = 179 * DAY_MS;
    expect((await access(order.publicId, { token })).status).toBe(302);
    w.clock.offsetMs = 181 * DAY_MS;
    expectProblem(await access(order.publicId, { token }), 401, 'ORDER_LINK_INVALID');
  });

  it('gives a cookie that ends with its grant, however late the link is used', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const token = tokenOf(order);
    w.clock.offsetMs = 170 * DAY_MS;
    const [cookie = ''] = setCookies(await access(order.publicId, { token }));
    expect(maxAgeOf(cookie)).toBeGreaterThan(9 * DAY_SECONDS);
    expect(maxAgeOf(cookie)).toBeLessThanOrEqual(10 * DAY_SECONDS);
  });

  it('asks the database no more about an order that does not exist', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const countStatements = async (publicId: string) => {
      let taken = 0;
      const count = () => (taken += 1);
      w.app.database.pool.on('acquire', count);
      await access(publicId, { token: 'bad' });
      w.app.database.pool.off('acquire', count);
      return taken;
    };
    expect(await countStatements(order.publicId)).toBe(await countStatements('PBX-0000000000'));
  });

  it('refuses a link that was revoked, and so does its cookie', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const cookie = await cookieFor(order);
    await revoke(order);
    expectProblem(
      await access(order.publicId, { token: tokenOf(order) }),
      401,
      'ORDER_LINK_INVALID',
    );
    expectProblem(await access(order.publicId, {}, cookie), 401, 'ORDER_LINK_INVALID');
    expectProblem(await get(order.publicId, cookie), 404, 'ORDER_NOT_FOUND');
  });

  it('lets a cookie in that lists the order, and no bad token takes it away', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const cookie = await cookieFor(order);
    for (const query of [{}, { token: 'bad' }]) {
      const response = await access(order.publicId, query, cookie);
      expect(response.status).toBe(302);
      expect(setCookies(response)).toEqual([]);
    }
    expect((await orderOf(order, cookie)).publicId).toBe(order.publicId);
  });

  it('keeps several orders in one cookie', async () => {
    const [first, second] = [
      await aPaidOrder(w, [standardItem()]),
      await aPaidOrder(w, [standardItem()]),
    ];
    const both = await cookieFor(second, await cookieFor(first));
    for (const order of [first, second]) {
      expect((await orderOf(order, both)).publicId).toBe(order.publicId);
    }
  });

  it('opens nothing by a cookie that names a grant of another order', async () => {
    const [mine, theirs] = [
      await aPaidOrder(w, [standardItem()]),
      await aPaidOrder(w, [standardItem()]),
    ];
    const cookie = await forgeCookie(mine, theirs);
    expectProblem(await get(theirs.publicId, cookie), 404, 'ORDER_NOT_FOUND');
  });
});

describe('GET /orders/:publicId', () => {
  it('shows what was bought, and no prize', async () => {
    const order = await aKujiOrder();
    const detail = await orderOf(order, await cookieFor(order));
    expect(detail).toMatchObject({
      id: order.orderId,
      publicId: order.publicId,
      status: 'paid',
      currency: 'CAD',
      subtotalCents: 2 * kuji.priceCents + product.priceCents,
      includesLastOnePrize: false,
      shipment: null,
      cancelledAt: null,
      refundedAt: null,
      customer: { email: order.body.email, firstName: null, lastName: null, phone: null },
    });
    expect(detail.paidAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(detail.totalCents).toBe(detail.subtotalCents + detail.shippingCents + detail.taxCents);
    expect(detail.shippingAddress).toEqual({
      fullName: 'Aiko Tremblay',
      line1: '220 4 Ave SE',
      city: 'Calgary',
      province: 'AB',
      postalCode: 'T2G 4X3',
      countryCode: 'CA',
    });
    expect(detail).not.toHaveProperty('attention');
    const items = detail.items.map(({ productId, variantId, quantity }) => ({
      productId,
      variantId,
      quantity,
    }));
    expect(items).toHaveLength(2);
    expect(items).toContainEqual({ productId: kuji.productId, variantId: null, quantity: 2 });
    expect(items).toContainEqual({
      productId: product.productId,
      variantId: product.variantId,
      quantity: 1,
    });
    expect(detail.tickets.map(({ prize }) => prize)).toEqual([null, null]);
    for (const name of kuji.prizeNames) {
      expect(JSON.stringify(detail)).not.toContain(name);
      expect(JSON.stringify(confirmationOf(order))).not.toContain(name);
    }
  });

  it('opens by the cookie alone', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const token = tokenOf(order);
    const cookie = await cookieFor(order);
    const path = `/api/v1/orders/${order.publicId}`;
    const refused = [
      await w.http.get(path),
      await w.http.get(path).query({ token }),
      await w.http.get(path).set('x-order-token', token),
      await w.http.get(path).set('Cookie', 'guest_order_session=x'),
      await w.http.get(path).set('Cookie', 'guest_order_session=%E0%A4%A'),
      await w.http.get(path).set('Cookie', `${cookie}x`),
      await w.http.get(path).set('Cookie', `guest_order_session=${'a.'.repeat(2000)}`),
      await w.http.get(path).set('Cookie', 'guest_order_session; =; ;;guest_order_session=.'),
      await w.http.get(path).set('Cookie', `guest_order_session=__proto__.constructor`),
      await w.http.get(path).set('Cookie', cookie.replace('session=', 'session=A')),
    ];
    for (const response of refused) expectProblem(response, 401, 'ORDER_ACCESS_REQUIRED');
    w.clock.offsetMs = 181 * DAY_MS;
    expectProblem(await get(order.publicId, cookie), 401, 'ORDER_ACCESS_REQUIRED');
  });

  it('does not tell a stranger which orders exist', async () => {
    const cookie = await cookieFor(await aPaidOrder(w, [standardItem()]));
    const foreign = await aPaidOrder(w, [standardItem()]);
    const answers = [
      await get(foreign.publicId, cookie),
      await get('PBX-0000000000', cookie),
      await get('x'.repeat(200), cookie),
    ];
    for (const answer of answers) expectProblem(answer, 404, 'ORDER_NOT_FOUND');
    expect(new Set(answers.map(looksOf)).size).toBe(1);
  });
});

describe('GET /orders/:publicId/tickets', () => {
  it('lists the tickets, opened and closed, in agreement', async () => {
    const order = await aKujiOrder();
    const cookie = await cookieFor(order);
    const before = await ticketsOf(order, cookie);
    expect(before.counts).toEqual({ total: 2, revealed: 0, unrevealed: 2 });
    expect(before.unrevealed).toEqual(before.tickets);
    expect(before.tickets.every(({ kujiProduct }) => kujiProduct.slug === kuji.slug)).toBe(true);
    await post(`${order.publicId}/tickets/${before.tickets[0]?.id ?? ''}/reveal`, cookie);
    const after = await ticketsOf(order, cookie);
    expect(after.counts).toEqual({ total: 2, revealed: 1, unrevealed: 1 });
    expect(after.revealed).toEqual([after.tickets[0]]);
    expect(after.unrevealed).toEqual([after.tickets[1]]);
  });

  it('is empty for an order without kuji', async () => {
    const order = await aPaidOrder(w, [standardItem()]);
    const list = await ticketsOf(order, await cookieFor(order));
    expect(list).toEqual({
      tickets: [],
      revealed: [],
      unrevealed: [],
      counts: { total: 0, revealed: 0, unrevealed: 0 },
    });
  });

  it('refuses those who may not see the order', async () => {
    const order = await aKujiOrder();
    const stranger = await cookieFor(await aPaidOrder(w, [standardItem()]));
    expectProblem(await get(`${order.publicId}/tickets`), 401, 'ORDER_ACCESS_REQUIRED');
    expectProblem(await get(`${order.publicId}/tickets`, stranger), 404, 'ORDER_NOT_FOUND');
  });
});

describe('POST /orders/:publicId/tickets/:ticketId/reveal', () => {
  const firstTicket = async (order: OpenCheckout, cookie: string) => {
    const [ticket] = (await ticketsOf(order, cookie)).tickets;
    if (!ticket) throw new Error('The order has no tickets.');
    return ticket.id;
  };

  it('opens one ticket, once', async () => {
    const order = await aKujiOrder();
    const cookie = await cookieFor(order);
    const id = await firstTicket(order, cookie);
    const path = `${order.publicId}/tickets/${id}/reveal`;
    const opened = dataOf(await post(path, cookie));
    expect(opened).toMatchObject({ id, prize: { name: expect.any(String) as string } });
    expect(opened).toHaveProperty('revealedAt', expect.any(String));
    w.clock.offsetMs = DAY_MS;
    expect(dataOf(await post(path, cookie))).toEqual(opened);
    expect(dataOf(await post(path.replace(id, id.toUpperCase()), cookie))).toEqual(opened);
  });

  it('lets two at once both succeed', async () => {
    const order = await aKujiOrder();
    const cookie = await cookieFor(order);
    const path = `${order.publicId}/tickets/${await firstTicket(order, cookie)}/reveal`;
    const answers = await Promise.all(Array.from({ length: 4 }, () => post(path, cookie)));
    const [first, ...others] = answers.map(dataOf);
    for (const other of others) expect(other).toEqual(first);
  });

  it('knows only the tickets of this order', async () => {
    const [order, other] = [await aKujiOrder(), await aKujiOrder()];
    const cookie = await cookieFor(order);
    const foreign = await firstTicket(other, await cookieFor(other));
    for (const id of [foreign, newId(), 'no-uuid']) {
      const path = `${order.publicId}/tickets/${id}/reveal`;
      expectProblem(await post(path, cookie), 404, 'TICKET_NOT_FOUND');
    }
    expect((await ticketsOf(other, await cookieFor(other))).counts.revealed).toBe(0);
  });

  it('does not open a ticket that was taken back', async () => {
    const order = await aKujiOrder();
    const cookie = await cookieFor(order);
    const id = await firstTicket(order, cookie);
    const mark = (values: string) =>
      w.app.database.pool.query(`UPDATE popbox.kuji_tickets SET ${values} WHERE id = $1`, [id]);
    await mark(`voided_at = now(), void_reason = 'test'`);
    const path = `${order.publicId}/tickets/${id}/reveal`;
    expectProblem(await post(path, cookie), 409, 'TICKET_VOIDED');
    const all = ticketListSchema.parse(
      dataOf(await post(`${order.publicId}/tickets/reveal-all`, cookie)),
    );
    expect(all.unrevealed.map((ticket) => ticket.id)).toEqual([id]);
    await mark('voided_at = NULL, void_reason = NULL');
  });

  it('refuses those who may not see the order', async () => {
    const order = await aKujiOrder();
    const id = await firstTicket(order, await cookieFor(order));
    const stranger = await cookieFor(await aPaidOrder(w, [standardItem()]));
    const path = `${order.publicId}/tickets/${id}/reveal`;
    expectProblem(await post(path), 401, 'ORDER_ACCESS_REQUIRED');
    expectProblem(await post(path, stranger), 404, 'ORDER_NOT_FOUND');
  });
});

describe('POST /orders/:publicId/tickets/reveal-all', () => {
  it('opens everything and answers all tickets, as often as it is asked', async () => {
    const order = await aKujiOrder();
    const cookie = await cookieFor(order);
    const path = `${order.publicId}/tickets/reveal-all`;
    const opened = ticketListSchema.parse(dataOf(await post(path, cookie)));
    expect(opened.counts).toEqual({ total: 2, revealed: 2, unrevealed: 0 });
    for (const { prize } of opened.tickets) expect(kuji.prizeNames).toContain(prize?.name);
    w.clock.offsetMs = DAY_MS;
    expect(dataOf(await post(path, cookie))).toEqual(opened);
    expect((await orderOf(order, cookie)).tickets).toEqual(opened.tickets);
  });

  it('waits until the order is paid and nobody has to look at it', async () => {
    const open = await anOpenCheckout(w, [{ productId: kuji.productId, quantity: 1 }]);
    const cookie = await forgeCookie(open, open);
    for (const path of ['reveal-all', `${newId()}/reveal`]) {
      const response = await post(`${open.publicId}/tickets/${path}`, cookie);
      expectProblem(response, 409, 'ORDER_NOT_REVEALABLE');
    }
  });

  it('tells of the Last One only when its ticket is opened', async () => {
    const box = await aKuji(w, { tickets: 2 });
    const order = await aPaidOrder(w, [{ productId: box.productId, quantity: 2 }]);
    const cookie = await cookieFor(order);
    const before = await orderOf(order, cookie);
    expect(before.includesLastOnePrize).toBe(false);
    for (const name of box.prizeNames) expect(JSON.stringify(before)).not.toContain(name);
    await post(`${order.publicId}/tickets/reveal-all`, cookie);
    const after = await orderOf(order, cookie);
    expect(after.includesLastOnePrize).toBe(true);
    expect(after.tickets.map(({ prize }) => prize?.prizeTier).sort()).toEqual(['A', 'D', 'LO']);
  });

  it('refuses those who may not see the order', async () => {
    const order = await aKujiOrder();
    const stranger = await cookieFor(await aPaidOrder(w, [standardItem()]));
    const path = `${order.publicId}/tickets/reveal-all`;
    expectProblem(await post(path), 401, 'ORDER_ACCESS_REQUIRED');
    expectProblem(await post(path, stranger), 404, 'ORDER_NOT_FOUND');
  });
});
