import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callAs } from '../../../../testing/call-as.ts';
import {
  anAdmin,
  anOpenCheckout,
  aPaidOrder,
  aProduct,
  type CartItem,
  type OpenCheckout,
  type SignedIn,
} from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { refundAs } from '../../../../testing/refund-as.ts';
import type { PaymentsReport } from '../payments.admin-contract.ts';

const PATH = '/admin/reports/payments';

let w: World;
let admin: SignedIn;
let cart: CartItem[];
let paid: OpenCheckout;
let odd: OpenCheckout;
beforeAll(async () => {
  w = await world();
  admin = await anAdmin(w);
  const { productId, variantId } = await aProduct(w, { onHand: 9, priceCents: 10_000 });
  cart = [{ productId, productVariantId: variantId, quantity: 1 }];
  paid = await aPaidOrder(w, cart);
  await refundAs(w, admin, paid.orderId, { amountCents: 700 });
  await w.sandbox.odd('second_payment', paid.sessionId);
  await w.drain();
  odd = await anOpenCheckout(w, cart);
  await w.sandbox.odd('amount_differs', odd.sessionId);
  w.sandbox.pay(odd.sessionId, 'paid');
  await w.drain();
});
afterAll(() => w.close());

const read = async (query: string) => {
  const { status, data } = await callAs<PaymentsReport>(w, admin, ['get', `${PATH}${query}`]);
  return { status, ...data };
};

refusesStrangers(() => w, [['get', PATH]]);

describe('GET /admin/reports/payments', () => {
  it('shows money beside what order, entries and refunds say it should be', async () => {
    const { items, totals } = await read('');
    const item = items.find(({ orderId }) => orderId === paid.orderId);
    const receivedCents = item?.expected.receivedCents ?? 0;
    expect(item).toMatchObject({
      publicId: paid.publicId,
      orderStatus: 'paid',
      state: 'paid',
      expected: {
        ledgerReceivedCents: receivedCents,
        ledgerRefundedCents: 700,
        succeededRefundsCents: 700,
      },
      actual: { receivedCents, receivedCurrency: 'CAD', refundedCents: 700, openRefundsCents: 0 },
      surplus: { receivedCents, returnedCents: receivedCents },
      differences: [],
    });
    expect(totals).toEqual({
      paymentCount: 2,
      receivedCents: 2 * receivedCents - 100,
      refundedCents: 700,
      differenceCount: 1,
    });
  });

  it('tells a payment of another amount, until somebody accepts it', async () => {
    const { items } = await read('?onlyDifferences=true');
    expect(items).toMatchObject([
      { orderId: odd.orderId, differences: ['RECEIVED_DIFFERS_FROM_ORDER'] },
    ]);
    await callAs(w, admin, ['post', `/admin/orders/${odd.orderId}/accept`]);
    await w.drain();
    expect(await read('?onlyDifferences=true')).toMatchObject({
      items: [],
      totals: { differenceCount: 0 },
    });
  });

  it.each([
    [
      'refunded_cents = 701',
      'refunded_cents = 700',
      ['REFUNDED_DIFFERS_FROM_LEDGER', 'REFUNDED_DIFFERS_FROM_REFUNDS'],
    ],
    [
      'received_cents = received_cents + 1',
      'received_cents = received_cents - 1',
      ['RECEIVED_DIFFERS_FROM_LEDGER', 'RECEIVED_DIFFERS_FROM_ORDER'],
    ],
    [
      `state = 'pending', paid_at = NULL`,
      `state = 'paid', paid_at = now()`,
      ['ORDER_WITHOUT_MONEY'],
    ],
  ])('finds %s', async (broken, mended, codes) => {
    const update = (set: string) =>
      w.app.database.pool.query(`UPDATE popbox.payments SET ${set} WHERE order_id = $1`, [
        paid.orderId,
      ]);
    await update(broken);
    const { items } = await read('?onlyDifferences=true');
    await update(mended);
    expect(items).toMatchObject([{ orderId: paid.orderId, differences: codes }]);
  });

  it('goes through its pages, newest first', async () => {
    const first = await read('?limit=1');
    expect(first.items[0]?.orderId).toBe(odd.orderId);
    const second = await read(`?limit=1&cursor=${first.nextCursor ?? ''}`);
    expect(second).toMatchObject({ items: [{ orderId: paid.orderId }], nextCursor: null });
    expect((await read('?limit=x')).status).toBe(400);
  });
});
