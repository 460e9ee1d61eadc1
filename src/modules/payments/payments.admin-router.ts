import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { paymentsReportRoute } from './payments.admin-contract.ts';
import { reportPayments } from './service/report-payments.ts';

export function paymentsAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, paymentsReportRoute, async ({ query }) => ({
      data: await reportPayments(app, query),
    })),
  ];
}
