import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/route.ts';
import type { App } from '../../kernel/app.ts';
import { recoverPaymentRoute } from './checkout.admin-contract.ts';
import { recoverPayment } from './service/recover-payment.ts';

export function checkoutAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, recoverPaymentRoute, async ({ params }, _context, { actor }) => ({
      data: await recoverPayment(app, { orderId: params.id, actor }),
      message: 'The order is paid.',
    })),
  ];
}
