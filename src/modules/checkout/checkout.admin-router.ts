import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { acceptOrderRoute, recoverPaymentRoute } from './checkout.admin-contract.ts';
import { acceptOrder } from './service/accept-order.ts';
import { recoverPayment } from './service/recover-payment.ts';

export function checkoutAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, recoverPaymentRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await recoverPayment(app, { orderId: params.id, actor, requestId }),
      message: 'The order is paid.',
    })),
    handleStaff(app, acceptOrderRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await acceptOrder(app, {
        orderId: params.id,
        reason: body?.reason ?? null,
        actor,
        requestId,
      }),
      message: 'The order is paid.',
    })),
  ];
}
