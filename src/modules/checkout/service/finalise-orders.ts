import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockFreeOrders } from '../../orders/index.ts';
import { listPayments } from '../../payments/index.ts';
import type { Paid } from './book-money.ts';
import { book, readPaid, type FinaliseOutcome } from './finalise-order.ts';
import { CannotFinalise } from './cannot-finalise.ts';
import { isOwnSession } from './is-own-session.ts';
import { judgePayment } from './judge-payment.ts';
import { serveOrders, type Sale } from './serve-orders.ts';

/** So long those whose session was read wait for the others; slower ones are finalised alone. */
const PATIENCE_MS = 2_000;
/** Of those that are finalised alone, how many at a time: below the pool's size, so that requests find a connection. */
const PARALLEL = 4;

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
  const ready: (Paid | null)[] = sessionIds.map(() => null);
  const reads = sessionIds.map(async (sessionId, index) => {
    const read = await readPaid(app, { sessionId, actor });
    if (typeof read !== 'string') ready[index] = read;
    return read;
  });
  await Promise.race([Promise.allSettled(reads), setTimeout(PATIENCE_MS, null, { ref: false })]);
  const prompt = ready.filter((paid) => paid !== null);
  const served = await serveTogether(app, prompt, actor);
  const sideBySide = pLimit(PARALLEL);
  const finish = async (reading: Promise<Paid | FinaliseOutcome>) => {
    const read = await reading;
    if (typeof read === 'string') return read;
    return served.has(read) ? 'finalised' : sideBySide(book, app, read);
  };
  return Promise.allSettled(reads.map(finish));
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
    const level = error instanceof CannotFinalise ? 'info' : 'warn';
    app.log[level]({ err: error, orders: paid.length }, 'payments are booked one by one');
    return new Set();
  }
}

/**
 * Those whose order waits for exactly this payment. Of several for one order, of one e-mail or one account, the first: the
 * second would meet what the same transaction has changed. An order that somebody else is at needs thought by itself.
 */
async function findPlainSales(tx: Tx, paid: readonly Paid[]): Promise<Map<Paid, Sale>> {
  const orderIds = [...new Set(paid.map(({ orderId }) => orderId))];
  const orders = await lockFreeOrders(tx, orderIds);
  const payments = await listPayments(tx, orderIds);
  const sales = new Map<Paid, Sale>();
  const taken = new Set<string | null>();
  for (const one of paid) {
    const { session, orderId } = one;
    const order = orders.find(({ id }) => id === orderId);
    const payment = payments.find((other) => other.orderId === orderId);
    if (!order || !payment || taken.has(order.email) || taken.has(order.userId)) continue;
    if (order.status !== 'pending_payment' || session.paymentStatus !== 'paid') continue;
    if (!isOwnSession(payment, session) || judgePayment(session, order) !== null) continue;
    taken.add(order.email);
    if (order.userId !== null) taken.add(order.userId);
    sales.set(one, { order, payment, session });
  }
  return sales;
}
