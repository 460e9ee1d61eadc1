import { handleStaff } from '../../http/auth.ts';
import { handleGuarded, type Mounted } from '../../http/route.ts';
import type { App } from '../../kernel/app.ts';
import { Problem } from '../../kernel/problems.ts';
import { accountsProblems, identifyShopper } from '../accounts/index.ts';
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
    handleGuarded(
      app,
      exportOwnDataRoute,
      async (context) => {
        const shopper = await identifyShopper(app, context.header('authorization'));
        if (shopper === null) throw new Problem(accountsProblems.AUTH_REQUIRED);
        return shopper;
      },
      async (_input, _context, shopper) => ({ data: await exportOwnData(app, shopper) }),
    ),
  ];
}
