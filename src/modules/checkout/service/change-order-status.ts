import { ProviderError } from '../../../integrations/provider-error.ts';
import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { recordAudit } from '../../audit/index.ts';
import {
  loadOrder,
  ordersProblems,
  packOrder,
  shipOrder,
  tellPacked,
  type LockedOrder,
  type StaffRequest,
} from '../../orders/index.ts';
import { statusProblems, type ChangeOrderStatusBody } from '../checkout.status-contract.ts';
import { cancelCheckout, type CancelOutcome } from './cancel-checkout.ts';
import { cancelOrderOfNothing } from './cancel-order-of-nothing.ts';

/**
 * Use case: what staff press a button for; answers what to tell them. It stands here and not with the orders, because a
 * cancelled order's payment page and holds are the checkout's.
 *
 * @throws Problem ORDER_NOT_FOUND, ORDER_NOT_CANCELLABLE, ORDER_NOT_PACKABLE, ORDER_NOT_SHIPPABLE, ORDER_STATUS_NOT_BY_HAND,
 *   CANCEL_UNCONFIRMED
 */
export async function changeOrderStatus(
  app: App,
  request: StaffRequest & ChangeOrderStatusBody,
): Promise<string> {
  switch (request.status) {
    case 'packed':
      return tellPacked(await packOrder(app, request));
    case 'shipped':
      await shipOrder(app, request);
      return 'The order is shipped. The shopper gets a mail.';
    case 'cancelled':
      requireCancelled(await cancel(app, request));
      return 'The order is cancelled and its goods are free again.';
    default: {
      const order = await loadOrder(app.database.db, request.orderId);
      throw new Problem(
        order === null ? ordersProblems.ORDER_NOT_FOUND : statusProblems.ORDER_STATUS_NOT_BY_HAND,
      );
    }
  }
}

async function cancel(app: App, request: StaffRequest): Promise<CancelOutcome> {
  const { orderId, actor, requestId } = request;
  const alongside = (tx: Tx, order: LockedOrder) =>
    recordAudit(tx, {
      id: app.newId(),
      actor,
      action: 'order.cancelled',
      targetType: 'order',
      targetId: orderId,
      before: { status: order.status },
      after: { status: 'cancelled' },
      requestId,
    });
  if (await cancelOrderOfNothing(app, { orderId, actor, alongside })) return 'cancelled';
  try {
    return await cancelCheckout(app, { orderId, actor, alongside });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new Problem(statusProblems.CANCEL_UNCONFIRMED, { cause: error });
  }
}

/** Why an order could not be cancelled, by what it is instead. */
const REFUSALS: Readonly<Record<Exclude<CancelOutcome, 'cancelled' | 'not_found'>, string>> = {
  already_cancelled: 'This order is cancelled already.',
  expired: 'This order has expired: nobody can pay for it any more, and its goods are free.',
  paid: 'This order was paid, so it cannot be cancelled any more. It can be refunded.',
  processing:
    'The shopper has sent the payment and the bank is working on it. Please try again later.',
};

function requireCancelled(outcome: CancelOutcome): void {
  if (outcome === 'cancelled') return;
  if (outcome === 'not_found') throw new Problem(ordersProblems.ORDER_NOT_FOUND);
  throw new Problem(statusProblems.ORDER_NOT_CANCELLABLE, { message: REFUSALS[outcome] });
}
