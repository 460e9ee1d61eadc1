import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { listEvents } from './service/list-events.ts';
import { replayEvent } from './service/replay-event.ts';
import { listWebhookEventsRoute, replayWebhookEventRoute } from './webhooks.admin-contract.ts';

export function webhooksAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listWebhookEventsRoute, async ({ query }) => ({
      data: await listEvents(app, query),
    })),
    handleStaff(app, replayWebhookEventRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await replayEvent(app, { id: params.id, actor, requestId }),
    })),
  ];
}
