import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
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
import { world, type World } from '../../../../testing/world.ts';
import { moneyOf, refundAs, statusOf } from '../../../../testing/refund-as.ts';
import { expireOrder } from '../service/expire-order.ts';

let w: World;
let admin: SignedIn;
const nobody = randomUUID();
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  await setLatePayments(w, 'attention');
});
afterAll(() => w.close());

refusesStrangers(() => w, [['post', `/admin/orders/${nobody}/accept`]]);

const accept = (orderId: string, body?: object) =>
  callAs(w, admin, ['post', `/admin/orders/${orderId}/accept`], body);

/** Paid with a dollar less than the order asks for. */
async function anOddOrder(items: CartItem[]): Promise<OpenCheckout> {
  const opened = await anOpenCheckout(w, items);
  await w.sandbox.odd('amount_differs', opened.sessionId);
  w.sandbox.pay(opened.sessionId, 'paid');
  await w.drain();
  return opened;
}

const aCart = async (onHand = 3): Promise<CartItem[]> => {
  const { productId, variantId } = await aProduct(w, { onHand });
  return [{ productId, productVariantId: variantId, quantity: 1 }];
};

describe('POST /admin/orders/:id/accept', () => {
  it('serves the order with goods, tickets, mails and an audit entry; both amounts stay', async () => {
    const kuji = await aKuji(w, { tickets: 4 });
    const odd = await anOddOrder([...(await aCart()), { productId: kuji.productId, quantity: 2 }]);
    expect(await accept(odd.orderId, { reason: 'A dollar is nothing.' })).toMatchObject({
      status: 200,
      data: { id: odd.orderId, publicId: odd.publicId, status: 'paid' },
    });
    await w.drain();
    expect(await statusOf(w, odd.orderId)).toBe('paid');
    const { rows } = await w.app.database.pool.query(
      `SELECT o.total_cents - p.received_cents AS missing, a.actor, a.before, a.after,
         (SELECT count(*)::int FROM popbox.kuji_tickets t WHERE t.order_id = o.id) AS tickets
       FROM popbox.orders o JOIN popbox.payments p ON p.order_id = o.id
       JOIN popbox.audit_entries a ON a.target_id = o.id::text AND a.action = 'order.accepted' WHERE o.id = $1`,
      [odd.orderId],
    );
    expect(rows).toEqual([
      {
        missing: 100,
        actor: `admin:${admin.userId}`,
        before: { status: 'paid_needs_attention', attentionCode: 'AMOUNT_DIFFERS' },
        after: { status: 'paid', reason: 'A dollar is nothing.' },
        tickets: 2,
      },
    ]);
    const mails = w.sandbox.mails().filter(({ key }) => key === `order-confirmed/${odd.orderId}`);
    expect(mails).toHaveLength(1);
    expect(await accept(odd.orderId)).toMatchObject({ status: 409, code: 'ORDER_NOT_ACCEPTABLE' });
  });

  it('after a part of the money went back, but not while some is on its way', async () => {
    const odd = await anOddOrder(await aCart());
    const { intentId } = await moneyOf(w, odd.orderId);
    await w.sandbox.odd('refund_pending', intentId);
    await refundAs(w, admin, odd.orderId, { amountCents: 200 });
    expect(await accept(odd.orderId)).toMatchObject({ status: 409, code: 'ORDER_MONEY_RETURNING' });
    await w.sandbox.odd('refund_succeeded', intentId);
    await w.drain();
    expect(await accept(odd.orderId)).toMatchObject({ status: 200 });
    await w.drain();
  });

  it('refuses where the goods are gone, and changes nothing', async () => {
    const cart = await aCart(1);
    const late = await anOpenCheckout(w, cart);
    w.sandbox.setWebhookMode('hold');
    w.sandbox.pay(late.sessionId, 'paid');
    await expireOrder(w.app, { orderId: late.orderId, actor: 'test' });
    w.sandbox.setWebhookMode('normal');
    await aPaidOrder(w, cart);
    await w.sandbox.releaseWebhooks();
    await w.drain();
    expect(await accept(late.orderId)).toMatchObject({ status: 409, code: 'ORDER_GOODS_GONE' });
    expect(await statusOf(w, late.orderId)).toBe('paid_needs_attention');
  });

  it('refuses a disputed order until the bank has decided', async () => {
    const disputed = await aPaidOrder(w, await aCart());
    const { intentId } = await moneyOf(w, disputed.orderId);
    await w.sandbox.odd('dispute', intentId);
    await w.drain();
    expect(await accept(disputed.orderId)).toMatchObject({ code: 'ORDER_NOT_ACCEPTABLE' });
  });

  // Red if any reason will do: what it refunded may be on the shelf again, and its tickets were taken back.
  it('refuses an order whose refund Stripe took back', async () => {
    const { orderId } = await aPaidOrder(w, await aCart());
    await refundAs(w, admin, orderId);
    const [refund] = await w.app.stripe.listRefunds((await moneyOf(w, orderId)).intentId);
    await w.sandbox.odd('refund_failed', refund?.id ?? '');
    await w.drain();
    expect(await statusOf(w, orderId)).toBe('paid_needs_attention');
    expect(await accept(orderId)).toMatchObject({ status: 409, code: 'ORDER_NOT_ACCEPTABLE' });
  });

  it('refuses unknown and unpaid orders, and one that is being recovered', async () => {
    expect(await accept(nobody)).toMatchObject({ status: 404, code: 'ORDER_NOT_FOUND' });
    const open = await anOpenCheckout(w, await aCart());
    expect(await accept(open.orderId)).toMatchObject({ status: 409, code: 'ORDER_NOT_ACCEPTABLE' });
    const client = await w.app.database.pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `orders:recover:${open.orderId}`,
    ]);
    expect(await accept(open.orderId)).toMatchObject({ code: 'ORDER_RECOVERY_IN_PROGRESS' });
    await client.query('ROLLBACK');
    client.release();
  });
});
