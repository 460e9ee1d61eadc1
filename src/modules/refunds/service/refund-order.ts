import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { sha256Hex, stableJson } from '../../../kernel/hash.ts';
import { Problem } from '../../../kernel/problems.ts';
import { viewOrder, type OrderDetail } from '../../orders/index.ts';
import { ENDED_WITHOUT_MONEY, loadRefund } from '../queries/keep-refunds.ts';
import type { RefundBody } from '../refunds.contract.ts';
import { refundsProblems } from '../refunds.problems.ts';
import { carryOutRefund, resumeRefund } from './carry-out-refund.ts';
import { requestRefund } from './request-refund.ts';

/**
 * Use case: gives money back. Written down first, then asked of Stripe outside of any transaction, then booked; a crash
 * between two of them is gone on with by `finishRefunds`, an event or the same call again.
 *
 * @returns the order after it; `replayed`: an earlier call with this key had refunded, so nothing was done
 * @throws Problem those of `refundsProblems`, IDEMPOTENCY_KEY_REUSED
 */
export async function refundOrder(
  app: App,
  request: {
    orderId: string;
    body: RefundBody;
    idempotencyKey: string;
    actor: string;
    requestId: string | null;
  },
): Promise<{ order: OrderDetail; replayed: boolean }> {
  const { orderId, body, idempotencyKey, actor, requestId } = request;
  const requestHash = sha256Hex(stableJson({ orderId, body }));
  const { refund, isNew } = await inTx(app, 'refunds.request', (tx, now) =>
    requestRefund(tx, app, { orderId, body, idempotencyKey, requestHash, actor, requestId, now }),
  );
  const isOpen = refund.state === 'requested';
  if (isNew) await carryOutRefund(app, refund, actor);
  else if (isOpen) await resumeRefund(app, refund, actor);
  const current = await loadRefund(app.database.db, refund.id);
  if (current && ENDED_WITHOUT_MONEY.includes(current.state)) {
    throw new Problem(refundsProblems.REFUND_FAILED);
  }
  const order = await viewOrder(app.database.db, app, { orderId, audience: 'admin' });
  return { order, replayed: !isNew && !isOpen };
}
