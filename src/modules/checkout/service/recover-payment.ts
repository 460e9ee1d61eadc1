import { inTx, type Tx } from '../../../db/client.ts';
import type { StripeSession } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { enqueuePaidMails, loadOrder, lockOrder, resolveAttention } from '../../orders/index.ts';
import type { Order, OrderWithLines } from '../../orders/index.ts';
import { loadPayment, lockPayment, type Payment } from '../../payments/index.ts';
import { recoveryProblems, type RecoveredPayment } from '../checkout.admin-contract.ts';
import { orderRecovering } from '../checkout.hooks.ts';
import { attentionReasons } from './attention-reasons.ts';
import { CannotFinalise } from './cannot-finalise.ts';
import { judgePayment, receivedFrom } from './judge-payment.ts';
import { drawNumbers, sellGoods } from './sell-goods.ts';
import { tryRecoveryLock } from './try-recovery-lock.ts';

type Recovery = { orderId: string; actor: string; requestId: string | null };

/**
 * Use case: serves an order whose money was booked but whose goods could not be had. Stripe is read first, outside any
 * transaction; then stock, tickets, status and mails change together or not at all.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_RECOVERABLE, ORDER_RECOVERY_IN_PROGRESS, STRIPE_SESSION_NOT_FOUND,
 * STRIPE_PAYMENT_NOT_PAID, STRIPE_PAYMENT_REFUNDED, STRIPE_ORDER_METADATA_MISMATCH, PAYMENT_AMOUNT_MISMATCH,
 * ORDER_FINALIZATION_FAILED (nothing to sell; the order stays as it was)
 */
export async function recoverPayment(app: App, recovery: Recovery): Promise<RecoveredPayment> {
  const { db } = app.database;
  const order = requireRecoverable(await loadOrder(db, recovery.orderId));
  const session = await readPaidSession(app, order, await loadPayment(db, order.id));
  try {
    return await inTx(app, 'checkout.recover', (tx, now) =>
      serve(tx, app, { ...recovery, session, now }),
    );
  } catch (error) {
    if (!(error instanceof CannotFinalise)) throw error;
    throw new Problem(recoveryProblems.ORDER_FINALIZATION_FAILED, { cause: error });
  }
}

/**
 * Only what this module set aside: its goods were never sold. An order that needs attention for another reason, such as
 * a refund that failed, was served before, and its stock must not be taken twice.
 */
function requireRecoverable<O extends Order>(order: O | null): O {
  if (!order) throw new Problem(recoveryProblems.ORDER_NOT_FOUND);
  const { status, attentionCode, disputedAt } = order;
  const isOurs = attentionCode !== null && Object.hasOwn(attentionReasons, attentionCode);
  if (status !== 'paid_needs_attention' || !isOurs || disputedAt !== null) {
    throw new Problem(recoveryProblems.ORDER_NOT_RECOVERABLE);
  }
  return order;
}

async function readPaidSession(
  app: App,
  order: OrderWithLines,
  payment: Payment | null,
): Promise<StripeSession> {
  const sessionId = payment?.sessionId ?? null;
  const session = sessionId === null ? null : await app.stripe.retrieveSession(sessionId);
  if (!payment || !session) throw new Problem(recoveryProblems.STRIPE_SESSION_NOT_FOUND);
  if (session.orderId !== order.id) {
    throw new Problem(recoveryProblems.STRIPE_ORDER_METADATA_MISMATCH);
  }
  if (session.status !== 'complete' || session.paymentStatus === 'unpaid') {
    throw new Problem(recoveryProblems.STRIPE_PAYMENT_NOT_PAID);
  }
  await refuseRefunded(app, session);
  if (judgePayment(session, order) !== null) {
    throw new Problem(recoveryProblems.PAYMENT_AMOUNT_MISMATCH);
  }
  return session;
}

async function refuseRefunded(app: App, session: StripeSession): Promise<void> {
  if (session.paymentIntentId === null) return;
  const refunds = await app.stripe.listRefunds(session.paymentIntentId);
  // A pending refund counts: the money is on its way back.
  if (refunds.some(({ status }) => status !== 'failed' && status !== 'canceled')) {
    throw new Problem(recoveryProblems.STRIPE_PAYMENT_REFUNDED);
  }
}

async function serve(
  tx: Tx,
  app: App,
  request: Recovery & { session: StripeSession; now: Date },
): Promise<RecoveredPayment> {
  const { orderId, session, now, actor } = request;
  if (!(await tryRecoveryLock(tx, orderId))) {
    throw new Problem(recoveryProblems.ORDER_RECOVERY_IN_PROGRESS);
  }
  // Read again under the lock: a refund or another recovery may have come in between.
  const order = requireRecoverable(await lockOrder(tx, orderId));
  await app.hooks.run(orderRecovering, tx, {
    orderId,
    refuse: () => {
      throw new Problem(recoveryProblems.STRIPE_PAYMENT_REFUNDED);
    },
  });
  await sellGoods(tx, app, { orders: [order], actor, now });
  await drawNumbers(tx, app, { paid: [{ order, paymentIntentId: session.paymentIntentId }], now });
  const payment = await lockPayment(tx, orderId);
  if (!payment || payment.refundedCents > 0) {
    throw new Problem(recoveryProblems.STRIPE_PAYMENT_REFUNDED);
  }
  await resolveAttention(tx, { order, now, actor });
  await enqueuePaidMails(tx, app, { orderId, now });
  await recordAudit(tx, {
    id: app.newId(),
    actor,
    action: 'order.payment_recovered',
    targetType: 'order',
    targetId: orderId,
    before: { status: order.status, attentionCode: order.attentionCode },
    after: { status: 'paid' },
    requestId: request.requestId,
  });
  return present(order, session);
}

function present(order: OrderWithLines, session: StripeSession): RecoveredPayment {
  const tickets = order.lines.filter((line) => line.productType === 'kuji');
  return {
    order: { id: order.id, publicId: order.publicId, status: 'paid' },
    reconciliation: {
      expectedBeforeDiscountCents: order.totalCents + order.discountCents,
      discountCents: order.discountCents,
      expectedAfterDiscountCents: order.totalCents,
      stripeAmountTotalCents: session.amountTotalCents,
      stripeAmountReceivedCents: receivedFrom(session),
    },
    finalization: {
      // The money was booked when the order was set aside.
      paymentUpdated: false,
      reservationsConverted: true,
      inventoryUpdated: true,
      ticketsCreated: tickets.reduce((sum, line) => sum + line.quantity, 0),
    },
    // Queued with the order's change; the outbox sends it once.
    email: { status: 'sent' },
  };
}
