import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { loadOrder } from '../../orders/index.ts';
import { checkoutProblems } from '../checkout.problems.ts';

/**
 * Step: only an order that waits for its payment has a page to answer with.
 * @throws Problem CHECKOUT_COMPLETED, CHECKOUT_ENDED, each with the order's status
 */
export async function requirePending(app: App, orderId: string): Promise<void> {
  const order = await loadOrder(app.database.db, orderId);
  if (order?.status === 'pending_payment') return;
  const isPaid = order !== null && order.paidAt !== null;
  throw new Problem(
    isPaid ? checkoutProblems.CHECKOUT_COMPLETED : checkoutProblems.CHECKOUT_ENDED,
    {
      details: { orderStatus: order?.status ?? null },
    },
  );
}
