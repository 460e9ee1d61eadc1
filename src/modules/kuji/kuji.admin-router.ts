import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  addPrizeRoute,
  changePrizeRoute,
  listPrizesRoute,
  removePrizeRoute,
} from './kuji.admin-contract.ts';
import { addPrize } from './service/add-prize.ts';
import { changePrize } from './service/change-prize.ts';
import { listPrizes } from './service/list-prizes.ts';
import { removePrize } from './service/remove-prize.ts';

export function kujiAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listPrizesRoute, async ({ params }) => ({
      data: await listPrizes(app, { productId: params.id }),
    })),
    handleStaff(app, addPrizeRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await addPrize(app, { productId: params.id, prize: body, actor, requestId }),
    })),
    handleStaff(app, changePrizeRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await changePrize(app, {
        productId: params.id,
        prizeId: params.prizeId,
        change: body,
        actor,
        requestId,
      }),
    })),
    handleStaff(app, removePrizeRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await removePrize(app, {
        productId: params.id,
        prizeId: params.prizeId,
        actor,
        requestId,
      }),
    })),
  ];
}
