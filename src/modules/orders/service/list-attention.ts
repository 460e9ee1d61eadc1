import type { App } from '../../../kernel/app.ts';
import type { AttentionPage } from '../orders.admin-contract.ts';
import { listAdminOrders } from './list-admin-orders.ts';

type Suggestion = AttentionPage['items'][number]['actions'][number];
type Action = Suggestion['action'];

const ACTIONS: Record<Action, { label: string; path: string }> = {
  recover_payment: { label: 'Serve the order after all', path: 'recover-payment' },
  accept: { label: 'Serve the order with the money that came', path: 'accept' },
  refund: { label: 'Refund', path: 'refund' },
  reconcile_refunds: { label: 'Compare the refunds with Stripe', path: 'refund/reconcile' },
};

/**
 * Reasons for which recovery is not the way: the money is not what the order asks for, or on its way back. For every other,
 * only goods were missing, and serving it is tried first.
 */
const BETTER: Readonly<Record<string, readonly Action[]>> = {
  CURRENCY_DIFFERS: ['refund', 'accept'],
  AMOUNT_DIFFERS: ['refund', 'accept'],
  NO_PAYMENT_INTENT: ['accept'],
  REFUND_DRIFT: ['reconcile_refunds', 'refund'],
  REFUND_FAILED_GOODS_GONE: ['reconcile_refunds', 'refund'],
  // Stripe refunds a payment that a bank asks about, and none that it has decided to take; what is left after that can be served.
  DISPUTED: ['reconcile_refunds', 'refund', 'accept'],
};

const USUAL: readonly Action[] = ['recover_payment', 'refund'];

/** Orders that wait for a person, the oldest first, each with what can be done about it. */
export async function listAttention(
  app: App,
  page: { cursor?: string | undefined; limit: number },
): Promise<AttentionPage> {
  const { items, nextCursor } = await listAdminOrders(app, {
    attention: 'open',
    search: [],
    sort: 'date_asc',
    ...page,
  });
  return {
    items: items.flatMap((item) =>
      // Somebody may have dealt with it between the two looks.
      item.attention === null
        ? []
        : [
            {
              ...item,
              attention: item.attention,
              actions: suggest(item.id, item.attention.reasonCode),
            },
          ],
    ),
    nextCursor,
  };
}

function suggest(orderId: string, reasonCode: string): Suggestion[] {
  return (BETTER[reasonCode] ?? USUAL).map((action) => ({
    action,
    label: ACTIONS[action].label,
    method: 'POST',
    path: `/api/v1/admin/orders/${orderId}/${ACTIONS[action].path}`,
    role: 'admin',
  }));
}
