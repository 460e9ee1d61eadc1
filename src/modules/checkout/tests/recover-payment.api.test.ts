import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aKuji,
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  setLatePayments,
  type CartItem,
  type OpenCheckout,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { moneyOf, refundAs, statusOf } from '../../../../testing/refund-as.ts';
import { world, type World } from '../../../../testing/world.ts';
import type { SessionParams } from '../../../integrations/stripe/stripe-port.ts';
import { setVariantStock } from '../../inventory/index.ts';
import { expireOrder } from '../service/expire-order.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  await setLatePayments(w, 'attention');
});
afterAll(() => w.close());

refusesStrangers(() => w, [['post', `/admin/orders/${randomUUID()}/recover-payment`]]);

const recover = (orderId: string) =>
  w.http
    .post(`/api/v1/admin/orders/${orderId}/recover-payment`)
    .set('Authorization', `Bearer ${admin.token}`);

async function run(text: string, values: unknown[]): Promise<void> {
  await w.app.database.pool.query(text, values);
}

async function expectRefusal(orderId: string, status: number, code: string): Promise<void> {
  const response = await recover(orderId);
  expect([response.status, response.text]).toEqual([status, expect.stringContaining(code)]);
}

type LateOrder = OpenCheckout & { productId: string; variantId: string; paymentIntentId: string };

/** Paid after its hold had ended and somebody else had bought the last one; `more` is still there. */
async function aLateOrder(more: CartItem[] = []): Promise<LateOrder> {
  const { productId, variantId } = await aProduct(w, { onHand: 1 });
  const cart = [{ productId, productVariantId: variantId, quantity: 1 }];
  const late = await anOpenCheckout(w, [...cart, ...more]);
  w.sandbox.setWebhookMode('hold');
  w.sandbox.pay(late.sessionId, 'paid');
  await expireOrder(w.app, { orderId: late.orderId, actor: 'test' });
  w.sandbox.setWebhookMode('normal');
  await aPaidOrder(w, cart);
  await w.sandbox.releaseWebhooks();
  await w.drain();
  const session = await w.app.stripe.retrieveSession(late.sessionId);
  return { ...late, productId, variantId, paymentIntentId: session?.paymentIntentId ?? '' };
}

const restock = ({ productId, variantId }: LateOrder) =>
  setVariantStock(w.app, { actor: 'test', requestId: null, productId, variantId, onHand: 1 });

describe('POST /admin/orders/:id/recover-payment', () => {
  it('serves a late order after a restock, once, with its mails', async () => {
    const late = await aLateOrder();
    await expectRefusal(late.orderId, 500, 'ORDER_FINALIZATION_FAILED');
    await restock(late);
    const both = await Promise.all([recover(late.orderId), recover(late.orderId)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const served = both.find(({ status }) => status === 200);
    expect(served?.body).toMatchObject({
      data: {
        order: { id: late.orderId, publicId: late.publicId, status: 'paid' },
        reconciliation: { discountCents: 0 },
        finalization: {
          paymentUpdated: false,
          reservationsConverted: true,
          inventoryUpdated: true,
          ticketsCreated: 0,
        },
        email: { status: 'sent' },
      },
    });
    const audit = await w.app.database.pool.query(
      `SELECT actor, action, before, after FROM popbox.audit_entries
       WHERE target_id = $1 AND action LIKE 'order.%'`,
      [late.orderId],
    );
    expect(audit.rows).toEqual([
      {
        actor: `admin:${admin.userId}`,
        action: 'order.payment_recovered',
        before: { status: 'paid_needs_attention', attentionCode: 'LATE_PAYMENT_NO_STOCK' },
        after: { status: 'paid' },
      },
    ]);
    await w.drain();
    const mails = w.sandbox.mails().filter(({ key }) => key === `order-confirmed/${late.orderId}`);
    expect(mails).toHaveLength(1);
    await expectRefusal(late.orderId, 409, 'ORDER_NOT_RECOVERABLE');
  });

  it('draws the numbers of its tickets', async () => {
    const { productId } = await aKuji(w, { tickets: 4 });
    const late = await aLateOrder([{ productId, quantity: 2 }]);
    await restock(late);
    expect((await recover(late.orderId)).body).toMatchObject({
      data: { finalization: { ticketsCreated: 2 } },
    });
    const { rows } = await w.app.database.pool.query<{ tickets: number }>(
      'SELECT count(*)::int AS tickets FROM popbox.kuji_tickets WHERE order_id = $1',
      [late.orderId],
    );
    expect(rows).toEqual([{ tickets: 2 }]);
    await w.drain();
  });

  // Red if the order is looked at only before Stripe is asked: its goods would be taken twice.
  it('looks again at an order that was served while Stripe was asked', async () => {
    const late = await aLateOrder();
    await restock(late);
    const gate = w.sandbox.gate('GET /v1/refunds', 'after');
    const slow = expectRefusal(late.orderId, 409, 'ORDER_NOT_RECOVERABLE');
    await gate.arrived;
    expect((await recover(late.orderId)).status).toBe(200);
    gate.open();
    await slow;
    await w.drain();
  });

  it('refuses while a dispute is open, and serves once it is won', async () => {
    const late = await aLateOrder();
    await restock(late);
    await w.sandbox.odd('dispute', late.paymentIntentId);
    await w.drain();
    await expectRefusal(late.orderId, 409, 'ORDER_NOT_RECOVERABLE');
    await w.sandbox.odd('dispute_won', late.paymentIntentId);
    await w.drain();
    expect((await recover(late.orderId)).status).toBe(200);
    await w.drain();
  });

  it('refuses an order that was served before its refund failed', async () => {
    const { productId, variantId } = await aProduct(w, { onHand: 2 });
    const cart = [{ productId, productVariantId: variantId, quantity: 1 }];
    const { orderId } = await aPaidOrder(w, cart);
    await refundAs(w, admin, orderId);
    const [refund] = await w.app.stripe.listRefunds((await moneyOf(w, orderId)).intentId);
    await w.sandbox.odd('refund_failed', refund?.id ?? '');
    await w.drain();
    expect(await statusOf(w, orderId)).toBe('paid_needs_attention');
    await expectRefusal(orderId, 409, 'ORDER_NOT_RECOVERABLE');
  });

  // Red without the question under the order's lock: the goods would be gone before Stripe has answered the refund.
  it('refuses while a refund of the order is on its way', async () => {
    const late = await aLateOrder();
    const { pool } = w.app.database;
    await pool.query(
      `INSERT INTO popbox.refunds (id, order_id, payment_id, idempotency_key, request_hash, amount_cents, currency, state,
         requested_by)
       SELECT gen_random_uuid(), order_id, id, 'in-flight', repeat('0', 64), 1, 'CAD', 'requested', 'test'
       FROM popbox.payments WHERE order_id = $1`,
      [late.orderId],
    );
    await expectRefusal(late.orderId, 409, 'STRIPE_PAYMENT_REFUNDED');
    await pool.query('DELETE FROM popbox.refunds WHERE order_id = $1', [late.orderId]);
  });

  it('refuses while another recovery has the order', async () => {
    const late = await aLateOrder();
    const client = await w.app.database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `orders:recover:${late.orderId}`,
      ]);
      await expectRefusal(late.orderId, 409, 'ORDER_RECOVERY_IN_PROGRESS');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  it('refuses an order that does not exist', () =>
    expectRefusal(randomUUID(), 404, 'ORDER_NOT_FOUND'));

  it('refuses a payment of another amount', async () => {
    const { productId, variantId } = await aProduct(w);
    const odd = await anOpenCheckout(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
    await w.sandbox.odd('amount_differs', odd.sessionId);
    w.sandbox.pay(odd.sessionId, 'paid');
    await w.drain();
    await expectRefusal(odd.orderId, 409, 'PAYMENT_AMOUNT_MISMATCH');
  });

  it('refuses a payment that Stripe does not call paid', async () => {
    const late = await aLateOrder();
    const { rows } = await w.app.database.pool.query<{ session_params: SessionParams }>(
      'SELECT session_params FROM popbox.payments WHERE order_id = $1',
      [late.orderId],
    );
    const params = rows[0]?.session_params;
    if (!params) throw new Error('no payment');
    const other = await w.app.stripe.createSession(params, `test/other/${late.orderId}`);
    const set = 'UPDATE popbox.payments SET session_id = $2 WHERE order_id = $1';
    await run(set, [late.orderId, other.id]);
    await expectRefusal(late.orderId, 409, 'STRIPE_PAYMENT_NOT_PAID');
    await run(set, [late.orderId, late.sessionId]);
    await w.app.stripe.expireSession(other.id, `test/expire/${late.orderId}`);
  });

  it('refuses a payment that Stripe does not know', async () => {
    const late = await aLateOrder();
    const set = 'UPDATE popbox.payments SET session_id = $2 WHERE order_id = $1';
    await run(set, [late.orderId, 'cs_gone']);
    await expectRefusal(late.orderId, 404, 'STRIPE_SESSION_NOT_FOUND');
    await run(set, [late.orderId, late.sessionId]);
  });

  it('refuses the payment of another order', async () => {
    const [late, other] = [await aLateOrder(), await aLateOrder()];
    const set = 'UPDATE popbox.payments SET session_id = $2 WHERE order_id = $1';
    await run(set, [other.orderId, 'cs_aside']);
    await run(set, [late.orderId, other.sessionId]);
    await expectRefusal(late.orderId, 409, 'STRIPE_ORDER_METADATA_MISMATCH');
    await run(set, [late.orderId, late.sessionId]);
    await run(set, [other.orderId, other.sessionId]);
  });

  it('refuses a payment that was refunded, even in part', async () => {
    const late = await aLateOrder();
    await w.app.stripe.createRefund(
      { paymentIntentId: late.paymentIntentId, amountCents: 1, metadata: {} },
      `test/${late.orderId}`,
    );
    await expectRefusal(late.orderId, 409, 'STRIPE_PAYMENT_REFUNDED');
    await w.drain();
  });
});
