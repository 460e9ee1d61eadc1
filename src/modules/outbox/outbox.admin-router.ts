import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  listMailsRoute,
  listSuppressionsRoute,
  removeSuppressionRoute,
  retryMailRoute,
} from './outbox.admin-contract.ts';
import { listMails } from './service/list-mails.ts';
import { listSuppressions, removeSuppression } from './service/manage-suppressions.ts';
import { retryMail } from './service/retry-mail.ts';

export function outboxAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listMailsRoute, async ({ query }) => ({ data: await listMails(app, query) })),
    handleStaff(app, retryMailRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await retryMail(app, {
        mailId: params.id,
        confirm: body.confirm,
        actor,
        requestId,
      }),
    })),
    handleStaff(app, listSuppressionsRoute, async ({ query }) => ({
      data: await listSuppressions(app, query),
    })),
    handleStaff(app, removeSuppressionRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await removeSuppression(app, { id: params.id, actor, requestId }),
    })),
  ];
}
