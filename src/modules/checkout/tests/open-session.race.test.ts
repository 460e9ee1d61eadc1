import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDeadlocks } from '../../../../testing/count-deadlocks.ts';
import {
  aKuji,
  anOpenCheckout,
  aProduct,
  checkout,
  checkoutBody,
  newKey,
  type CartItem,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { setVariantStock } from '../../inventory/index.ts';

// More connections than contestants, or the pool would queue the race away.
const CONTESTANTS = 40;

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: CONTESTANTS + 5 });
});
afterAll(() => w.close());

async function countOf(sql: string, ...values: unknown[]): Promise<number> {
  const { rows } = await w.app.database.pool.query<{ n: number }>(sql, values);
  return rows[0]?.n ?? 0;
}

/** All leave together, each with a cart, an address and a key of its own. */
async function race(items: CartItem[]) {
  const answers = await Promise.all(
    Array.from({ length: CONTESTANTS }, () => checkout(w, checkoutBody(items))),
  );
  const losers = answers.filter((answer) => answer.status !== 201);
  return {
    won: answers.length - losers.length,
    losers: losers.map((answer) => {
      const { code, errors } = answer.body as { code: number; errors: { code: string } };
      return `${String(code)} ${errors.code}`;
    }),
  };
}

describe('many shoppers at once', () => {
  // Red without `AND on_hand - reserved >= quantity` in the statement that takes a hold.
  it('T01 last unit is sold once', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 1 });
    const { won } = await race([{ productId, productVariantId: variantId, quantity: 1 }]);
    expect(won).toBe(1);
  });

  it('15 units of a variant: 15 holds, 25 clear refusals', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 15 });
    const { won, losers } = await race([{ productId, productVariantId: variantId, quantity: 1 }]);
    expect(won).toBe(15);
    expect(losers).toEqual(Array(25).fill('409 PRODUCT_VARIANT_OUT_OF_STOCK'));
    expect(
      await countOf('SELECT reserved AS n FROM popbox.inventory WHERE product_id = $1', productId),
    ).toBe(15);
    // The losers left nothing behind.
    expect(
      await countOf(
        'SELECT count(*)::int AS n FROM popbox.order_lines WHERE product_id = $1',
        productId,
      ),
    ).toBe(15);
  });

  it('15 kuji tickets: 15 holds, each with its own place, 25 clear refusals', async () => {
    const { productId } = await aKuji(w, { tickets: 15 });
    const { won, losers } = await race([{ productId, quantity: 1 }]);
    expect(won).toBe(15);
    expect(losers).toEqual(Array(25).fill('409 KUJI_TICKETS_UNAVAILABLE'));
    expect(
      await countOf('SELECT reserved AS n FROM popbox.inventory WHERE product_id = $1', productId),
    ).toBe(15);
    expect(
      await countOf(
        `SELECT count(DISTINCT h.hold_seq)::int AS n FROM popbox.kuji_holds h
         JOIN popbox.kuji_sets s ON s.id = h.set_id WHERE s.product_id = $1`,
        productId,
      ),
    ).toBe(15);
  });

  it('T07 ten buyers, one unit, one order', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 1 });
    const items = [{ productId, productVariantId: variantId, quantity: 1 }];
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => checkout(w, checkoutBody(items))),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([
      201,
      ...Array<number>(9).fill(409),
    ]);
    expect(
      await countOf(
        'SELECT count(*)::int AS n FROM popbox.order_lines WHERE product_id = $1',
        productId,
      ),
    ).toBe(1);
  });

  // Red if nobody sorts the lines, neither the cart nor who takes the holds: Postgres has to break deadlocks.
  it('crossed carts of the same two things do not wait for each other', async () => {
    const a = await aProduct(w, { onHand: 100 });
    const b = await aProduct(w, { onHand: 100 });
    const lines = [a, b].map(({ productId, variantId }) => ({
      productId,
      productVariantId: variantId,
      quantity: 1,
    }));
    const before = await countDeadlocks(w);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        checkout(w, checkoutBody(i % 2 === 0 ? lines : [...lines].reverse())),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201));
    expect(await countDeadlocks(w)).toBe(before);
  });

  it('crossed carts of the same two boxes do not wait for each other', async () => {
    const a = await aKuji(w, { tickets: 40 });
    const b = await aKuji(w, { tickets: 40 });
    const lines = [a, b].map(({ productId }) => ({ productId, quantity: 1 }));
    const before = await countDeadlocks(w);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        checkout(w, checkoutBody(i % 2 === 0 ? lines : [...lines].reverse())),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(201));
    expect(await countDeadlocks(w)).toBe(before);
  });
});

describe('one key at once', () => {
  // Red if the attempt is looked up after stock: the last unit refuses its own retries.
  it('ten times the same request: one order, one session, the rest replays', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 1 });
    const body = checkoutBody([{ productId, productVariantId: variantId, quantity: 1 }]);
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 10 }, () => checkout(w, body, key)));
    const created = answers.filter((answer) => answer.status === 201);
    const busy = answers.filter((answer) => answer.status === 409);
    expect(created.length + busy.length).toBe(10);
    expect(created.length).toBeGreaterThanOrEqual(1);
    const orders = new Set(
      created.map((answer) => (answer.body as { data: { orderId: string } }).data.orderId),
    );
    expect(orders.size).toBe(1);
    const [orderId] = orders;
    const sessions = w.sandbox
      .requests()
      .filter((request) => request.idempotencyKey === `checkout/${orderId ?? ''}`);
    expect(sessions).toHaveLength(1);
    expect(
      await countOf(
        'SELECT count(*)::int AS n FROM popbox.order_lines WHERE product_id = $1',
        productId,
      ),
    ).toBe(1);
  });

  // Red if whoever finds the refused attempt takes it over: an order for each of them.
  it('a key that was refused before opens one order as well', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 0 });
    const body = checkoutBody([{ productId, productVariantId: variantId, quantity: 1 }]);
    const key = newKey();
    expect((await checkout(w, body, key)).status).toBe(409);
    const by = { actor: 'test', requestId: null };
    await setVariantStock(w.app, { ...by, productId, variantId, onHand: 50 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => checkout(w, body, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    const orders = answers.map(
      (answer) => (answer.body as { data: { orderId: string } }).data.orderId,
    );
    expect(new Set(orders).size).toBe(1);
    expect(
      await countOf('SELECT reserved AS n FROM popbox.inventory WHERE product_id = $1', productId),
    ).toBe(1);
  });

  it('the second request waits for the first one’s payment page', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 1 });
    const body = checkoutBody([{ productId, productVariantId: variantId, quantity: 1 }]);
    const key = newKey();
    const gate = w.sandbox.gate('POST /v1/checkout/sessions', 'before');
    const first = checkout(w, body, key);
    await gate.arrived;
    const second = checkout(w, body, key);
    gate.open();
    const [one, two] = await Promise.all([first, second]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect((two.body as { data: unknown }).data).toEqual((one.body as { data: unknown }).data);
  });
});

describe('payment', () => {
  it('finalised five times at once: one finalisation, one mail', async () => {
    const { productId } = await aKuji(w, { tickets: 3 });
    const opened = await anOpenCheckout(w, [{ productId, quantity: 2 }]);
    w.sandbox.setWebhookMode('duplicate');
    w.sandbox.pay(opened.sessionId, 'paid');
    await w.sandbox.webhooksIdle();
    w.sandbox.setWebhookMode('normal');
    const deliveries = await import('../service/finalise-order.ts').then(({ finaliseOrder }) =>
      Promise.all(
        Array.from({ length: 5 }, () =>
          finaliseOrder(w.app, { sessionId: opened.sessionId, actor: 'test' }),
        ),
      ),
    );
    expect(deliveries.filter((outcome) => outcome === 'finalised')).toHaveLength(1);
    await w.drain();
    expect(
      await countOf(
        'SELECT count(*)::int AS n FROM popbox.kuji_tickets WHERE order_id = $1',
        opened.orderId,
      ),
    ).toBe(2);
    const mails = w.sandbox.mails().filter((mail) => mail.to.includes(opened.body.email));
    expect(mails).toHaveLength(1);
  });

  it('T22 success page and webhook finalise once', async () => {
    const { productId, variantId } = await aProduct(w);
    const opened = await anOpenCheckout(w, [
      { productId, productVariantId: variantId, quantity: 1 },
    ]);
    w.sandbox.pay(opened.sessionId, 'paid');
    const success = () =>
      w.http.get('/api/v1/checkout/success').query({ session_id: opened.sessionId });
    const [answers] = await Promise.all([
      Promise.all([success(), success(), success()]),
      w.drain(),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    await w.drain();
    expect(
      await countOf(
        `SELECT count(*)::int AS n FROM popbox.order_events WHERE order_id = $1 AND to_status = 'paid'`,
        opened.orderId,
      ),
    ).toBe(1);
  });
});
