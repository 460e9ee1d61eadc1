import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDeadlocks } from '../../../../testing/count-deadlocks.ts';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  checkout,
  checkoutBody,
  type CartItem,
  type OpenCheckout,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { convertHolds, setVariantStock } from '../../inventory/index.ts';
import { refundAs, statusOf } from '../../../../testing/refund-as.ts';
import { expireOrder } from '../service/expire-order.ts';
import { finaliseOrder } from '../service/finalise-order.ts';

let w: World;
beforeAll(async () => {
  w = await world({ poolMax: 40 });
});
afterAll(() => w.close());

const finalise = ({ sessionId }: OpenCheckout) =>
  finaliseOrder(w.app, { sessionId, actor: 'test' });
const aCart = async (): Promise<CartItem[]> => {
  const { productId, variantId } = await aProduct(w);
  return [{ productId, productVariantId: variantId, quantity: 1 }];
};

async function aPayment(items: CartItem[]): Promise<OpenCheckout> {
  const opened = await anOpenCheckout(w, items);
  w.sandbox.setWebhookMode('drop');
  w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  return opened;
}

async function countOf(sql: string, ...values: unknown[]): Promise<number> {
  const { rows } = await w.app.database.pool.query<{ n: number }>(sql, values);
  return rows[0]?.n ?? -1;
}

const soldOf = ({ orderId }: OpenCheckout) =>
  countOf(
    `SELECT count(*)::int AS n FROM popbox.inventory_movements m JOIN popbox.holds h ON h.id = m.hold_id
     WHERE h.order_id = $1 AND m.reason = 'sold'`,
    orderId,
  );

describe('whoever waited for Stripe', () => {
  // Red if the order is read before Stripe is asked: both would find it unpaid.
  it('T28 decisions follow the remote call', async () => {
    const payment = await aPayment(await aCart());
    const gate = w.sandbox.gate('GET /v1/checkout/sessions/:id', 'after');
    const slow = finalise(payment);
    await gate.arrived;
    expect(await finalise(payment)).toBe('finalised');
    gate.open();
    expect(await slow).toBe('already_finalised');
    expect(await soldOf(payment)).toBe(1);
    await w.drain();
  });

  it('takes a hold again that ended meanwhile, and does not sell it twice', async () => {
    const payment = await aPayment(await aCart());
    const gate = w.sandbox.gate('GET /v1/checkout/sessions/:id', 'after');
    const slow = finalise(payment);
    await gate.arrived;
    expect(await expireOrder(w.app, { orderId: payment.orderId, actor: 'test' })).toBe(true);
    gate.open();
    expect(await slow).toBe('finalised');
    expect(await soldOf(payment)).toBe(1);
    await w.drain();
  });
});

it('T29 a hold converts once', async () => {
  const payment = await aPayment(await aCart());
  const { orderId } = payment;
  // Red if stock is reduced by whoever asks, and not by flipping the hold. Undone, because the order is not paid yet.
  const undone = new Error('undone');
  const twice = inTx(w.app, 'test', async (tx, now) => {
    const convert = () =>
      convertHolds(tx, { orderIds: [orderId], lineCount: 1, now, actor: 'test' });
    expect(await convert()).toHaveLength(1);
    expect(await convert()).toHaveLength(0);
    throw undone;
  });
  await expect(twice).rejects.toBe(undone);
  await Promise.all(Array.from({ length: 5 }, () => finalise(payment)));
  expect(await soldOf(payment)).toBe(1);
  await w.drain();
});

it('T32 one confirmation per order', async () => {
  const opened = await anOpenCheckout(w, await aCart());
  w.sandbox.setWebhookMode('duplicate');
  w.sandbox.pay(opened.sessionId, 'paid');
  w.sandbox.setWebhookMode('normal');
  const page = () => w.http.get('/api/v1/checkout/success').query({ session_id: opened.sessionId });
  await Promise.all([page(), page(), finalise(opened), w.drain()]);
  await w.drain();
  const key = `order-confirmed/${opened.orderId}`;
  expect(
    await countOf('SELECT count(*)::int AS n FROM popbox.outbox_mails WHERE key = $1', key),
  ).toBe(1);
  expect(w.sandbox.mails().filter((mail) => mail.key === key)).toHaveLength(1);
});

it('T25 and those of finalising do not reach the success page', async () => {
  const payment = await aPayment(await aCart());
  const { pool } = w.app.database;
  // The first two tries of the transaction fail as Postgres lets them fail; a sequence is not rolled back with them.
  await pool.query(`
    CREATE SEQUENCE popbox.test_tries;
    CREATE FUNCTION popbox.test_conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      CASE nextval('popbox.test_tries')
        WHEN 1 THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001';
        WHEN 2 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01';
        ELSE RETURN NEW;
      END CASE;
    END $$;
    CREATE TRIGGER test_conflict BEFORE UPDATE ON popbox.orders FOR EACH ROW EXECUTE FUNCTION popbox.test_conflict()`);
  try {
    const page = await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: payment.sessionId });
    expect(page.status).toBe(200);
  } finally {
    await pool.query(
      'DROP FUNCTION popbox.test_conflict() CASCADE; DROP SEQUENCE popbox.test_tries',
    );
  }
  expect(await statusOf(w, payment.orderId)).toBe('paid');
  expect(await soldOf(payment)).toBe(1);
  await w.drain();
});

describe('what locks the same rows from both ends', () => {
  // The same two goods and one box, named in both orders.
  async function crossedCarts(): Promise<{ carts: [CartItem[], CartItem[]]; goods: CartItem[] }> {
    const [[a], [b]] = [await aCart(), await aCart()];
    if (!a || !b) throw new Error('no cart');
    const kuji = await aKuji(w, { tickets: 60, lastOne: false });
    const tickets = { productId: kuji.productId, quantity: 1 };
    for (const item of [a, b]) await setStock(item, 100);
    return {
      carts: [
        [a, b, tickets],
        [tickets, b, a],
      ],
      goods: [a, b],
    };
  }

  const setStock = ({ productId, productVariantId }: CartItem, onHand: number) =>
    setVariantStock(w.app, {
      actor: 'test',
      requestId: null,
      productId,
      variantId: productVariantId ?? '',
      onHand,
    });

  // Red if one end locks the box before the stock. In which order several rows of stock are locked: inventory's lock-order.
  it('H08 checkout and finalise do not deadlock', async () => {
    const { carts } = await crossedCarts();
    const payments: OpenCheckout[] = [];
    for (let n = 0; n < 10; n += 1) payments.push(await aPayment(carts[n % 2 === 0 ? 0 : 1]));
    const before = await countDeadlocks(w);
    const [outcomes, answers] = await Promise.all([
      Promise.all(payments.map(finalise)),
      Promise.all(
        Array.from({ length: 10 }, (_, n) => checkout(w, checkoutBody(carts[n % 2 === 0 ? 0 : 1]))),
      ),
    ]);
    expect(outcomes).toEqual(Array(10).fill('finalised'));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(await countDeadlocks(w)).toBe(before);
    await w.drain();
  });

  it('T10 crossed bulk changes do not deadlock', async () => {
    const { carts, goods } = await crossedCarts();
    const admin = await anAdmin(w);
    const paid: OpenCheckout[] = [];
    const waiting: OpenCheckout[] = [];
    const payments: OpenCheckout[] = [];
    for (let n = 0; n < 6; n += 1) {
      const cart = carts[n % 2 === 0 ? 0 : 1];
      paid.push(await aPaidOrder(w, cart));
      waiting.push(await anOpenCheckout(w, cart));
      payments.push(await aPayment(cart));
    }
    const before = await countDeadlocks(w);
    const [refunded, expired, finalised] = await Promise.all([
      Promise.all(paid.map(({ orderId }) => refundAs(w, admin, orderId, { restock: true }))),
      Promise.all(waiting.map(({ orderId }) => expireOrder(w.app, { orderId, actor: 'test' }))),
      Promise.all(payments.map(finalise)),
      ...goods.map((item) => setStock(item, 200)),
    ]);
    expect(refunded.map(({ orderStatus }) => orderStatus)).toEqual(Array(6).fill('refunded'));
    expect(expired).toEqual(Array(6).fill(true));
    expect(finalised).toEqual(Array(6).fill('finalised'));
    expect(await countDeadlocks(w)).toBe(before);
    for (const { sessionId, orderId } of waiting) {
      await w.app.stripe.expireSession(sessionId, `test/${orderId}`);
    }
    await w.drain();
  });
});
