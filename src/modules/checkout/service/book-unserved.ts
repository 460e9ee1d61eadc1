import type { Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { releaseHolds } from '../../inventory/index.ts';
import {
  enqueueAttentionMails,
  enqueueLatePaymentMails,
  lockOrder,
  markNeedsAttention,
} from '../../orders/index.ts';
import { loadPayment } from '../../payments/index.ts';
import { loadLatePaymentPolicy } from '../../settings/index.ts';
import { latePaymentReturning } from '../checkout.hooks.ts';
import { attentionReasons, GOODS_ARE_GONE, type AttentionReason } from './attention-reasons.ts';
import { bookMoney, findCustomers, type Paid } from './book-money.ts';
import type { FinaliseOutcome } from './finalise-order.ts';
import { receivedFrom } from './judge-payment.ts';

const RETURNING_HINT =
  'The money goes back by itself. If a mail says that it could not, refund it.';

type Unserved = Paid & { reason: AttentionReason; now: Date };

/**
 * Step: books money whose order cannot be served, and says why. Where the goods are gone the setting decides: all of it
 * goes back by itself, written down in this very transaction, or a person decides.
 */
export async function bookUnserved(tx: Tx, app: App, paid: Unserved): Promise<FinaliseOutcome> {
  const { orderId, reason, now, actor } = paid;
  const order = await lockOrder(tx, orderId);
  const payment = order && (await loadPayment(tx, orderId));
  if (!order || !payment) return 'not_ours';
  if (order.paidAt !== null) return 'already_finalised';
  const isLate = order.status === 'expired';
  // Before the stock, as when an order is served.
  const customerOf = await findCustomers(tx, app, [order]);
  const lineCount = order.lines.length;
  await releaseHolds(tx, {
    orderId,
    lineCount,
    as: isLate ? 'expired' : 'released',
    now,
    actor,
  });
  const returns = await goesBack(tx, paid);
  const { message, hint } = attentionReasons[reason];
  await markNeedsAttention(tx, {
    order,
    code: reason,
    message,
    hint: returns ? RETURNING_HINT : hint,
    customerId: customerOf(order),
    now,
    actor,
  });
  await bookMoney(tx, { paid: [{ payment, session: paid.session }], now });
  if (!returns) {
    await enqueueAttentionMails(tx, app, { orderId, now });
    return 'needs_attention';
  }
  await app.hooks.run(latePaymentReturning, tx, { orderId, now });
  await enqueueLatePaymentMails(tx, app, { orderId, now });
  return 'refunding';
}

async function goesBack(tx: Tx, { session, reason }: Unserved): Promise<boolean> {
  if (!GOODS_ARE_GONE.includes(reason)) return false;
  if (session.paymentIntentId === null || receivedFrom(session) === 0) return false;
  return (await loadLatePaymentPolicy(tx)).whenStockIsGone === 'refund';
}
