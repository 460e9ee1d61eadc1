import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import { inventoryReportRoute, setVariantStockRoute } from './inventory.admin-contract.ts';
import { reportInventory } from './service/report-inventory.ts';
import { setVariantStock } from './service/set-variant-stock.ts';

export function inventoryAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, setVariantStockRoute, async ({ params, body }, { requestId }, { actor }) => ({
      data: await setVariantStock(app, {
        ...body,
        productId: params.id,
        variantId: params.variantId,
        actor,
        requestId,
      }),
    })),
    handleStaff(app, inventoryReportRoute, async ({ query }) => ({
      data: await reportInventory(app, query),
    })),
  ];
}
