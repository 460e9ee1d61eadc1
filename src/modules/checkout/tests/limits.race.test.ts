import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CUSTOMER_EMAIL } from '../../../../sandbox/supabase/people.ts';
import {
  aCustomer,
  aKuji,
  aProduct,
  checkout,
  checkoutBody,
  newKey,
  type CartItem,
} from '../../../../testing/factories.ts';
import { aBrowser } from '../../../../testing/shop-in-browser.ts';
import { world, type World } from '../../../../testing/world.ts';
import { changeProduct } from '../../catalog/index.ts';
import { setVariantStock } from '../../inventory/index.ts';
import { tellAnswer } from './look-at-checkout.ts';

const CONTESTANTS = 16;
/** More tickets or units than anybody here may have. */
const PLENTY = 100;

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: CONTESTANTS + 5 });
  await w.app.database.pool.query(`INSERT INTO popbox.settings (key, value) VALUES
    ('kuji', '{"isStopped": false, "maxTicketsPerOrder": null, "maxTicketsPerPersonAndSet": 4,
      "maxTicketsPerPersonAndDay": null, "blockedProvinces": []}'),
    ('checkout', '{"maxOpenPerShopper": 3, "maxOpenPerMailbox": 100, "delayedPaymentMethods": []}')`);
});
afterEach(() => fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' }));
afterAll(() => w.close());

/** What live orders hold of a product. */
async function heldOf(productId: string): Promise<{ units: number; orders: number }> {
  const { rows } = await w.app.database.pool.query<{ units: number; orders: number }>(
    `SELECT coalesce(sum(l.quantity), 0)::int AS units, count(DISTINCT o.id)::int AS orders
     FROM popbox.orders o JOIN popbox.order_lines l ON l.order_id = o.id
     WHERE l.product_id = $1 AND o.status = 'pending_payment'`,
    [productId],
  );
  return rows[0] ?? { units: 0, orders: 0 };
}

const atOnce = (send: (i: number) => Promise<{ status: number; body: unknown }>) =>
  Promise.all(Array.from({ length: CONTESTANTS }, (_, i) => send(i))).then((answers) =>
    answers.map(tellAnswer),
  );

describe('many checkouts of one person at once', () => {
  // Red if the person is not locked before his tickets are counted: all see none.
  it('H20 parallel checkouts respect the limit', async () => {
    const kuji = await aKuji(w, { tickets: PLENTY });
    const cart: CartItem[] = [{ productId: kuji.productId, quantity: 1 }];
    // From as many browsers, and with as many spellings of one inbox.
    const answers = await atOnce((i) =>
      checkout(w, checkoutBody(cart, { email: `eve+${String(i)}@example.com` })),
    );
    expect(answers.filter((answer) => answer === '201')).toHaveLength(4);
    expect(answers.filter((answer) => answer === '409 KUJI_LIMIT_EXCEEDED')).toHaveLength(12);
    expect(await heldOf(kuji.productId)).toMatchObject({ units: 4 });

    const product = await aProduct(w, { onHand: PLENTY });
    const { productId, variantId } = product;
    const changes = { purchaseLimit: 5 };
    await changeProduct(w.app, { productId, changes, actor: 'test', requestId: null });
    const some = [{ productId, productVariantId: variantId, quantity: 2 }];
    const bought = await atOnce(() =>
      checkout(w, checkoutBody(some, { email: 'eve@example.com' })),
    );
    expect(bought.filter((answer) => answer === '201')).toHaveLength(2);
    expect(await heldOf(productId)).toMatchObject({ units: 4 });
  });

  // Red if only a first try locks the person: refused ones, repeated together after a restock, see nothing of each other.
  it('H20 holds for checkouts that were refused before', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 0 });
    const by = { actor: 'test', requestId: null };
    await changeProduct(w.app, { ...by, productId, changes: { purchaseLimit: 3 } });
    const some = [{ productId, productVariantId: variantId, quantity: 1 }];
    const body = checkoutBody(some, { email: 'finn@example.com' });
    const keys = Array.from({ length: CONTESTANTS }, newKey);
    const send = (i: number) => checkout(w, body, keys[i]);
    expect(new Set(await atOnce(send))).toEqual(new Set(['409 PRODUCT_VARIANT_OUT_OF_STOCK']));
    await setVariantStock(w.app, { ...by, productId, variantId, onHand: PLENTY });
    const answers = await atOnce(send);
    expect(answers.filter((answer) => answer === '201')).toHaveLength(3);
    expect(await heldOf(productId)).toEqual({ units: 3, orders: 3 });
  });

  // While Stripe closes no page, nothing is given up, and only the limits are left.
  const neverClosing = () => {
    w.sandbox.fault({
      match: 'POST /v1/checkout/sessions/:id/expire',
      kind: 'error_500',
      times: 1_000,
    });
  };

  it('H20 holds for an account as well, whatever its other browsers do', async () => {
    neverClosing();
    const kuji = await aKuji(w, { tickets: PLENTY });
    const { token } = await aCustomer(w);
    const cart = [{ productId: kuji.productId, quantity: 2 }];
    const answers = await atOnce(() =>
      aBrowser(w, token).checkout(checkoutBody(cart, { email: CUSTOMER_EMAIL })),
    );
    expect(answers.filter((answer) => answer === '201')).toHaveLength(2);
    expect(await heldOf(kuji.productId)).toEqual({ units: 4, orders: 2 });
  });

  it('a script in one browser does not hold a whole drop', async () => {
    neverClosing();
    const { productId, variantId } = await aProduct(w, { onHand: PLENTY });
    const script = aBrowser(w);
    const cart = [{ productId, productVariantId: variantId, quantity: 1 }];
    await script.open(cart);
    // Under a new e-mail each time.
    const answers = await atOnce(() => script.checkout(checkoutBody(cart)));
    expect(answers.filter((answer) => answer === '409 TOO_MANY_OPEN_CHECKOUTS')).toHaveLength(14);
    expect(await heldOf(productId)).toEqual({ units: 3, orders: 3 });
  });
});
