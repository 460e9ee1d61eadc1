import { inTx, type Tx } from '../../../db/client.ts';
import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { findAccountByEmail, reconcileCustomer } from '../../accounts/index.ts';
import { convertHolds, releaseHolds } from '../../inventory/index.ts';
import { drawTickets } from '../../kuji/index.ts';
import {
  enqueueAttentionMails,
  enqueuePaidMails,
  giveOrder,
  lockOrder,
  markNeedsAttention,
  markPaid,
  markProcessing,
  type LockedOrder,
} from '../../orders/index.ts';
import { loadPayment, recordCapture, type Payment } from '../../payments/index.ts';
import { attentionReasons, type AttentionReason } from './attention-reasons.ts';
import { judgePayment } from './judge-payment.ts';
import { retakeHolds } from './retake-holds.ts';
import { splitName } from './split-name.ts';

export type FinaliseOutcome =
  'finalised' | 'already_finalised' | 'needs_attention' | 'processing' | 'not_paid' | 'not_ours';

/**
 * Use case: the one way to "paid", for webhook, success page and jobs alike. Stripe's session is read first and believed;
 * the decision is taken afterwards, under the order's lock, so it does not matter how often or how many at once call it.
 *
 * Everything happens in one transaction or not at all: holds become sales, numbers are drawn, the payment is booked, the
 * mails are queued. If that is impossible the money is booked all the same and the order asks for a person.
 */
export async function finaliseOrder(
  app: App,
  request: { sessionId: string; actor: string },
): Promise<FinaliseOutcome> {
  const session = await app.stripe.retrieveSession(request.sessionId);
  if (!session || session.orderId === null) return 'not_ours';
  if (session.status !== 'complete') return 'not_paid';
  const paid = { session, orderId: session.orderId, actor: request.actor };
  if (session.paymentStatus === 'unpaid') return rememberProcessing(app, paid);
  try {
    return await inTx(app, 'checkout.finalise', (tx, now) => settle(tx, app, { ...paid, now }));
  } catch (error) {
    if (!(error instanceof CannotFinalise)) throw error;
    return inTx(app, 'checkout.needs-attention', (tx, now) =>
      bookForAttention(tx, app, { ...paid, reason: error.reason, now }),
    );
  }
}

type Paid = { session: StripeSession; orderId: string; actor: string };

/** Undoes the finalising transaction; the second one books the money and says why. */
export class CannotFinalise extends Error {
  readonly reason: AttentionReason;

  constructor(reason: AttentionReason) {
    super(`The order cannot be finalised: ${reason}`);
    this.reason = reason;
  }
}

async function settle(tx: Tx, app: App, paid: Paid & { now: Date }): Promise<FinaliseOutcome> {
  const { session, orderId, now, actor } = paid;
  const order = await lockOrder(tx, orderId);
  const payment = order && (await loadPayment(tx, orderId));
  if (!order || !payment) return 'not_ours';
  if (order.paidAt !== null) return 'already_finalised';

  const mismatch = judgePayment(session, order, payment);
  if (mismatch !== null) throw new CannotFinalise(mismatch);
  await sellGoods(tx, app, order, paid);
  const customerId = await findCustomer(tx, app, order);
  await drawNumbers(tx, app, order, paid);
  await markPaid(tx, { order, customerId, now, actor });
  await bookMoney(tx, payment, paid);
  await enqueuePaidMails(tx, app, { orderId, now });
  return 'finalised';
}

/** Step. A payment is late when its hold is gone, whatever the clock says; then stock is taken again if there is some. */
export async function sellGoods(
  tx: Tx,
  app: App,
  order: LockedOrder,
  paid: Paid & { now: Date },
): Promise<void> {
  const { orderId, now, actor } = paid;
  const converted = await convertHolds(tx, { orderId, now, actor });
  if (converted.length === order.lines.length) return;
  if (converted.length > 0)
    throw new Error(`Order ${orderId} had a hold for some of its lines only.`);
  if (!(await retakeHolds(tx, app, { order, now, actor })))
    throw new CannotFinalise('LATE_PAYMENT_NO_STOCK');
  await convertHolds(tx, { orderId, now, actor });
}

/** Step: draws the numbers of the kuji lines, if there are any. */
export async function drawNumbers(
  tx: Tx,
  app: App,
  order: LockedOrder,
  paid: Paid & { now: Date },
): Promise<void> {
  const lines = order.lines.filter((line) => line.productType === 'kuji');
  if (lines.length === 0) return;
  const { paymentIntentId } = paid.session;
  if (paymentIntentId === null) throw new CannotFinalise('NO_PAYMENT_INTENT');
  const drawn = await drawTickets(tx, app, {
    orderId: order.id,
    paymentIntentId,
    lines: lines.map((line) => ({ orderLineId: line.id, quantity: line.quantity })),
    now: paid.now,
  });
  if (!drawn.ok) throw new CannotFinalise('NOT_ENOUGH_TICKETS');
}

async function bookForAttention(
  tx: Tx,
  app: App,
  paid: Paid & { reason: AttentionReason; now: Date },
): Promise<FinaliseOutcome> {
  const { orderId, reason, now, actor } = paid;
  const order = await lockOrder(tx, orderId);
  const payment = order && (await loadPayment(tx, orderId));
  if (!order || !payment) return 'not_ours';
  if (order.paidAt !== null) return 'already_finalised';
  const isLate = order.status === 'expired';
  await releaseHolds(tx, { orderId, as: isLate ? 'expired' : 'released', now, actor });
  const customerId = await findCustomer(tx, app, order);
  await markNeedsAttention(tx, {
    order,
    code: reason,
    ...attentionReasons[reason],
    customerId,
    now,
    actor,
  });
  await bookMoney(tx, payment, paid);
  await enqueueAttentionMails(tx, app, { orderId, now });
  return 'needs_attention';
}

async function bookMoney(tx: Tx, payment: Payment, paid: Paid & { now: Date }): Promise<void> {
  const { session, now } = paid;
  await recordCapture(tx, {
    paymentId: payment.id,
    sessionId: payment.sessionId ?? session.id,
    intentId: session.paymentIntentId,
    receivedCents: session.amountReceivedCents ?? session.amountTotalCents,
    receivedCurrency: session.currency,
    now,
  });
}

/** The customer of the order's e-mail. Who has an account under it finds the order there, signed in or not. */
async function findCustomer(tx: Tx, app: App, order: LockedOrder): Promise<string> {
  const { customerSnapshot: customer, shippingAddress } = order;
  const name = splitName(shippingAddress.fullName);
  const userId = order.userId ?? (await findAccountByEmail(tx, order.email));
  if (order.userId === null && userId !== null) await giveOrder(tx, { orderId: order.id, userId });
  return reconcileCustomer(tx, {
    id: app.newId(),
    email: customer.email,
    firstName: customer.firstName ?? name.firstName,
    lastName: customer.lastName ?? name.lastName,
    phone: customer.phone,
    userId,
  });
}

/** A bank debit: the checkout is complete, the money comes, or not, days later. The hold stays. */
async function rememberProcessing(app: App, paid: Paid): Promise<FinaliseOutcome> {
  return inTx(app, 'checkout.processing', async (tx, now) => {
    const order = await lockOrder(tx, paid.orderId);
    if (!order) return 'not_ours';
    if (order.paidAt !== null) return 'already_finalised';
    // The bank has said no meanwhile, or the order was cancelled.
    if (order.status !== 'pending_payment') return 'not_paid';
    if (order.paymentState === 'awaiting')
      await markProcessing(tx, { order, now, actor: paid.actor });
    return 'processing';
  });
}
