import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { listCustomersRoute } from './accounts.customers-contract.ts';
import { listCustomers } from './service/list-customers.ts';

export function customersAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listCustomersRoute, async ({ query }) => ({
      data: await listCustomers(app, query),
    })),
  ];
}
