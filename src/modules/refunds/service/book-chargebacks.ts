import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import type { LockedOrder } from '../../orders/index.ts';
import { loadPayment } from '../../payments/index.ts';
import { listLostDisputes, type DisputeRow } from '../queries/keep-disputes.ts';
import { listRefunds, sumStanding } from '../queries/keep-refunds.ts';
import { applyRefunds, CHARGEBACK } from './apply-refunds.ts';

type Request = { order: LockedOrder; now: Date; actor: string };

/**
 * Step: a lost dispute is money that went back, and is booked like it, under the dispute's id: what is left to refund
 * shrinks, closed tickets return to their box with the last cent, and the order is refunded once nothing is left. The
 * caller has locked the order.
 *
 * A bank can take no more than what the shop still has of the payment, so what is promised to go back is left out. If such
 * a refund fails afterwards, the rest is booked by the next call.
 */
export async function bookChargebacks(tx: Tx, app: App, request: Request): Promise<void> {
  for (const dispute of await listLostDisputes(tx, request.order.id)) {
    await bookChargeback(tx, app, { ...request, dispute });
  }
}

async function bookChargeback(
  tx: Tx,
  app: App,
  request: Request & { dispute: DisputeRow },
): Promise<void> {
  const { order, dispute, now, actor } = request;
  const { providerRef } = dispute;
  const payment = await loadPayment(tx, order.id);
  const refunds = await listRefunds(tx, order.id);
  const booked = refunds.filter(
    (refund) =>
      refund.providerRef === providerRef || refund.providerRef?.startsWith(`${providerRef}/`),
  );
  const openCents = Math.min(
    dispute.amountCents - sumStanding(booked),
    (payment?.receivedCents ?? 0) - sumStanding(refunds),
  );
  if (openCents < 1) return;
  const lost = {
    id: booked.length === 0 ? providerRef : `${providerRef}/${String(booked.length)}`,
    paymentIntentId: payment?.intentId ?? null,
    amountCents: openCents,
    currency: dispute.currency,
    status: 'succeeded' as const,
    reason: 'chargeback',
    metadata: {},
    createdAtSeconds: Math.floor(now.getTime() / 1000),
  };
  await applyRefunds(tx, app, {
    order: { ...order, disputedAt: null },
    seen: [lost],
    foreign: CHARGEBACK,
    now,
    actor,
  });
}
