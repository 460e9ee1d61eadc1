import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { sha256Hex } from '../../../kernel/hash.ts';
import { Problem } from '../../../kernel/problems.ts';
import { loadRefund } from '../queries/keep-refunds.ts';
import { refundQueue } from '../refunds.queue.ts';
import { refundsProblems } from '../refunds.problems.ts';
import { resumeRefund } from './carry-out-refund.ts';
import { requestRefund } from './request-refund.ts';

const ACTOR = 'system:late-payment';
const REASON = 'The payment arrived after the goods were gone.';

/**
 * Step: writes down that all of a late payment goes back, with the job that asks Stripe. The money was booked in the same
 * transaction, and the caller has locked the order.
 */
export async function returnLatePayment(
  tx: Tx,
  app: App,
  { orderId, now }: { orderId: string; now: Date },
): Promise<void> {
  const idempotencyKey = `late-payment/${orderId}`;
  const { refund } = await requestRefund(tx, app, {
    orderId,
    body: { reason: REASON },
    idempotencyKey,
    requestHash: sha256Hex(idempotencyKey),
    actor: ACTOR,
    requestId: null,
    now,
  });
  await app.queue.enqueue(tx, refundQueue, { refundId: refund.id });
}

/**
 * Job: carries out a refund that was written down. One that Stripe refuses is over, and the shop is told; after a lost
 * answer the job comes again.
 */
export async function workRefund(app: App, { refundId }: { refundId: string }): Promise<void> {
  const refund = await loadRefund(app.database.db, refundId);
  if (refund?.state !== 'requested') return;
  try {
    await resumeRefund(app, refund, ACTOR);
  } catch (error) {
    const isOver = error instanceof Problem && error.code === refundsProblems.REFUND_FAILED.code;
    if (!isOver) throw error;
  }
}
