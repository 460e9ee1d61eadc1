import { readNow } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { addMs, MINUTE_MS } from '../../../kernel/clock.ts';
import { findUnanswered } from '../queries/keep-refunds.ts';
import { findUnreturned } from '../queries/keep-surplus.ts';
import { resumeRefund } from './carry-out-refund.ts';
import { returnSecondPayment } from './return-second-payment.ts';

/** Longer than a call to Stripe with its repeat can take: nobody is in the middle of it any more. */
const UNANSWERED_AFTER_MS = MINUTE_MS;
const BATCH = 50;

/**
 * Job: refunds and second payments that are written down but have no answer, because the process or the connection died, are
 * asked for again under their own keys. One that fails does not keep the others waiting.
 */
export async function finishRefunds(app: App): Promise<number> {
  const before = addMs(await readNow(app), -UNANSWERED_AFTER_MS);
  const unanswered = await findUnanswered(app.database.db, before, BATCH);
  for (const refund of unanswered) {
    try {
      await resumeRefund(app, refund, 'system:finish-refunds');
    } catch (error) {
      app.log.warn({ err: error, refundId: refund.id }, 'refund not finished');
    }
  }
  const unreturned = await findUnreturned(app.database.db, before, BATCH);
  for (const surplus of unreturned) {
    try {
      await returnSecondPayment(app, { surplusId: surplus.id });
    } catch (error) {
      app.log.warn({ err: error, surplusId: surplus.id }, 'second payment not returned');
    }
  }
  return unanswered.length + unreturned.length;
}
