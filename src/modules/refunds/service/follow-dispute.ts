import { inTx, type Tx } from '../../../db/client.ts';
import type { StripeDispute, StripeRefund } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { freezeOrder, lockOrder, thawOrder, type LockedOrder } from '../../orders/index.ts';
import { findPaymentByIntent } from '../../payments/index.ts';
import { findDispute, hasOpenDispute, saveDispute } from '../queries/keep-disputes.ts';
import { findSurplusByIntent } from '../queries/keep-surplus.ts';
import { applyRefunds } from './apply-refunds.ts';
import {
  enqueueDisputeClosedNotice,
  enqueueDisputeMails,
  enqueueSecondDisputeNotice,
} from './enqueue-dispute-mails.ts';

/** Stripe's words for a dispute that ended without taking the money. */
const HARMLESS: readonly string[] = ['won', 'warning_closed', 'prevented'];
const LOST = 'lost';

export type DisputeOutcome = 'frozen' | 'closed' | 'told' | 'no_effect' | 'not_ours';

/**
 * Use case: a payment is disputed, or a dispute has ended. The dispute is read again, so the order of its events does not
 * matter. While one is open the order is frozen, whatever its status; won, it goes on; lost, the money is booked as gone.
 */
export async function followDispute(
  app: App,
  { disputeId, actor }: { disputeId: string; actor: string },
): Promise<DisputeOutcome> {
  const dispute = await app.stripe.retrieveDispute(disputeId);
  if (!dispute || dispute.paymentIntentId === null) return 'not_ours';
  const payment = await findPaymentByIntent(app.database.db, dispute.paymentIntentId);
  if (!payment) return followDisputeOfSecond(app, dispute);
  // What went back otherwise is no loss to the bank, also if its events are late.
  const refunds =
    dispute.status === LOST ? await app.stripe.listRefunds(dispute.paymentIntentId) : [];
  return inTx(app, 'refunds.dispute', async (tx, now) => {
    const order = await lockOrder(tx, payment.orderId);
    if (!order || order.paidAt === null) return 'no_effect';
    const known = await findDispute(tx, dispute.id);
    // What a bank has decided stays decided: this answer was read earlier.
    if (known && known.closedAt !== null) return 'no_effect';
    const isClosed = isEnded(dispute);
    const { id: providerRef, amountCents, currency, status } = dispute;
    await saveDispute(tx, {
      id: app.newId(),
      orderId: order.id,
      providerRef,
      amountCents,
      currency,
      status,
      closedAt: isClosed ? now : null,
      createdAt: now,
    });
    const step = { order, dispute, refunds, now, actor };
    if (isClosed) return close(tx, app, step);
    return known ? 'no_effect' : open(tx, app, step);
  });
}

/** The order has its own payment and goes on; only the shop can answer the bank before its time is over. */
async function followDisputeOfSecond(app: App, dispute: StripeDispute): Promise<DisputeOutcome> {
  const intentId = dispute.paymentIntentId;
  const second = intentId === null ? null : await findSurplusByIntent(app.database.db, intentId);
  if (!second) return 'not_ours';
  await inTx(app, 'refunds.dispute-of-second', async (tx, now) => {
    const order = await lockOrder(tx, second.orderId);
    if (!order) throw new Error(`Order ${second.orderId} does not exist.`);
    await enqueueSecondDisputeNotice(tx, app, { order, dispute, isEnded: isEnded(dispute), now });
  });
  return 'told';
}

function isEnded({ status }: StripeDispute): boolean {
  return status === LOST || HARMLESS.includes(status);
}

type Step = {
  order: LockedOrder;
  dispute: StripeDispute;
  /** Those of the payment of a lost dispute, as Stripe shows them now. */
  refunds: readonly StripeRefund[];
  now: Date;
  actor: string;
};

async function open(tx: Tx, app: App, { order, dispute, now, actor }: Step): Promise<'frozen'> {
  const details = { dispute: dispute.id, amountCents: dispute.amountCents };
  await freezeOrder(tx, { order, details, now, actor });
  await enqueueDisputeMails(tx, app, { order, dispute, now });
  return 'frozen';
}

async function close(tx: Tx, app: App, step: Step): Promise<'closed'> {
  const { order, dispute, refunds, now, actor } = step;
  const isWon = dispute.status !== LOST;
  if (order.disputedAt !== null && !(await hasOpenDispute(tx, order.id))) {
    const details = { dispute: dispute.id, amountCents: dispute.amountCents };
    await thawOrder(tx, { order, isWon, details, now, actor });
  }
  if (!isWon) await applyRefunds(tx, app, { order, seen: refunds, now, actor });
  await enqueueDisputeClosedNotice(tx, app, { order, dispute, isWon, now });
  return 'closed';
}
