import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import {
  DISPUTED,
  enqueuePaidMails,
  lockOrder,
  markAccepted,
  type LockedOrder,
} from '../../orders/index.ts';
import { loadPayment } from '../../payments/index.ts';
import {
  acceptProblems,
  recoveryProblems,
  type AcceptedOrder,
} from '../checkout.admin-contract.ts';
import { orderAccepting } from '../checkout.hooks.ts';
import { attentionReasons } from './attention-reasons.ts';
import { CannotFinalise } from './cannot-finalise.ts';
import { drawNumbers, sellGoods } from './sell-goods.ts';
import { tryRecoveryLock } from './try-recovery-lock.ts';

type Acceptance = {
  orderId: string;
  reason: string | null;
  actor: string;
  requestId: string | null;
};

/**
 * Use case: an admin serves an order that asks for a person, although its payment is not what the order asks for. Goods
 * that were never sold are taken now, all or none; both amounts stay on record.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_ACCEPTABLE, ORDER_RECOVERY_IN_PROGRESS, ORDER_MONEY_RETURNING,
 *   ORDER_GOODS_GONE (the order stays as it was)
 */
export async function acceptOrder(app: App, request: Acceptance): Promise<AcceptedOrder> {
  try {
    return await inTx(app, 'checkout.accept', (tx, now) => accept(tx, app, { ...request, now }));
  } catch (error) {
    if (!(error instanceof CannotFinalise)) throw error;
    throw new Problem(acceptProblems.ORDER_GOODS_GONE, { cause: error });
  }
}

async function accept(
  tx: Tx,
  app: App,
  request: Acceptance & { now: Date },
): Promise<AcceptedOrder> {
  const { orderId, actor, now } = request;
  if (!(await tryRecoveryLock(tx, orderId))) {
    throw new Problem(recoveryProblems.ORDER_RECOVERY_IN_PROGRESS);
  }
  const order = await lockOrder(tx, orderId);
  if (!order) throw new Problem(recoveryProblems.ORDER_NOT_FOUND);
  const wasServed = requireAcceptable(order);
  await app.hooks.run(orderAccepting, tx, {
    orderId,
    refuse: () => {
      throw new Problem(acceptProblems.ORDER_MONEY_RETURNING);
    },
  });
  if (!wasServed) await takeGoods(tx, app, { order, actor, now });
  await markAccepted(tx, { order, now, actor });
  await enqueuePaidMails(tx, app, { orderId, now });
  await recordAudit(tx, {
    id: app.newId(),
    actor,
    action: 'order.accepted',
    targetType: 'order',
    targetId: orderId,
    before: { status: order.status, attentionCode: order.attentionCode },
    after: { status: 'paid', reason: request.reason },
    requestId: request.requestId,
  });
  return { id: order.id, publicId: order.publicId, status: 'paid' };
}

/**
 * Whether its goods were sold before it asked for a person. A refund that Stripe took back is not to be accepted: its
 * tickets were taken back and its goods may be on the shelf again, so that the way out is to refund it again.
 */
function requireAcceptable(order: LockedOrder): boolean {
  const { status, attentionCode, disputedAt } = order;
  const wasServed = attentionCode === DISPUTED.code;
  const isOurs = attentionCode !== null && Object.hasOwn(attentionReasons, attentionCode);
  if (status !== 'paid_needs_attention' || disputedAt !== null || !(wasServed || isOurs)) {
    throw new Problem(acceptProblems.ORDER_NOT_ACCEPTABLE);
  }
  return wasServed;
}

async function takeGoods(
  tx: Tx,
  app: App,
  sale: { order: LockedOrder; actor: string; now: Date },
): Promise<void> {
  const { order, actor, now } = sale;
  await sellGoods(tx, app, { orders: [order], actor, now });
  const payment = await loadPayment(tx, order.id);
  await drawNumbers(tx, app, {
    paid: [{ order, paymentIntentId: payment?.intentId ?? null }],
    now,
  });
}
