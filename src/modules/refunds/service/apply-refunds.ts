import type { Tx } from '../../../db/client.ts';
import type { RefundState } from '../../../db/schema/refunds.ts';
import type { StripeRefund } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { noteRefund, type LockedOrder } from '../../orders/index.ts';
import { lockPayment, recordRefundEntry, saveRefundedSum } from '../../payments/index.ts';
import {
  insertRefund,
  listRefunds,
  saveRefundState,
  type Refund,
} from '../queries/keep-refunds.ts';
import { advance } from './advance-refund.ts';
import { enqueueRefundFailedNotice, enqueueRefundMail } from './enqueue-refund-mail.ts';
import { keepGoodsForOrder } from './keep-goods-for-order.ts';
import { settleOrder } from './settle-order.ts';
import { takeBackGoods } from './take-back-goods.ts';

/** Who made a refund that we did not ask for: somebody in Stripe's Dashboard, or the bank of a cardholder. */
export const BY_HAND = 'stripe:dashboard';
export const CHARGEBACK = 'stripe:dispute';

type Apply = {
  order: LockedOrder;
  /** As Stripe shows them now, in any order; those that are missing stay as they are. */
  seen: readonly StripeRefund[];
  /** Whose those are that we do not know. */
  foreign?: typeof BY_HAND | typeof CHARGEBACK;
  now: Date;
  actor: string;
};

/**
 * Step: brings the refunds of an order, its money, goods and status up to what Stripe says. Applying the same again
 * changes nothing, and an older answer never undoes a newer one, so it does not matter who comes first: the call, an
 * event or a job. The caller has locked the order.
 *
 * @returns whether the order stopped being refunded (drift)
 */
export async function applyRefunds(
  tx: Tx,
  app: App,
  { order, seen, foreign = BY_HAND, now, actor }: Apply,
): Promise<{ drift: boolean }> {
  const known = await listRefunds(tx, order.id);
  const moved: Moved[] = [];
  for (const answer of [...seen].sort((a, b) => a.createdAtSeconds - b.createdAtSeconds)) {
    const refund =
      known.find((row) => row.providerRef === answer.id) ??
      known.find((row) => isAnswerTo(row, answer)) ??
      (await adopt(tx, app, { order, answer, foreign, now }));
    const state = advance(refund.state, answer.status);
    const isKnown = known.includes(refund);
    if (state === refund.state && refund.providerRef !== null && isKnown) continue;
    await saveRefundState(tx, refund.id, { state, providerRef: answer.id });
    if (isEnd(state) && !(isKnown && state === refund.state)) {
      const by = isKnown ? actor : refund.requestedBy;
      await noteRefund(tx, { refund, became: state, now, actor: by });
    }
    if (isUnheard(refund, state)) await enqueueRefundFailedNotice(tx, app, { order, refund, now });
    const entry = entryFor(isKnown ? refund.state : 'requested', state);
    if (entry !== null) moved.push({ refund, entry, providerRef: answer.id });
  }
  if (moved.length === 0) return { drift: false };
  const refundsWith = (wanted: Moved['entry']) =>
    moved.filter(({ entry }) => entry === wanted).map(({ refund }) => refund);
  const arrived = refundsWith('refunded');
  const current = await listRefunds(tx, order.id);
  const refundedCents = current
    .filter((row) => row.state === 'succeeded')
    .reduce((sum, row) => sum + row.amountCents, 0);
  await takeBackGoods(tx, app, { order, arrived, refundedCents, now, actor });
  const reversed = refundsWith('refund_reversed');
  const areGoodsThere = await keepGoodsForOrder(tx, { order, reversed, now, actor });
  await bookMoney(tx, order.id, { moved, refundedCents, now });
  const drift = await settleOrder(tx, app, { order, refundedCents, areGoodsThere, now, actor });
  for (const refund of arrived) {
    // Whoever disputed a payment hears of the money from his bank.
    if (refund.requestedBy !== CHARGEBACK) await enqueueRefundMail(tx, app, { order, refund, now });
  }
  return { drift };
}

type Moved = { refund: Refund; entry: 'refunded' | 'refund_reversed'; providerRef: string };

async function bookMoney(
  tx: Tx,
  orderId: string,
  booking: { moved: readonly Moved[]; refundedCents: number; now: Date },
): Promise<void> {
  const payment = await lockPayment(tx, orderId);
  if (!payment) throw new Error(`Order ${orderId} has no payment.`);
  for (const { refund, entry, providerRef } of booking.moved) {
    await recordRefundEntry(tx, {
      paymentId: payment.id,
      kind: entry,
      amountCents: refund.amountCents,
      currency: refund.currency,
      providerRef,
      now: booking.now,
    });
  }
  await saveRefundedSum(tx, payment, booking.refundedCents);
}

/** Our row whose answer got lost: Stripe carries its id in the metadata. */
function isAnswerTo(row: Refund, answer: StripeRefund): boolean {
  return (
    row.providerRef === null &&
    answer.metadata['refundId'] === row.id &&
    row.amountCents === answer.amountCents
  );
}

/** Whether nothing more is expected; a bank may still send the money back. */
function isEnd(state: RefundState): state is 'succeeded' | 'failed' | 'canceled' {
  return state === 'succeeded' || state === 'failed' || state === 'canceled';
}

/** A refund that fails now, with nobody at the other end of a request who is told. */
function isUnheard(refund: Refund, state: RefundState): boolean {
  if (state !== 'failed' && state !== 'canceled') return false;
  return refund.state !== 'requested' || refund.requestedBy.startsWith('system:');
}

/** A refund that somebody made at Stripe. */
async function adopt(
  tx: Tx,
  app: App,
  {
    order,
    answer,
    foreign,
    now,
  }: { order: LockedOrder; answer: StripeRefund; foreign: string; now: Date },
): Promise<Refund> {
  const payment = await lockPayment(tx, order.id);
  if (!payment) throw new Error(`Order ${order.id} has no payment.`);
  return insertRefund(tx, {
    refund: {
      id: app.newId(),
      orderId: order.id,
      paymentId: payment.id,
      providerRef: answer.id,
      amountCents: answer.amountCents,
      currency: answer.currency,
      state: answer.status,
      reason: answer.reason,
      requestedBy: foreign,
      createdAt: now,
    },
    lines: [],
    ticketIds: [],
  });
}

function entryFor(from: RefundState, to: RefundState): Moved['entry'] | null {
  if (from !== 'succeeded' && to === 'succeeded') return 'refunded';
  return from === 'succeeded' && to !== 'succeeded' ? 'refund_reversed' : null;
}
