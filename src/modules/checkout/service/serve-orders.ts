import type { Tx } from '../../../db/client.ts';
import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { enqueueMailsOfPaid, markPaid, type LockedOrder } from '../../orders/index.ts';
import type { Payment } from '../../payments/index.ts';
import { loadTaxRegistrations } from '../../settings/index.ts';
import { bookMoney, findCustomers } from './book-money.ts';
import { drawNumbers, sellGoods } from './sell-goods.ts';

/** An order, and the session of its own that paid what was asked for. */
export type Sale = { order: LockedOrder; payment: Payment; session: StripeSession };

/**
 * Step: orders become paid, with all that belongs to it: customers, mails, goods, numbers, money. All of them or none; no two
 * may be of one e-mail or one account.
 *
 * @throws CannotFinalise if the goods of one are gone
 */
export async function serveOrders(
  tx: Tx,
  app: App,
  request: { sales: readonly Sale[]; now: Date; actor: string },
): Promise<void> {
  const { sales, now, actor } = request;
  const orders = sales.map(({ order }) => order);
  const [customerOf, registrations] = await Promise.all([
    findCustomers(tx, app, orders),
    loadTaxRegistrations(tx),
  ]);
  const moves = orders.map((order) => ({ order, customerId: customerOf(order), now, actor }));
  const moved = await markPaid(tx, moves);
  const paid = sales.map(({ order, session }, index) => ({
    order: { ...order, ...moved[index] },
    receipt: { paymentId: session.paymentIntentId, registrations },
  }));
  await enqueueMailsOfPaid(tx, app, { paid, now });
  const draws = sales.map(({ order, session: { paymentIntentId } }) => ({
    order,
    paymentIntentId,
  }));
  // Last, because everybody of a drop waits for these rows: stock and box stay locked until the commit. If the goods are gone,
  // all of the above is undone.
  await sellGoods(tx, app, { orders, now, actor });
  await Promise.all([
    drawNumbers(tx, app, { paid: draws, now }),
    bookMoney(tx, { paid: sales, now }),
  ]);
}
