import type { Tx } from '../../../db/client.ts';
import type { RefundState } from '../../../db/schema/refunds.ts';
import type { StripeRefund } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import { noteRefund, type LockedOrder } from '../../orders/index.ts';
import {
  loadPayment,
  lockPayment,
  recordRefundEntry,
  saveRefundedSum,
} from '../../payments/index.ts';
import {
  ENDED_WITHOUT_MONEY,
  insertRefund,
  listRefunds,
  saveRefundState,
  type Refund,
} from '../queries/keep-refunds.ts';
import { advance, entryFor, type Moved } from './advance-refund.ts';
import { bookChargebacks, CHARGEBACK } from './book-chargebacks.ts';
import { enqueueRefundFailedNotice, enqueueRefundMail } from './enqueue-refund-mail.ts';
import { keepGoodsForOrder } from './keep-goods-for-order.ts';
import { settleOrder } from './settle-order.ts';
import { takeBackGoods } from './take-back-goods.ts';

/** Who made a refund that we did not ask for: somebody in Stripe's Dashboard. */
const BY_HAND = 'stripe:dashboard';

type Step = { order: LockedOrder; now: Date; actor: string };

/**
 * Step: brings the refunds of an order, its money, goods and status up to what Stripe says, lost disputes included. Applying
 * the same again changes nothing, and an older answer never undoes a newer one, so it does not matter who comes first: the
 * call, an event or a job. The caller has locked the order. `seen` are refunds as Stripe shows them now, in any order; those
 * that are missing stay as they are.
 *
 * @returns whether the order stopped being refunded (drift)
 */
export async function applyRefunds(
  tx: Tx,
  app: App,
  { seen, ...step }: Step & { seen: readonly StripeRefund[] },
): Promise<{ drift: boolean }> {
  const { order, now, actor } = step;
  const moved = [
    ...(await applyAnswers(tx, app, { ...step, seen })),
    ...(await bookChargebacks(tx, app, step)),
  ];
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

/** Writes down how each refund stands; answers those whose money moved by it. */
async function applyAnswers(
  tx: Tx,
  app: App,
  { order, seen, now, actor }: Step & { seen: readonly StripeRefund[] },
): Promise<Moved[]> {
  const known = await listRefunds(tx, order.id);
  const moved: Moved[] = [];
  for (const answer of [...seen].sort((a, b) => a.createdAtSeconds - b.createdAtSeconds)) {
    const row =
      known.find(({ providerRef }) => providerRef === answer.id) ??
      known.find((candidate) => isAnswerTo(candidate, answer));
    const refund = row ?? (await adopt(tx, app, { order, answer, now }));
    const before = stateBefore(row);
    const state = advance(before, answer.status);
    if (row && state === row.state && row.providerRef !== null) continue;
    await saveRefundState(tx, refund.id, { state, providerRef: answer.id });
    if (isEnd(state) && state !== row?.state) {
      await noteRefund(tx, { refund, became: state, now, actor: row ? actor : BY_HAND });
      if (ENDED_WITHOUT_MONEY.includes(state)) {
        await enqueueRefundFailedNotice(tx, app, { order, refund, now, actor });
      }
    }
    const entry = entryFor(before, state);
    if (entry !== null) moved.push({ refund, entry, providerRef: answer.id });
  }
  return moved;
}

/**
 * Nothing is booked of one that we did not know. One that Stripe refused and shows all the same was made by an earlier call
 * whose answer got lost.
 */
function stateBefore(row: Refund | undefined): RefundState {
  if (!row) return 'requested';
  return row.providerRef === null ? 'requested' : row.state;
}

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

/** A refund that somebody made at Stripe. */
async function adopt(
  tx: Tx,
  app: App,
  { order, answer, now }: { order: LockedOrder; answer: StripeRefund; now: Date },
): Promise<Refund> {
  const payment = await loadPayment(tx, order.id);
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
      requestedBy: BY_HAND,
      createdAt: now,
    },
    lines: [],
    ticketIds: [],
  });
}
