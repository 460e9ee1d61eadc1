import { handleCustomer, handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { eraseCustomerRoute, exportCustomerRoute, exportOwnDataRoute } from './privacy.contract.ts';
import { eraseCustomer } from './service/erase-customer.ts';
import { exportCustomer, exportOwnData } from './service/export-customer.ts';

export function privacyRouter(app: App): Mounted[] {
  return [
    handleStaff(app, exportCustomerRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await exportCustomer(app, { customerId: params.id, actor, requestId }),
    })),
    handleStaff(app, eraseCustomerRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await eraseCustomer(app, {
        customerId: params.id,
        confirm: body.confirm,
        actor,
        requestId,
      }),
    })),
    handleCustomer(app, exportOwnDataRoute, async (_input, _context, { customerId }) => ({
      data: await exportOwnData(app, { customerId }),
    })),
  ];
}
