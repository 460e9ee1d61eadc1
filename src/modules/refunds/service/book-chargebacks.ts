import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { noteRefund, type LockedOrder } from '../../orders/index.ts';
import { loadPayment, type Payment } from '../../payments/index.ts';
import { listLostDisputes, type DisputeRow } from '../queries/keep-disputes.ts';
import {
  insertRefund,
  listRefunds,
  saveRefundState,
  sumStanding,
  type Refund,
} from '../queries/keep-refunds.ts';
import type { Moved } from './advance-refund.ts';

/** Who made a refund that is a lost dispute: the bank of a cardholder. */
export const CHARGEBACK = 'stripe:dispute';

type Step = { order: LockedOrder; now: Date };

/**
 * Step: a lost dispute is money that went back, and is booked like a refund, under the dispute's id. The caller has locked
 * the order, and brought its refunds up to date.
 *
 * A bank can take no more than what the shop still had of the payment, so what goes back by refunds is left out. What they
 * are is learnt in any order: one that fails afterwards leaves more to the bank, one that is heard of afterwards less.
 * Then what was booked is taken back and booked anew.
 */
export async function bookChargebacks(tx: Tx, app: App, step: Step): Promise<Moved[]> {
  const { order } = step;
  const disputes = await listLostDisputes(tx, order.id);
  if (disputes.length === 0) return [];
  const payment = await loadPayment(tx, order.id);
  if (!payment) throw new Error(`Order ${order.id} has no payment.`);
  const moved: Moved[] = [];
  for (const dispute of disputes) {
    moved.push(...(await bookChargeback(tx, app, { ...step, dispute, payment })));
  }
  return moved;
}

async function bookChargeback(
  tx: Tx,
  app: App,
  request: Step & { dispute: DisputeRow; payment: Payment },
): Promise<Moved[]> {
  const { order, dispute, payment } = request;
  const refunds = await listRefunds(tx, order.id);
  const booked = refunds.filter((refund) => isOf(dispute, refund));
  const bookedCents = sumStanding(booked);
  const heldCents = (payment.receivedCents ?? 0) - (sumStanding(refunds) - bookedCents);
  const lostCents = Math.max(0, Math.min(dispute.amountCents, heldCents));
  const providerRef =
    booked.length === 0 ? dispute.providerRef : `${dispute.providerRef}/${String(booked.length)}`;
  if (lostCents > bookedCents) {
    return [await book(tx, app, { ...request, providerRef, amountCents: lostCents - bookedCents })];
  }
  if (lostCents === bookedCents) return [];
  const takenBack = await takeBack(tx, booked, request);
  if (lostCents === 0) return takenBack;
  return [...takenBack, await book(tx, app, { ...request, providerRef, amountCents: lostCents })];
}

function isOf({ providerRef }: DisputeRow, refund: Refund): boolean {
  return (
    refund.providerRef === providerRef || refund.providerRef?.startsWith(`${providerRef}/`) === true
  );
}

async function book(
  tx: Tx,
  app: App,
  request: Step & {
    dispute: DisputeRow;
    payment: Payment;
    providerRef: string;
    amountCents: number;
  },
): Promise<Moved> {
  const { order, dispute, payment, providerRef, amountCents, now } = request;
  const refund = await insertRefund(tx, {
    refund: {
      id: app.newId(),
      orderId: order.id,
      paymentId: payment.id,
      providerRef,
      amountCents,
      currency: dispute.currency,
      state: 'succeeded',
      reason: 'chargeback',
      requestedBy: CHARGEBACK,
      createdAt: now,
    },
    lines: [],
    ticketIds: [],
  });
  await noteRefund(tx, { refund, became: 'succeeded', now, actor: CHARGEBACK });
  return { refund, entry: 'refunded', providerRef };
}

async function takeBack(tx: Tx, booked: readonly Refund[], { now }: Step): Promise<Moved[]> {
  const moved: Moved[] = [];
  for (const refund of booked) {
    if (refund.state !== 'succeeded' || refund.providerRef === null) continue;
    await saveRefundState(tx, refund.id, { state: 'canceled' });
    await noteRefund(tx, { refund, became: 'canceled', now, actor: CHARGEBACK });
    moved.push({ refund, entry: 'refund_reversed', providerRef: refund.providerRef });
  }
  return moved;
}
