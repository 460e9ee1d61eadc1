import { ProviderError } from '../../../integrations/provider-error.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { loadOrder, viewOrder } from '../../orders/index.ts';
import { loadPayment } from '../../payments/index.ts';
import { listRefunds } from '../queries/keep-refunds.ts';
import { refundsProblems } from '../refunds.problems.ts';
import { syncRefunds } from './sync-refunds.ts';

/**
 * Use case: an operator compares an order's refunds with Stripe. What differs is brought up to date and answered.
 *
 * @throws Problem REFUND_ORDER_NOT_FOUND, NOTHING_PAID, REFUND_UNCONFIRMED
 */
export async function reconcileRefunds(
  app: App,
  { orderId, actor }: { orderId: string; actor: string },
) {
  const reader = app.database.db;
  if (!(await loadOrder(reader, orderId))) {
    throw new Problem(refundsProblems.REFUND_ORDER_NOT_FOUND);
  }
  const synced = await askForDifferences(app, { orderId, actor });
  if (!synced) throw new Problem(refundsProblems.NOTHING_PAID);
  const refunds = await listRefunds(reader, orderId);
  const payment = await loadPayment(reader, orderId);
  const order = await viewOrder(reader, app, { orderId, audience: 'admin' });
  return {
    order,
    summary: {
      refundCount: refunds.length,
      succeededCount: refunds.filter(({ state }) => state === 'succeeded').length,
      refundedCents: payment?.refundedCents ?? 0,
      isFullyRefunded: payment?.state === 'refunded',
      drift: synced.drift || order.attention?.reasonCode === 'REFUND_DRIFT',
    },
    refunds: refunds.map((refund) => ({
      id: refund.id,
      stripeRefundId: refund.providerRef,
      amountCents: refund.amountCents,
      currency: refund.currency,
      status: refund.state,
      reason: refund.reason,
      requestedBy: refund.requestedBy,
      createdAt: refund.createdAt.toISOString(),
    })),
  };
}

async function askForDifferences(app: App, request: { orderId: string; actor: string }) {
  try {
    return await syncRefunds(app, request);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new Problem(refundsProblems.REFUND_UNCONFIRMED, {
      message: 'Stripe did not answer. Please try again in a moment.',
      cause: error,
    });
  }
}
