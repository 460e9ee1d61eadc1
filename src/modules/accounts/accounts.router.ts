import { handleCustomer } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { changeProfileRoute, showProfileRoute } from './accounts.contract.ts';
import { changeProfile, presentProfile } from './service/change-profile.ts';

/** A customer's own profile. */
export function accountsRouter(app: App): Mounted[] {
  return [
    handleCustomer(app, showProfileRoute, (_input, _context, customer) =>
      Promise.resolve({ data: presentProfile(customer) }),
    ),
    handleCustomer(app, changeProfileRoute, async ({ body }, _context, customer) => ({
      data: await changeProfile(app, customer, body),
    })),
  ];
}
