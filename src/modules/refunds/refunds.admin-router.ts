import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import { readIdempotencyKey, REPLAYED } from '../../http/read-idempotency-key.ts';
import type { App } from '../../kernel/app.ts';
import { reconcileRefundsRoute, refundOrderRoute } from './refunds.contract.ts';
import { reconcileRefunds } from './service/reconcile-refunds.ts';
import { refundOrder } from './service/refund-order.ts';

export function refundsAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, refundOrderRoute, async ({ params, body }, context, { actor }) => {
      const { order, replayed } = await refundOrder(app, {
        orderId: params.id,
        body,
        idempotencyKey: readIdempotencyKey(context),
        actor,
        requestId: context.requestId,
      });
      return { data: order, ...(replayed ? { headers: REPLAYED } : {}) };
    }),
    handleStaff(app, reconcileRefundsRoute, async ({ params }, _context, { actor }) => ({
      data: await reconcileRefunds(app, { orderId: params.id, actor }),
    })),
  ];
}
