import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { lockOrder, noteCancelRequest, type LockedOrder } from '../../orders/index.ts';
import { cancelUnpaid } from './cancel-unpaid.ts';
import { closePaymentPage } from './close-payment-page.ts';
import { finaliseOrder } from './finalise-order.ts';

/**
 * `already_cancelled` and `expired`: there was nothing left to do. `paid` (whatever became of the order since) and
 * `processing` (a bank has the word): it could not be cancelled any more, and is as it was.
 */
export type CancelOutcome =
  'cancelled' | 'already_cancelled' | 'expired' | 'paid' | 'processing' | 'not_found';

export type CancelCheckoutRequest = {
  orderId: string;
  /** `shopper`, or the id of a person of the staff. */
  actor: string;
  /** Written in the transaction that cancels, for example the audit. `order` is as it was before. */
  alongside?: (tx: Tx, order: LockedOrder, now: Date) => Promise<void>;
};

/**
 * Use case: ends an unpaid order before its time, for its shopper or for the staff. A payment wins: if Stripe says that
 * somebody has paid, the order is finalised instead.
 *
 * Three phases, like all that asks Stripe. The wish is committed first: after a crash, or if Stripe's own event is faster
 * than we are, the order still ends as cancelled and not as expired.
 *
 * @throws ProviderError Stripe does not answer; the goods stay held, and the expiry job goes on
 */
export async function cancelCheckout(
  app: App,
  request: CancelCheckoutRequest,
): Promise<CancelOutcome> {
  const { orderId, actor } = request;
  const wish = await inTx(app, 'checkout.want-cancel', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (order?.status === 'pending_payment') await noteCancelRequest(tx, { orderId, now, actor });
    return order;
  });
  if (wish?.status !== 'pending_payment') return outcomeOf(wish);
  const page = await closePaymentPage(app, orderId);
  if (page.state === 'submitted') {
    const outcome = await finaliseOrder(app, { sessionId: page.sessionId, actor });
    return outcome === 'processing' || outcome === 'not_paid' ? 'processing' : 'paid';
  }
  return inTx(app, 'checkout.cancel', async (tx, now) => {
    const order = await lockOrder(tx, orderId);
    if (order?.status === 'pending_payment') await cancelUnpaid(tx, { order, now, actor });
    else if (order?.status !== 'cancelled') return outcomeOf(order);
    // Cancelled by now, if not by this transaction then by Stripe's event, as wished above.
    await request.alongside?.(tx, wish, now);
    return 'cancelled';
  });
}

/** What an order that does not wait for a payment is to somebody who wants to cancel it. */
function outcomeOf(order: LockedOrder | null): CancelOutcome {
  if (order === null) return 'not_found';
  if (order.status === 'cancelled') return 'already_cancelled';
  return order.status === 'expired' ? 'expired' : 'paid';
}
