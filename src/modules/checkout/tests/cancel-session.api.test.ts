import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CUSTOMER_EMAIL } from '../../../../sandbox/supabase/people.ts';
import {
  aCustomer,
  anAdmin,
  aProduct,
  checkoutBody,
  guestCookieOf,
  type CartItem,
} from '../../../../testing/factories.ts';
import { aBrowser } from '../../../../testing/shop-in-browser.ts';
import { world, type World } from '../../../../testing/world.ts';
import { expireHolds } from '../service/expire-holds.ts';
import { detailsOf, statusOf, stockOf, tellAnswer } from './look-at-checkout.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterEach(() => {
  w.clock.offsetMs = 0;
});
afterAll(() => w.close());

async function aUnit(): Promise<{ productId: string; cart: CartItem[] }> {
  const { productId, variantId } = await aProduct(w, { onHand: 1 });
  return { productId, cart: [{ productId, productVariantId: variantId, quantity: 1 }] };
}

const cancelWith = (publicId: string, headers: Record<string, string>) =>
  w.http.post(`/api/v1/checkout/session/${publicId}/cancel`).set(headers);

describe('POST /checkout/session/:publicId/cancel', () => {
  it('T21 leaving the pay page leads back or ends', async () => {
    const { productId, cart } = await aUnit();
    const shopper = aBrowser(w);
    // A declined card leaves the page open.
    const declined = await shopper.open(cart);
    expect(w.sandbox.pay(declined.sessionId, 'declined')).toBe('declined');
    // Back: the same key leads to the same page.
    const again = await shopper.checkout(declined.body, declined.key);
    expect((again.body as { data: unknown }).data).toMatchObject({
      checkoutUrl: declined.checkoutUrl,
    });
    // Away for good, with the storefront's back button: it ends at once.
    const cancelled = await shopper.cancel(declined.publicId);
    expect(cancelled.status).toBe(200);
    expect((cancelled.body as { data: unknown }).data).toEqual({
      publicId: declined.publicId,
      status: 'cancelled',
    });
    expect(w.sandbox.pay(declined.sessionId, 'paid')).toBe('closed');
    expect(await stockOf(w, productId)).toEqual({ onHand: 1, reserved: 0 });
    // Away without a word: it ends with the hold.
    const forgotten = await shopper.open(cart);
    w.clock.offsetMs = 11 * 60_000;
    await expireHolds(w.app);
    expect(await statusOf(w, forgotten)).toBe('expired');
    expect(await stockOf(w, productId)).toEqual({ onHand: 1, reserved: 0 });
    const late = await shopper.cancel(forgotten.publicId);
    expect((late.body as { data: unknown }).data).toMatchObject({ status: 'expired' });
  });

  it('changes nothing when repeated, also many times at once', async () => {
    const { productId, cart } = await aUnit();
    const shopper = aBrowser(w);
    const { publicId, orderId } = await shopper.open(cart);
    const answers = await Promise.all(Array.from({ length: 5 }, () => shopper.cancel(publicId)));
    expect(answers.map(tellAnswer)).toEqual(Array(5).fill('200'));
    expect(await stockOf(w, productId)).toEqual({ onHand: 1, reserved: 0 });
    const { rows } = await w.app.database.pool.query(
      `SELECT actor FROM popbox.order_events WHERE order_id = $1 AND kind = 'cancelled'`,
      [orderId],
    );
    expect(rows).toEqual([{ actor: 'shopper' }]);
  });

  it('does not exist for anybody but its browser or account', async () => {
    const { cart } = await aUnit();
    const opened = await aBrowser(w).open(cart, { email: CUSTOMER_EMAIL });
    const other = aBrowser(w);
    await other.open((await aUnit()).cart);
    const { token } = await aCustomer(w);
    const strangers = [
      await cancelWith(opened.publicId, {}),
      await cancelWith(opened.publicId, { Cookie: 'checkout_browser=' }),
      await cancelWith(opened.publicId, { Cookie: `checkout_browser=${'x'.repeat(32)}` }),
      await other.cancel(opened.publicId),
      // The account of that very e-mail did not open it.
      await cancelWith(opened.publicId, { Authorization: `Bearer ${token}` }),
      await other.cancel('PBX-0000000000'),
      await other.cancel("' OR 1=1"),
    ];
    expect(strangers.map(tellAnswer)).toEqual(Array(7).fill('404 SESSION_NOT_FOUND'));
    expect(new Set(strangers.map((answer) => JSON.stringify(detailsOf(answer)))).size).toBe(1);
    expect(await statusOf(w, opened)).toBe('pending_payment');
    const bad = await cancelWith(opened.publicId, { Authorization: 'Bearer no' });
    expect(tellAnswer(bad)).toBe('401 AUTH_TOKEN_INVALID');
    const staff = await cancelWith(opened.publicId, {
      Authorization: `Bearer ${(await anAdmin(w)).token}`,
    });
    expect(tellAnswer(staff)).toBe('403 CUSTOMER_ACCOUNT_REQUIRED');
  });

  it('an account may cancel from another browser', async () => {
    const { cart } = await aUnit();
    const { token } = await aCustomer(w);
    const opened = await aBrowser(w, token).open(cart, { email: CUSTOMER_EMAIL });
    expect(tellAnswer(await aBrowser(w, token).cancel(opened.publicId))).toBe('200');
    expect(await statusOf(w, opened)).toBe('cancelled');
  });

  it('a payment wins, and so does a bank that is working on it', async () => {
    const shopper = aBrowser(w);
    const paid = await shopper.open((await aUnit()).cart);
    w.sandbox.pay(paid.sessionId, 'paid');
    expect(tellAnswer(await shopper.cancel(paid.publicId))).toBe('409 CHECKOUT_COMPLETED');
    expect(await statusOf(w, paid)).toBe('paid');
    const waiting = await shopper.open((await aUnit()).cart);
    w.sandbox.pay(waiting.sessionId, 'processing');
    expect(tellAnswer(await shopper.cancel(waiting.publicId))).toBe('409 CHECKOUT_PROCESSING');
    expect(await statusOf(w, waiting)).toBe('pending_payment');
    w.sandbox.settle(waiting.sessionId, 'succeeded');
  });

  it('answers 502 while Stripe does not, and keeps the goods', async () => {
    const { productId, cart } = await aUnit();
    const shopper = aBrowser(w);
    const { publicId } = await shopper.open(cart);
    w.sandbox.fault({
      match: 'POST /v1/checkout/sessions/:id/expire',
      kind: 'error_500',
      times: 4,
    });
    expect(tellAnswer(await shopper.cancel(publicId))).toBe('502 PROVIDER_FAILED');
    expect(await stockOf(w, productId)).toEqual({ onHand: 1, reserved: 1 });
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    expect(tellAnswer(await shopper.cancel(publicId))).toBe('200');
  });
});

describe('the browser’s cookie', () => {
  it('comes with a repeated answer as well, so that a lost one blocks nobody from his own goods', async () => {
    const { cart } = await aUnit();
    const lost = await aBrowser(w).open(cart);
    const shopper = aBrowser(w);
    const repeated = await Promise.all([1, 2, 3].map(() => shopper.checkout(lost.body, lost.key)));
    expect(repeated.map(tellAnswer)).toEqual(['201', '201', '201']);
    // Another body under the same key is somebody else's.
    const stranger = aBrowser(w);
    const other = { ...lost.body, customerNote: 'Not mine' };
    expect(tellAnswer(await stranger.checkout(other, lost.key))).toBe('422 IDEMPOTENCY_KEY_REUSED');
    expect(tellAnswer(await stranger.cancel(lost.publicId))).toBe('404 SESSION_NOT_FOUND');
    const next = await shopper.open(cart);
    expect(await statusOf(w, lost)).toBe('cancelled');
    expect(tellAnswer(await shopper.cancel(next.publicId))).toBe('200');
  });

  // Red if the cookie is taken as it comes: whoever was given the same nonsense would end the other's checkout.
  it('is the shop’s own: another value is nobody’s browser', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 2 });
    const cart = [{ productId, productVariantId: variantId, quantity: 1 }];
    const [one, other] = [aBrowser(w), aBrowser(w)];
    for (const { cookies } of [one, other]) cookies.set('checkout_browser', 'undefined');
    const first = await one.open(cart);
    await other.open(cart);
    expect(await statusOf(w, first)).toBe('pending_payment');
    expect(one.cookies.get('checkout_browser')).not.toBe(other.cookies.get('checkout_browser'));
  });

  it('comes with a refusal, too: the goods may be held all the same', async () => {
    const { productId, cart } = await aUnit();
    const shopper = aBrowser(w);
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions', kind: 'reset', times: 4 });
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions', kind: 'error_500', times: 4 });
    const unknown = await shopper.checkout(checkoutBody(cart));
    expect(tellAnswer(unknown)).toBe('502 PAYMENT_PAGE_UNKNOWN');
    expect(await stockOf(w, productId)).toEqual({ onHand: 1, reserved: 1 });
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
    await shopper.open(cart);
    expect(await stockOf(w, productId)).toEqual({ onHand: 1, reserved: 1 });
  });

  it('is HttpOnly, lasts a day, stays the same, and leaves the guest cookie alone', async () => {
    const { cart } = await aUnit();
    const shopper = aBrowser(w);
    const opened = await shopper.open(cart);
    const secret = shopper.cookies.get('checkout_browser') ?? '';
    expect(secret).toMatch(/^[\w-]{32}$/);
    w.sandbox.pay(opened.sessionId, 'paid');
    const guest = await guestCookieOf(w, opened.sessionId);
    const [name = '', value = ''] = guest.split(/=(.*)/s);
    expect(name).toBe('guest_order_session');
    shopper.cookies.set(name, value);
    const next = await shopper.checkout({
      ...opened.body,
      items: (await aUnit()).cart,
    });
    const set: unknown = next.headers['set-cookie'];
    expect(set).toEqual([
      expect.stringMatching(
        new RegExp(`^checkout_browser=${secret}; Max-Age=86400; Path=/; .*HttpOnly; SameSite=Lax$`),
      ),
    ]);
    const order = await w.http.get(`/api/v1/orders/${opened.publicId}`).set('Cookie', guest);
    expect(order.status).toBe(200);
    // Only a keyed hash is kept, and no log line has the secret.
    const { rows } = await w.app.database.pool.query<{ row: string }>(
      'SELECT o::text AS row FROM popbox.orders o',
    );
    expect([...rows.map(({ row }) => row), ...w.logLines].join('\n')).not.toContain(secret);
  });
});
