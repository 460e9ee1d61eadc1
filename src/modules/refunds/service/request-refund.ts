import type { Tx } from '../../../db/client.ts';
import { idempotencyProblems } from '../../../http/idempotency-problems.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import { listOrderTickets } from '../../kuji/index.ts';
import { lockOrder, noteRefund, type LockedOrder, type OrderStatus } from '../../orders/index.ts';
import { lockPayment, type Payment } from '../../payments/index.ts';
import {
  findRefundByKey,
  insertRefund,
  listRefunds,
  loadChosen,
  sumStanding,
  type Refund,
} from '../queries/keep-refunds.ts';
import type { RefundBody } from '../refunds.contract.ts';
import { refundsProblems } from '../refunds.problems.ts';
import { weighRefund, type Left } from './weigh-refund.ts';

const REFUNDABLE: readonly OrderStatus[] = ['paid', 'packed', 'shipped', 'paid_needs_attention'];

type RefundRequest = {
  orderId: string;
  body: RefundBody;
  idempotencyKey: string;
  requestHash: string;
  actor: string;
  requestId: string | null;
};

/**
 * Step: writes down a refund before Stripe is asked, or finds the one of the same key. Under the locks of order and
 * payment, so refunds at once see each other and never promise more than was paid.
 *
 * @throws Problem REFUND_ORDER_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, ORDER_NOT_REFUNDABLE, NOTHING_PAID,
 *   REFUND_EXCEEDS_REMAINING, REFUND_ITEM_NOT_AVAILABLE
 */
export async function requestRefund(
  tx: Tx,
  app: App,
  request: RefundRequest & { now: Date },
): Promise<{ refund: Refund; isNew: boolean }> {
  const { orderId, body, idempotencyKey, requestHash, actor, now } = request;
  const order = await lockOrder(tx, orderId);
  if (!order) throw new Problem(refundsProblems.REFUND_ORDER_NOT_FOUND);
  const known = await findRefundByKey(tx, actor, idempotencyKey);
  if (known) {
    if (known.requestHash !== requestHash) {
      throw new Problem(idempotencyProblems.IDEMPOTENCY_KEY_REUSED);
    }
    return { refund: known, isNew: false };
  }
  if (!REFUNDABLE.includes(order.status)) throw new Problem(refundsProblems.ORDER_NOT_REFUNDABLE);
  const payment = await lockPayment(tx, orderId);
  if (!payment?.intentId || payment.receivedCurrency === null) {
    throw new Problem(refundsProblems.NOTHING_PAID);
  }
  const weighed = weighRefund(order, await findLeft(tx, order, payment), body);
  const refund = await insertRefund(tx, {
    refund: {
      id: app.newId(),
      orderId,
      paymentId: payment.id,
      idempotencyKey,
      requestHash,
      amountCents: weighed.amountCents,
      currency: payment.receivedCurrency,
      state: 'requested',
      reason: reasonOf(order, body),
      includesShipping: weighed.includesShipping,
      restock: body.restock === true,
      requestedBy: actor,
      createdAt: now,
    },
    lines: weighed.lines,
    ticketIds: weighed.ticketIds,
  });
  await noteRefund(tx, { refund, became: 'requested', now, actor });
  await recordRequest(tx, app, request, refund);
  return { refund, isNew: true };
}

/** The money of an erased order may still go back, but no words about the person come to it any more. */
function reasonOf(order: LockedOrder, { reason }: RefundBody): string | null {
  return order.erasedAt !== null || reason === undefined || reason === '' ? null : reason;
}

async function findLeft(tx: Tx, order: LockedOrder, payment: Payment): Promise<Left> {
  const refunds = await listRefunds(tx, order.id);
  const chosen = await loadChosen(tx, order.id);
  const tickets = await listOrderTickets(tx, order.id);
  return {
    remainingCents: (payment.receivedCents ?? 0) - sumStanding(refunds),
    quantities: new Map(
      order.lines.flatMap((line) => {
        const quantity = line.quantity - (chosen.quantities.get(line.id) ?? 0);
        return line.productType === 'standard' && quantity > 0 ? [[line.id, quantity]] : [];
      }),
    ),
    // One that was taken back counts as well, if no refund that stands is about it: its money came back to the shop.
    tickets: tickets.filter(({ id }) => !chosen.ticketIds.has(id)),
    hasUndrawnTickets: order.lines.some(
      (line) =>
        line.productType === 'kuji' && !tickets.some(({ orderLineId }) => orderLineId === line.id),
    ),
    shipping: order.shippingCents > 0 && !chosen.hasShipping,
  };
}

function recordRequest(tx: Tx, app: App, request: RefundRequest, refund: Refund): Promise<void> {
  return recordAudit(tx, {
    id: app.newId(),
    actor: request.actor,
    action: 'order.refund_requested',
    targetType: 'order',
    targetId: request.orderId,
    before: null,
    // Not the reason: it is free text about a person, and what stands here can never be erased.
    after: { refundId: refund.id, amountCents: refund.amountCents },
    requestId: request.requestId,
  });
}
