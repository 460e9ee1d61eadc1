import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aProduct,
  checkout,
  checkoutBody,
  newKey,
  type TestProduct,
} from '../../../../testing/factories.ts';
import { callAs } from '../../../../testing/call-as.ts';
import { aBrowser } from '../../../../testing/shop-in-browser.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { takeHolds } from '../../inventory/index.ts';
import { expireHolds, expireOrder, finaliseOrder } from '../index.ts';
import { statusOf, stockOf, tellAnswer } from './look-at-checkout.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 25 });
});
afterEach(async () => {
  w.clock.offsetMs = 0;
  await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
});
afterAll(() => w.close());

const some = ({ productId, variantId }: TestProduct, quantity = 1) => ({
  productId,
  productVariantId: variantId,
  quantity,
});

/** Orders whose page can be paid at Stripe, and whether all their lines are held. */
async function payablePages(productId: string): Promise<boolean[]> {
  const { rows } = await w.app.database.pool.query<{ sessionId: string; isHeld: boolean }>(
    `SELECT p.session_id AS "sessionId", bool_and(h.state IS NOT DISTINCT FROM 'live') AS "isHeld"
     FROM popbox.order_lines l JOIN popbox.payments p ON p.order_id = l.order_id
     LEFT JOIN popbox.holds h ON h.order_line_id = l.id
     WHERE l.order_id IN (SELECT order_id FROM popbox.order_lines WHERE product_id = $1)
       AND p.session_id IS NOT NULL
     GROUP BY p.session_id`,
    [productId],
  );
  const pages = await Promise.all(
    rows.map(async ({ sessionId, isHeld }) => ({
      isHeld,
      isOpen: (await w.app.stripe.retrieveSession(sessionId))?.status === 'open',
    })),
  );
  return pages.filter(({ isOpen }) => isOpen).map(({ isHeld }) => isHeld);
}

describe('holds', () => {
  it('T03 nobody can pay without a hold', async () => {
    const product = await aProduct(w, { onHand: 2 });
    const shoppers = Array.from({ length: 6 }, () => aBrowser(w));
    // Everybody tries, comes back, gives up; Stripe's answers get lost now and then.
    w.sandbox.fault({ match: 'POST /v1/checkout/sessions', kind: 'error_500', times: 1 });
    for (const cart of [[some(product)], [some(product, 2)], [some(product)]]) {
      await Promise.all(shoppers.map((shopper) => shopper.checkout(checkoutBody(cart))));
      const payable = await payablePages(product.productId);
      expect(payable.length).toBeLessThanOrEqual(2);
      expect(payable).not.toContain(false);
    }
    w.clock.offsetMs = 11 * 60_000;
    await expireHolds(w.app);
    expect(await payablePages(product.productId)).toEqual([]);
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 2, reserved: 0 });
  });

  it('T05 every path to a hold is guarded', async () => {
    const product = await aProduct(w, { onHand: 1 });
    const kuji = await aKuji(w, { tickets: 1, lastOne: false });
    const cart = [some(product), { productId: kuji.productId, quantity: 1 }];
    const shopper = aBrowser(w);
    const { orderId, sessionId } = await shopper.open(cart);
    const all = { onHand: 1, reserved: 1 };

    // A new checkout, one that failed before and runs again under its key, and one that replaces another.
    const key = newKey();
    const body = checkoutBody(cart);
    for (const answer of [await checkout(w, body, key), await checkout(w, body, key)]) {
      expect(tellAnswer(answer)).toBe('409 PRODUCT_VARIANT_OUT_OF_STOCK');
    }
    const another = await aProduct(w, { onHand: 5 });
    const changing = aBrowser(w);
    await changing.open([some(another)]);
    expect(tellAnswer(await changing.checkout(checkoutBody(cart)))).toBe(
      '409 PRODUCT_VARIANT_OUT_OF_STOCK',
    );
    expect([await stockOf(w, product.productId), await stockOf(w, kuji.productId)]).toEqual([
      all,
      all,
    ]);

    // A payment whose hold is gone (freed behind Stripe's back) after somebody else has taken the unit, and its recovery.
    w.sandbox.setWebhookMode('hold');
    w.sandbox.pay(sessionId, 'paid');
    await expireOrder(w.app, { orderId, actor: 'test' });
    const lucky = await aBrowser(w).open(cart);
    await finaliseOrder(w.app, { sessionId, actor: 'test' });
    const recovered = await callAs(w, await anAdmin(w), [
      'post',
      `/admin/orders/${orderId}/recover-payment`,
    ]);
    expect(recovered.status).toBeGreaterThanOrEqual(400);
    expect([await stockOf(w, product.productId), await stockOf(w, kuji.productId)]).toEqual([
      all,
      all,
    ]);
    w.sandbox.setWebhookMode('normal');
    await w.sandbox.releaseWebhooks();
    await w.drain();
    expect(await statusOf(w, { orderId })).not.toBe('paid');

    // The step itself, whoever may call it, and the row under any statement.
    const { rows } = await w.app.database.pool.query<{ id: string; lineId: string }>(
      `SELECT h.inventory_id AS id, h.order_line_id AS "lineId" FROM popbox.holds h
       JOIN popbox.order_lines l ON l.id = h.order_line_id WHERE h.order_id = $1 AND l.product_id = $2`,
      [lucky.orderId, product.productId],
    );
    const [held] = rows;
    if (!held) throw new Error('The hold is gone.');
    const short = await inTx(w.app, 'test.take', (tx, now) =>
      takeHolds(tx, w.app, {
        orderId: lucky.orderId,
        lines: [{ orderLineId: held.lineId, inventoryId: held.id, quantity: 1 }],
        expiresAt: now,
        now,
        actor: 'test',
      }),
    );
    expect(short).toEqual([held.id]);
    await expect(
      w.app.database.pool.query(
        'UPDATE popbox.inventory SET reserved = reserved + 1 WHERE id = $1',
        [held.id],
      ),
    ).rejects.toThrow('inventory_reserved_within_on_hand');
    expect(await stockOf(w, product.productId)).toEqual(all);
  });

  it('T05 one statement of one module writes holds', () => {
    const src = join(import.meta.dirname, '../../..');
    const writers = readdirSync(src, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .filter((file) =>
        /INSERT INTO popbox\.holds\b|\.insert\(holds\)|reserved = (\w+\.)?reserved \+/.test(
          readFileSync(join(src, file), 'utf8'),
        ),
      );
    expect(writers).toEqual(['modules/inventory/inventory.queries.ts']);
  });

  it('T08 a restock during a sale loses nothing', async () => {
    const product = await aProduct(w, { onHand: 5 });
    const admin = await anAdmin(w);
    const path = `/admin/products/${product.productId}/variants/${product.variantId}/inventory`;
    const buy = () => checkout(w, checkoutBody([some(product)]));
    // Twelve want one of five, and in the middle of it the shop counts twenty.
    const first = Array.from({ length: 6 }, buy);
    const restock = callAs(w, admin, ['patch', path], { onHand: 20 });
    const second = Array.from({ length: 6 }, buy);
    const answers = await Promise.all([...first, ...second]);
    expect((await restock).status).toBe(200);
    const won = answers.filter(({ status }) => status === 201);
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 20, reserved: won.length });
    expect(won.length).toBeGreaterThanOrEqual(5);
    // Sold and counted at once: the sale takes one from what was counted, whichever was first.
    const opened = await anOpenCheckout(w, [some(product)]);
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.drain();
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 19, reserved: won.length });
    // Fewer than are held is refused, not cut.
    const tooFew = await callAs(w, admin, ['patch', path], { onHand: won.length - 1 });
    expect(tooFew.status).toBe(409);
    expect(await stockOf(w, product.productId)).toEqual({ onHand: 19, reserved: won.length });
    expect(await statusOf(w, opened)).toBe('paid');
  });
});
