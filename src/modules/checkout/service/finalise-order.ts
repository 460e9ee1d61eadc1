import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockOrder, markProcessing } from '../../orders/index.ts';
import { loadPayment } from '../../payments/index.ts';
import type { Paid } from './book-money.ts';
import { bookUnserved } from './book-unserved.ts';
import { CannotFinalise } from './cannot-finalise.ts';
import { giveBackSecond } from './give-back-second.ts';
import { isOwnSession } from './is-own-session.ts';
import { judgePayment, receivedFrom } from './judge-payment.ts';
import { serveOrders } from './serve-orders.ts';

export type FinaliseOutcome =
  | 'finalised'
  | 'already_finalised'
  | 'needs_attention'
  /** Too late for the goods: all of the money goes back. */
  | 'refunding'
  /** Not by the order's own session: that money goes back, and the order is left alone. */
  | 'paid_twice'
  | 'processing'
  | 'not_paid'
  | 'not_ours';

type Request = { sessionId: string; actor: string };

/**
 * Use case: the one way to "paid", for webhook, success page and jobs alike. Stripe's session is read first and believed;
 * the decision is taken afterwards, under the order's lock, so it does not matter how often or how many at once call it.
 *
 * Everything happens in one transaction or not at all: holds become sales, numbers are drawn, the payment is booked, the
 * mails are queued. If that is impossible the money is booked all the same and the order asks for a person.
 */
export async function finaliseOrder(app: App, request: Request): Promise<FinaliseOutcome> {
  const paid = await readPaid(app, request);
  return typeof paid === 'string' ? paid : book(app, paid);
}

/**
 * The same for a success page, which is merely early: the webhook's worker finalises the order anyway. When everybody of a
 * drop comes back from the payment page at once, only so many transactions run for them that other requests still find a
 * connection; the rest are told `busy` at once instead of waiting in vain for one.
 */
export async function finaliseIfRoom(
  app: App,
  request: Request,
): Promise<FinaliseOutcome | 'busy'> {
  const paid = await readPaid(app, request);
  if (typeof paid === 'string') return paid;
  return (await app.finalisingPages.spendIfFree(1, () => book(app, paid))) ?? 'busy';
}

/** What a session brought, or why there is nothing to book. */
export async function readPaid(app: App, request: Request): Promise<Paid | FinaliseOutcome> {
  const session = await app.stripe.retrieveSession(request.sessionId);
  if (!session || session.orderId === null) return 'not_ours';
  if (session.status !== 'complete') return 'not_paid';
  return { session, orderId: session.orderId, actor: request.actor };
}

/** Books what a session brought, whatever that comes to. */
export async function book(app: App, paid: Paid): Promise<FinaliseOutcome> {
  if (paid.session.paymentStatus === 'unpaid') return rememberProcessing(app, paid);
  try {
    return await inTx(app, 'checkout.finalise', (tx, now) => settle(tx, app, { ...paid, now }));
  } catch (error) {
    if (!(error instanceof CannotFinalise)) throw error;
    return inTx(app, 'checkout.needs-attention', (tx, now) =>
      bookUnserved(tx, app, { ...paid, reason: error.reason, now }),
    );
  }
}

async function settle(tx: Tx, app: App, paid: Paid & { now: Date }): Promise<FinaliseOutcome> {
  const { session, orderId, now, actor } = paid;
  const order = await lockOrder(tx, orderId);
  const payment = order && (await loadPayment(tx, orderId));
  if (!order || !payment) return 'not_ours';
  if (!isOwnSession(payment, session)) return giveBackSecond(tx, app, paid);
  if (order.paidAt !== null) return 'already_finalised';

  // Somebody has said that the price of nothing was a mistake.
  if (order.status === 'cancelled' && receivedFrom(session) === 0) return 'not_paid';
  const mismatch = judgePayment(session, order);
  if (mismatch !== null) throw new CannotFinalise(mismatch);
  await serveOrders(tx, app, { sales: [{ order, payment, session }], now, actor });
  return 'finalised';
}

/** A bank debit: the checkout is complete, the money comes, or not, days later. The hold stays. */
async function rememberProcessing(app: App, paid: Paid): Promise<FinaliseOutcome> {
  return inTx(app, 'checkout.processing', async (tx, now) => {
    const order = await lockOrder(tx, paid.orderId);
    const payment = order && (await loadPayment(tx, paid.orderId));
    if (!order || !payment) return 'not_ours';
    if (!isOwnSession(payment, paid.session)) return 'not_paid';
    if (order.paidAt !== null) return 'already_finalised';
    // The bank has said no meanwhile, or the order was cancelled.
    if (order.status !== 'pending_payment') return 'not_paid';
    if (order.paymentState === 'awaiting')
      await markProcessing(tx, { order, now, actor: paid.actor });
    return 'processing';
  });
}
