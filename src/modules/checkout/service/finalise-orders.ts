import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockOrders } from '../../orders/index.ts';
import { listPayments } from '../../payments/index.ts';
import type { Paid } from './book-money.ts';
import { book, readPaid, type FinaliseOutcome } from './finalise-order.ts';
import { isOwnSession } from './is-own-session.ts';
import { judgePayment } from './judge-payment.ts';
import { serveOrders, type Sale } from './serve-orders.ts';

/**
 * Use case: finalises the orders of several sessions, each as `finaliseOrder` would; answers in their order, and a failure of
 * one is its own. In a drop payments come many at once, and almost all are what they should be: those are served in one
 * transaction, which costs Postgres and this process half as much as one for each.
 */
export async function finaliseOrders(
  app: App,
  request: { sessionIds: readonly string[]; actor: string },
): Promise<PromiseSettledResult<FinaliseOutcome>[]> {
  const { sessionIds, actor } = request;
  const read = await Promise.allSettled(
    sessionIds.map((sessionId) => readPaid(app, { sessionId, actor })),
  );
  const paid = read.flatMap((one) =>
    one.status === 'fulfilled' && typeof one.value !== 'string' ? [one.value] : [],
  );
  const served = await serveTogether(app, paid, actor);
  const outcomes: PromiseSettledResult<FinaliseOutcome>[] = [];
  for (const one of read) {
    if (one.status === 'rejected' || typeof one.value === 'string') {
      outcomes.push(one as PromiseSettledResult<FinaliseOutcome>);
    } else if (served.has(one.value)) {
      outcomes.push({ status: 'fulfilled', value: 'finalised' });
    } else {
      // One after the other: all at once would take the connections that requests wait for.
      const [alone] = await Promise.allSettled([book(app, one.value)]);
      outcomes.push(alone);
    }
  }
  return outcomes;
}

/** Serves those that need no thought; answers which. Whatever fails here is found out again by each for itself. */
async function serveTogether(
  app: App,
  paid: readonly Paid[],
  actor: string,
): Promise<ReadonlySet<Paid>> {
  if (paid.length < 2) return new Set();
  try {
    return await inTx(app, 'checkout.finalise-together', async (tx, now) => {
      const sales = await findPlainSales(tx, paid);
      if (sales.size > 0) await serveOrders(tx, app, { sales: [...sales.values()], now, actor });
      return new Set(sales.keys());
    });
  } catch (error) {
    app.log.info({ err: error, orders: paid.length }, 'payments are booked one by one');
    return new Set();
  }
}

/**
 * Those whose order waits for exactly this payment. Of several for one order, or of one e-mail, the first: the second would
 * meet what the same transaction has changed.
 */
async function findPlainSales(tx: Tx, paid: readonly Paid[]): Promise<Map<Paid, Sale>> {
  const orderIds = [...new Set(paid.map(({ orderId }) => orderId))];
  const orders = await lockOrders(tx, orderIds);
  const payments = await listPayments(tx, orderIds);
  const sales = new Map<Paid, Sale>();
  const taken = new Set<string>();
  for (const one of paid) {
    const { session, orderId } = one;
    const order = orders.find(({ id }) => id === orderId);
    const payment = payments.find((other) => other.orderId === orderId);
    if (!order || !payment || taken.has(order.email)) continue;
    if (order.status !== 'pending_payment' || session.paymentStatus !== 'paid') continue;
    if (!isOwnSession(payment, session) || judgePayment(session, order) !== null) continue;
    taken.add(order.email);
    sales.set(one, { order, payment, session });
  }
  return sales;
}
