import type { App } from '../../../kernel/app.ts';
import { findStalledAttempts, leaseAttempt } from '../checkout.queries.ts';
import { inTx, readNow } from '../../../db/client.ts';
import { resumePaymentPage } from './open-payment-page.ts';

const BATCH = 50;

/**
 * Job: goes on with checkouts whose request ended between two phases (a crash, or a lost answer of Stripe), so that the
 * client's next try finds its payment page at once and no session stays unknown.
 */
export async function resumeCheckouts(app: App): Promise<number> {
  const now = await readNow(app);
  const stalled = await findStalledAttempts(app.database.db, { now, limit: BATCH });
  let resumed = 0;
  for (const { id: attemptId, orderId } of stalled) {
    const isOurs = await inTx(app, 'checkout.resume', (tx, leaseFrom) =>
      leaseAttempt(tx, { attemptId, now: leaseFrom }),
    );
    if (!isOurs) continue;
    try {
      await resumePaymentPage(app, orderId);
      resumed += 1;
    } catch (error) {
      // Refused: undone and clean. Still unknown: the next run, or the expiry job, asks again. One must not stop the others.
      app.log.warn({ err: error, orderId }, 'a stalled checkout could not be resumed');
    }
  }
  return resumed;
}
