import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { listAuditRoute } from './audit.admin-contract.ts';
import { listAudit } from './service/list-audit.ts';

export function auditAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listAuditRoute, async ({ query }) => ({ data: await listAudit(app, query) })),
  ];
}
