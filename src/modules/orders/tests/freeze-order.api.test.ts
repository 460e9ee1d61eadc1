import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  aKuji,
  anAdmin,
  aPaidOrder,
  guestCookieOf,
  type OpenCheckout,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { lockOrder, viewOrder } from '../index.ts';
import { moveOrder } from '../service/move-order.ts';
import { showPackingSlip } from '../service/show-packing-slip.ts';
import { moneyOf, refundAs, statusOf } from '../../../../testing/refund-as.ts';

let w: World;
let admin: SignedIn;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
});
afterAll(() => w.close());

async function aTicketOrder(): Promise<OpenCheckout & { intentId: string }> {
  const kuji = await aKuji(w, { tickets: 5 });
  const order = await aPaidOrder(w, [{ productId: kuji.productId, quantity: 2 }]);
  return { ...order, intentId: (await moneyOf(w, order.orderId)).intentId };
}

const pack = (orderId: string, to: 'packed' | 'shipped') =>
  inTx(w.app, 'test.pack', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (!order) throw new Error('no such order');
    await moveOrder(tx, {
      order,
      to,
      facts: {
        fulfilmentState: to,
        attentionResolvedAt: order.attentionCode === null ? null : now,
      },
      kind: to,
      now,
      actor: 'test',
    });
  });

const odd = async (kind: string, { intentId }: { intentId: string }) => {
  expect(await w.sandbox.odd(kind, intentId)).toBe(true);
  await w.drain();
};

async function reveal({ publicId, sessionId, orderId }: OpenCheckout): Promise<number> {
  const { rows } = await w.app.database.pool.query<{ id: string }>(
    'SELECT id FROM popbox.kuji_tickets WHERE order_id = $1 ORDER BY id LIMIT 1',
    [orderId],
  );
  const path = `/api/v1/orders/${publicId}/tickets/${rows[0]?.id ?? ''}/reveal`;
  const answer = await w.http.post(path).set('Cookie', await guestCookieOf(w, sessionId));
  return answer.status;
}

const shown = async (orderId: string) => {
  const { status, attention } = await viewOrder(w.app.database.db, w.app, {
    orderId,
    audience: 'admin',
  });
  return { status, reasonCode: attention?.reasonCode ?? null };
};

const notices = (kind: string, { publicId }: OpenCheckout) =>
  w.sandbox
    .mails()
    .filter(
      ({ key, subject }) => key?.startsWith(`${kind}/`) === true && subject.includes(publicId),
    ).length;

describe('an open dispute', () => {
  it('freezes a paid order, which goes on when it is won', async () => {
    const order = await aTicketOrder();
    await odd('dispute', order);
    expect(await shown(order.orderId)).toEqual({
      status: 'paid_needs_attention',
      reasonCode: 'DISPUTED',
    });
    await expect(pack(order.orderId, 'packed')).rejects.toMatchObject({ code: 'ORDER_DISPUTED' });
    expect(await reveal(order)).toBe(409);
    expect(notices('order-disputed-notice', order)).toBe(1);
    await odd('dispute_won', order);
    expect(await shown(order.orderId)).toEqual({ status: 'paid', reasonCode: null });
    expect(notices('dispute-closed-notice', order)).toBe(1);
    expect(await reveal(order)).toBe(200);
    await pack(order.orderId, 'packed');
    expect(await statusOf(w, order.orderId)).toBe('packed');
  });

  // Red if only a paid order is looked at: the parcel would leave while the bank takes the money back.
  it('freezes a packed order without moving it', async () => {
    const order = await aTicketOrder();
    await pack(order.orderId, 'packed');
    await odd('dispute', order);
    expect(await shown(order.orderId)).toEqual({ status: 'packed', reasonCode: 'DISPUTED' });
    await expect(pack(order.orderId, 'shipped')).rejects.toMatchObject({ code: 'ORDER_DISPUTED' });
    expect(await reveal(order)).toBe(409);
    const warning = 'Do not pack or ship: the payment of this order is disputed.';
    expect((await showPackingSlip(w.app, order.orderId)).html).toContain(warning);
    await odd('dispute_won', order);
    expect((await showPackingSlip(w.app, order.orderId)).html).not.toContain(warning);
    await pack(order.orderId, 'shipped');
    expect(await shown(order.orderId)).toEqual({ status: 'shipped', reasonCode: null });
  });

  it('flags shipped and refunded orders, too', async () => {
    const shipped = await aTicketOrder();
    await pack(shipped.orderId, 'packed');
    await pack(shipped.orderId, 'shipped');
    const refunded = await aTicketOrder();
    await refundAs(w, admin, refunded.orderId);
    for (const [order, status] of [
      [shipped, 'shipped'],
      [refunded, 'refunded'],
    ] as const) {
      await odd('dispute', order);
      expect(await shown(order.orderId)).toEqual({ status, reasonCode: 'DISPUTED' });
      expect(notices('order-disputed-notice', order)).toBe(1);
      expect(notices('order-disputed', order)).toBe(0);
    }
    await odd('dispute_lost', refunded);
    expect(await shown(refunded.orderId)).toEqual({ status: 'refunded', reasonCode: null });
    // All had gone back before: nothing is booked twice.
    const { receivedCents, refundedCents, here } = await moneyOf(w, refunded.orderId);
    expect([refundedCents, here.length]).toEqual([receivedCents, 1]);
  });
});

describe('a lost dispute', () => {
  it('is money that went back: what is left shrinks, closed tickets return, once', async () => {
    const order = await aTicketOrder();
    await refundAs(w, admin, order.orderId, { amountCents: 500 });
    await odd('dispute', order);
    await odd('dispute_lost', order);
    const money = await moneyOf(w, order.orderId);
    expect(money.refundedCents).toBe(money.receivedCents);
    expect(money.here).toContain(`succeeded ${String(money.receivedCents - 500)}`);
    expect(await shown(order.orderId)).toEqual({ status: 'refunded', reasonCode: null });
    const { rows } = await w.app.database.pool.query<{ open: number }>(
      'SELECT count(*)::int AS open FROM popbox.kuji_tickets WHERE order_id = $1 AND voided_at IS NULL',
      [order.orderId],
    );
    expect(rows).toEqual([{ open: 0 }]);
    expect(await refundAs(w, admin, order.orderId)).toMatchObject({ status: 409 });
    // The shopper hears of it from the bank; the one mail about money is that of the refund before.
    expect(
      w.sandbox
        .mails()
        .filter(({ subject }) => subject.includes(order.publicId) && subject.startsWith('Refund')),
    ).toHaveLength(1);
    const path = `/admin/orders/${order.orderId}/refund/reconcile`;
    const { data } = await callAs(w, admin, ['post', path]);
    expect(data).toMatchObject({ summary: { drift: false, isFullyRefunded: true } });
  });
});
