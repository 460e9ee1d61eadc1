import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { revokeAccessRoute } from './orders.access-contract.ts';
import { revokeAccess } from './service/revoke-access.ts';

export function ordersAccessRouter(app: App): Mounted[] {
  return [
    handleStaff(app, revokeAccessRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await revokeAccess(app, { orderId: params.id, actor, requestId }),
    })),
  ];
}
