import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { callAs } from '../../../../testing/call-as.ts';
import {
  anAdmin,
  aPaidOrder,
  aProduct,
  cartOf,
  guestCookieOf,
  type OpenCheckout,
  type SignedIn,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { newId } from '../../../kernel/ids.ts';
import { enqueuePaidMails, issueGrant } from '../index.ts';
import { guestCookie } from '../service/set-guest-cookie.ts';

let w: World;
let admin: SignedIn;
let product: TestProduct;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  product = await aProduct(w, { onHand: 50 });
});
afterAll(() => w.close());
afterEach(() => {
  w.clock.offsetMs = 0;
});

const anOrder = () => aPaidOrder(w, cartOf(product));

const access = (order: OpenCheckout, token: string) =>
  w.http.get(`/api/v1/orders/${order.publicId}/access`).query({ token }).redirects(0);

const opens = async (order: OpenCheckout, token: string) =>
  (await access(order, token)).status === 302;

/** A link as the next mail about the order brings it. */
const nextMailToken = async (order: OpenCheckout): Promise<string> => {
  w.clock.offsetMs += 1_000;
  const { token } = await inTx(w.app, 'test', (tx, now) =>
    issueGrant(tx, w.app, { orderId: order.orderId, purpose: 'mail:test', now }),
  );
  return token;
};

async function cookieBy(order: OpenCheckout, token: string): Promise<string> {
  const response = await access(order, token);
  const [cookie = ''] = z.array(z.string()).parse(response.headers['set-cookie']);
  return cookie.split(';')[0] ?? '';
}

const show = (order: OpenCheckout, cookie: string) =>
  w.http.get(`/api/v1/orders/${order.publicId}`).set('Cookie', cookie);

describe('links of mails', () => {
  it('are new in every mail, and only the newest five open the order', async () => {
    const order = await anOrder();
    const tokens: string[] = [];
    for (let mail = 0; mail < 6; mail += 1) tokens.push(await nextMailToken(order));
    const open = await Promise.all(tokens.map((token) => opens(order, token)));
    expect(open).toEqual([false, true, true, true, true, true]);
  });

  it('do not push out the cookie that came with the payment', async () => {
    const order = await anOrder();
    const cookie = await guestCookieOf(w, order.sessionId);
    for (let mail = 0; mail < 6; mail += 1) await nextMailToken(order);
    expect((await show(order, cookie)).status).toBe(200);
  });

  it('end, and so does the cookie that one of them gave', async () => {
    const order = await anOrder();
    const cookie = await cookieBy(order, await nextMailToken(order));
    expect((await show(order, cookie)).status).toBe(200);
    for (let mail = 0; mail < 5; mail += 1) await nextMailToken(order);
    expect((await show(order, cookie)).status).toBe(404);
  });

  it('are not made for a mail that exists already', async () => {
    const order = await anOrder();
    const count = async () => {
      const { rows } = await w.app.database.pool.query<{ count: string }>(
        'SELECT count(*) FROM popbox.guest_grants WHERE order_id = $1',
        [order.orderId],
      );
      return rows[0]?.count;
    };
    const before = await count();
    await inTx(w.app, 'test', (tx, now) => enqueuePaidMails(tx, w.app, { ...order, now }));
    expect(await count()).toBe(before);
  });
});

it('the cookie of a guest goes over encrypted connections only, in production', async () => {
  const { orderId, sessionId } = await anOrder();
  const present = await guestCookieOf(w, sessionId);
  const app = { ...w.app, config: { ...w.app.config, isProduction: true } };
  const { options } = await guestCookie(app, {
    present: () => present.replace('guest_order_session=', ''),
    add: { orderId, grantId: newId() },
  });
  expect(options).toMatchObject({ httpOnly: true, sameSite: 'lax', secure: true });
});

describe('POST /admin/orders/:id/revoke-access', () => {
  const path = (id: string) => ['post', `/admin/orders/${id}/revoke-access`] as const;

  it('ends links and cookies at once, and tells who did it', async () => {
    const [order, other] = [await anOrder(), await anOrder()];
    const token = await nextMailToken(order);
    const cookie = await cookieBy(order, token);
    const paid = await guestCookieOf(w, order.sessionId);
    const untouched = await guestCookieOf(w, other.sessionId);

    const answer = await callAs(w, admin, path(order.orderId));
    // Of the checkout, of the confirmation, and the one above.
    expect(answer).toMatchObject({ status: 200, data: { orderId: order.orderId, revoked: 3 } });

    expect(await opens(order, token)).toBe(false);
    for (const dead of [cookie, paid]) expect((await show(order, dead)).status).toBe(404);
    expect((await show(other, untouched)).status).toBe(200);
    const again = await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: order.sessionId });
    expect(again.headers['set-cookie']).toBeUndefined();

    const { rows } = await w.app.database.pool.query<Record<string, unknown>>(
      `SELECT actor, action, before, after FROM popbox.audit_entries WHERE target_id = $1`,
      [order.orderId],
    );
    expect(rows).toEqual([
      {
        actor: `admin:${admin.userId}`,
        action: 'order.guest_access_revoked',
        before: { liveGrants: 3 },
        after: { liveGrants: 0 },
      },
    ]);
  });

  it('leaves the way open for the next mail, and may be repeated', async () => {
    const order = await anOrder();
    await callAs(w, admin, path(order.orderId));
    expect(await callAs(w, admin, path(order.orderId))).toMatchObject({ data: { revoked: 0 } });
    expect(await opens(order, await nextMailToken(order))).toBe(true);
  });

  it('knows only orders', async () => {
    expect(await callAs(w, admin, path(newId()))).toMatchObject({
      status: 404,
      code: 'ORDER_NOT_FOUND',
    });
  });

  refusesStrangers(() => w, [path('0198c0de-0000-7000-8000-000000000001')]);
});
