import { inTx } from '../../../db/client.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import type { App } from '../../../kernel/app.ts';
import { claimDueOrders, type DueOrder } from '../../orders/index.ts';
import { loadPayment, recordSession } from '../../payments/index.ts';
import { expireOrder } from './expire-order.ts';
import { findOrCreateSession, findSession } from './find-or-create-session.ts';
import { finaliseOrder } from './finalise-order.ts';

const BATCH = 100;
const MAX_BATCHES = 3;
/** Calls to Stripe at a time: three hundred in a row would outlast the job's interval. */
const PARALLEL = 8;

export type ExpireSummary = { expired: number; finalised: number; kept: number };

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
    const queue = [...due];
    const work = async () => {
      for (let order = queue.shift(); order; order = queue.shift()) {
        summary[await endCheckout(app, order)] += 1;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
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
  const sessionId = await findRecordedSession(app, orderId);
  if (sessionId === null) return expire(app, orderId);
  // A new key each time: Stripe would repeat a stored 500 for a day, and the goods would stay held.
  const answer = await app.stripe.expireSession(sessionId, `expire/${orderId}/${app.newId()}`);
  if (answer === 'expired' || answer === 'not_found') return expire(app, orderId);
  // Not open any more: paid, still processing, or expired before.
  const session = await app.stripe.retrieveSession(sessionId);
  if (session?.status === 'expired') return expire(app, orderId);
  const outcome = await finaliseOrder(app, { sessionId, actor: 'job:expire-holds' });
  return outcome === 'processing' || outcome === 'not_paid' ? 'kept' : 'finalised';
}

async function expire(app: App, orderId: string): Promise<'expired' | 'kept'> {
  return (await expireOrder(app, { orderId, actor: 'job:expire-holds' })) ? 'expired' : 'kept';
}

/**
 * The order's session. If none is recorded (a crash between Stripe's answer and our commit), it is created again with the
 * stored parameters and key, which gives the very session that may be payable. A definite refusal means that there is
 * none, once the list of sessions confirms it.
 */
async function findRecordedSession(app: App, orderId: string): Promise<string | null> {
  const payment = await loadPayment(app.database.db, orderId);
  if (!payment) throw new Error(`Order ${orderId} has no payment.`);
  if (payment.sessionId !== null) return payment.sessionId;
  const session = await findOrCreateSession(app, payment).catch((error: unknown) => {
    if (error instanceof ProviderError && error.kind === 'rejected')
      return findSession(app, payment);
    throw error;
  });
  if (session === null) return null;
  await inTx(app, 'checkout.record-found', (tx) =>
    recordSession(tx, { orderId, sessionId: session.id, sessionUrl: session.url }),
  );
  return session.id;
}
