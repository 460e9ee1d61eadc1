import type { Tx } from '../../../db/client.ts';
import type { StripeDispute } from '../../../integrations/stripe/stripe-port.ts';
import type { App } from '../../../kernel/app.ts';
import type { LockedOrder } from '../../orders/index.ts';
import { lockPayment } from '../../payments/index.ts';
import { ENDED_WITHOUT_MONEY, listRefunds } from '../queries/keep-refunds.ts';
import { applyRefunds, CHARGEBACK } from './apply-refunds.ts';

/**
 * Step: a lost dispute is money that went back, and is booked like it, under the dispute's id: what is left to refund
 * shrinks, closed tickets return to their box with the last cent, and the order is refunded once nothing is left. The
 * caller has locked the order.
 */
export async function bookChargeback(
  tx: Tx,
  app: App,
  request: { order: LockedOrder; dispute: StripeDispute; now: Date; actor: string },
): Promise<void> {
  const { order, dispute, now, actor } = request;
  const payment = await lockPayment(tx, order.id);
  const standing = (await listRefunds(tx, order.id)).filter(
    ({ state }) => !ENDED_WITHOUT_MONEY.includes(state),
  );
  const promisedCents = standing.reduce((sum, { amountCents }) => sum + amountCents, 0);
  // A bank can take no more than what the shop still has of the payment.
  const amountCents = Math.min(dispute.amountCents, (payment?.receivedCents ?? 0) - promisedCents);
  if (amountCents < 1) return;
  const lost = {
    id: dispute.id,
    paymentIntentId: dispute.paymentIntentId,
    amountCents,
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
