import pLimit from 'p-limit';
import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { claimDueOrders, type DueOrder } from '../../orders/index.ts';
import { closePaymentPage } from './close-payment-page.ts';
import { expireOrder } from './expire-order.ts';
import { finaliseOrder } from './finalise-order.ts';

const BATCH = 100;
const MAX_BATCHES = 3;
/** Calls to Stripe at a time: three hundred in a row would outlast the job's interval. */
const PARALLEL = 8;

type ExpireSummary = { expired: number; finalised: number; kept: number };

/**
 * Job: ends holds that are over. Stripe is asked first and stock is freed second: freed by the local clock, a unit could
 * be sold to somebody else while the first shopper can still pay for it. While Stripe does not answer, the hold stays.
 *
 * Due orders are claimed with a lease, so that several instances share the work and a crash only delays it.
 */
export async function expireHolds(app: App): Promise<ExpireSummary> {
  const summary = { expired: 0, finalised: 0, kept: 0 };
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const due = await inTx(app, 'checkout.claim-due', (tx, now) =>
      claimDueOrders(tx, { now, limit: BATCH }),
    );
    const sideBySide = pLimit(PARALLEL);
    const ended = await sideBySide.map(due, (order) => endCheckout(app, order));
    for (const end of ended) summary[end] += 1;
    if (due.length < BATCH) break;
  }
  if (summary.expired + summary.finalised + summary.kept > 0)
    app.log.info(summary, 'holds expired');
  return summary;
}

async function endCheckout(app: App, order: DueOrder): Promise<keyof ExpireSummary> {
  try {
    return await askStripe(app, order.id);
  } catch (error) {
    // The lease lapses and the next run asks again; one bad order must not stop the others.
    app.log.warn({ err: error, orderId: order.id }, 'a due checkout could not be ended');
    return 'kept';
  }
}

async function askStripe(app: App, orderId: string): Promise<keyof ExpireSummary> {
  const page = await closePaymentPage(app, orderId);
  const actor = 'job:expire-holds';
  if (page.state === 'closed') {
    return (await expireOrder(app, { orderId, actor })) ? 'expired' : 'kept';
  }
  const outcome = await finaliseOrder(app, { sessionId: page.sessionId, actor });
  return outcome === 'processing' || outcome === 'not_paid' ? 'kept' : 'finalised';
}
