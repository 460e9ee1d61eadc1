import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  closeSetRoute,
  listSetsRoute,
  openNextSetRoute,
  pauseSetRoute,
  resumeSetRoute,
} from './kuji.sets-contract.ts';
import { closeSet } from './service/close-set.ts';
import { listSets } from './service/list-sets.ts';
import { openNextSet } from './service/open-next-set.ts';
import { pauseSet } from './service/pause-set.ts';

/** The boxes of a kuji product, for the dashboard. */
export function kujiSetsRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listSetsRoute, async ({ params }) => ({
      data: await listSets(app, { productId: params.id }),
    })),
    handleStaff(app, openNextSetRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await openNextSet(app, {
        productId: params.id,
        open: body.open ?? true,
        actor,
        requestId,
      }),
    })),
    handleStaff(app, closeSetRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await closeSet(app, { setId: params.setId, reason: body.reason, actor, requestId }),
    })),
    handleStaff(app, pauseSetRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await pauseSet(app, { setId: params.setId, pause: true, actor, requestId }),
    })),
    handleStaff(app, resumeSetRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await pauseSet(app, { setId: params.setId, pause: false, actor, requestId }),
    })),
  ];
}
