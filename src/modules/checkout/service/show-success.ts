import { readNow } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { DAY_MS } from '../../../kernel/clock.ts';
import { Problem } from '../../../kernel/problems.ts';
import {
  findCheckoutGrant,
  loadOrder,
  viewOrder,
  type Order,
  type OrderDetail,
  type OrderStatus,
} from '../../orders/index.ts';
import { findPaymentBySession } from '../../payments/index.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import { finaliseIfRoom } from './finalise-order.ts';

/** How long after the payment the session's id still opens the order; an eternal key in a URL would leak. */
const ACCESS_MS = DAY_MS;

export type Success =
  | { pending: true; publicId: string; status: OrderStatus }
  | {
      pending: false;
      publicId: string;
      needsAttention: boolean;
      order: OrderDetail;
      /** For the guest cookie. */
      grant: { orderId: string; grantId: string };
    };

/**
 * Use case: what became of a payment. Our own state is read first; Stripe is asked only where it does not decide. What
 * Stripe then says counts, never the mere visit of this page.
 *
 * @throws Problem SESSION_NOT_FOUND, SESSION_NOT_PAID
 */
export async function showSuccess(app: App, sessionId: string): Promise<Success> {
  const { db } = app.database;
  const payment = await findPaymentBySession(db, sessionId);
  if (!payment) throw new Problem(checkoutProblems.SESSION_NOT_FOUND);
  let order = await loadOrder(db, payment.orderId);
  if (order?.paidAt === null) {
    const outcome = await finaliseIfRoom(app, { sessionId, actor: 'success-page' });
    if (outcome === 'not_paid') throw new Problem(checkoutProblems.SESSION_NOT_PAID);
    if (outcome === 'busy') return pending(order);
    order = await loadOrder(db, payment.orderId);
  }
  if (!order) throw new Problem(checkoutProblems.SESSION_NOT_FOUND);
  if (order.paidAt === null) return pending(order);
  const now = await readNow(app);
  if (now.getTime() - order.paidAt.getTime() > ACCESS_MS) {
    throw new Problem(checkoutProblems.SESSION_NOT_FOUND);
  }
  const grantId = await findCheckoutGrant(db, { orderId: order.id, now });
  if (grantId === null) throw new Problem(checkoutProblems.SESSION_NOT_FOUND);
  return {
    pending: false,
    publicId: order.publicId,
    needsAttention: order.status === 'paid_needs_attention',
    order: await viewOrder(db, app, { orderId: order.id, audience: 'guest' }),
    grant: { orderId: order.id, grantId },
  };
}

function pending({ publicId, status }: Order): Success {
  return { pending: true, publicId, status };
}
