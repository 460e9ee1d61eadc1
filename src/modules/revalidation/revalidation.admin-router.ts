import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  changeEndpointRoute,
  createEndpointRoute,
  deleteEndpointRoute,
  listDeliveriesRoute,
  listEndpointsRoute,
  replayDeliveryRoute,
  rotateSecretRoute,
} from './revalidation.contract.ts';
import { listDeliveries, replayDelivery } from './service/keep-deliveries.ts';
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  rotateSecret,
} from './service/keep-endpoints.ts';

export function revalidationAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listEndpointsRoute, async () => ({
      data: { items: await listEndpoints(app) },
    })),
    handleStaff(app, createEndpointRoute, async ({ body }, { requestId }, { actor }) => ({
      data: await createEndpoint(app, { ...body, actor, requestId }),
    })),
    handleStaff(app, changeEndpointRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await changeEndpoint(app, { ...params, ...body, actor, requestId }),
    })),
    handleStaff(app, deleteEndpointRoute, async ({ params }, { requestId }, { actor }) => {
      await deleteEndpoint(app, { ...params, actor, requestId });
      return { data: { id: params.id, deleted: true as const } };
    }),
    handleStaff(app, rotateSecretRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await rotateSecret(app, { ...params, actor, requestId }),
    })),
    handleStaff(app, listDeliveriesRoute, async ({ params, query }) => ({
      data: await listDeliveries(app, { endpointId: params.id, ...query }),
    })),
    handleStaff(app, replayDeliveryRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await replayDelivery(app, { ...params, actor, requestId }),
    })),
  ];
}
