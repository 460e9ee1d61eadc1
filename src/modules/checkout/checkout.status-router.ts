import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { showAdminOrder } from '../orders/index.ts';
import { changeOrderStatusRoute } from './checkout.status-contract.ts';
import { changeOrderStatus } from './service/change-order-status.ts';

export function checkoutStatusRouter(app: App): Mounted[] {
  return [
    handleStaff(app, changeOrderStatusRoute, async ({ params, body }, { requestId }, { actor }) => {
      const message = await changeOrderStatus(app, {
        orderId: params.id,
        ...body,
        actor,
        requestId,
      });
      return { data: await showAdminOrder(app, params.id), message };
    }),
  ];
}
