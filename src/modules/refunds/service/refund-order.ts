import { inTx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { sha256Hex, stableJson } from '../../../kernel/hash.ts';
import { Problem } from '../../../kernel/problems.ts';
import { viewOrder, type OrderDetail } from '../../orders/index.ts';
import { ENDED_WITHOUT_MONEY } from '../queries/keep-refunds.ts';
import type { RefundBody } from '../refunds.contract.ts';
import { refundsProblems } from '../refunds.problems.ts';
import { carryOutRefund, resumeRefund } from './carry-out-refund.ts';
import { requestRefund } from './request-refund.ts';

/**
 * Use case: gives money back. Written down first, then asked of Stripe outside of any transaction, then booked; a crash
 * between two of them is gone on with by `finishRefunds`, an event or the same call again.
 *
 * @throws Problem those of `refundsProblems`
 */
export async function refundOrder(
  app: App,
  request: {
    orderId: string;
    body: RefundBody;
    key: string | null;
    actor: string;
    requestId: string | null;
  },
): Promise<OrderDetail> {
  const { orderId, body, actor, requestId } = request;
  const idempotencyKey = readKey(request.key);
  const requestHash = sha256Hex(stableJson({ orderId, body }));
  const { refund, isNew } = await inTx(app, 'refunds.request', (tx, now) =>
    requestRefund(tx, app, { orderId, body, idempotencyKey, requestHash, actor, requestId, now }),
  );
  if (ENDED_WITHOUT_MONEY.includes(refund.state)) throw new Problem(refundsProblems.REFUND_FAILED);
  if (isNew) await carryOutRefund(app, refund, actor);
  else if (refund.state === 'requested') await resumeRefund(app, refund, actor);
  return viewOrder(app.database.db, app, { orderId, audience: 'admin' });
}

function readKey(header: string | null): string {
  const key = (header ?? '').trim();
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw new Problem(refundsProblems.REFUND_KEY_REQUIRED);
  return key;
}
