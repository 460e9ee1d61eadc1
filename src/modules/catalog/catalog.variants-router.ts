import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  addVariantRoute,
  changeVariantRoute,
  removeVariantRoute,
} from './catalog.variants-contract.ts';
import { addVariant } from './service/add-variant.ts';
import { changeVariant } from './service/change-variant.ts';
import { removeVariant } from './service/remove-variant.ts';
import { showAdminVariant } from './service/show-admin-product.ts';

export function catalogVariantsRouter(app: App): Mounted[] {
  return [
    handleStaff(app, addVariantRoute, async ({ params, body }, { requestId }, { actor }) => {
      const { inventory, ...variant } = body;
      const { id } = await addVariant(app, {
        ...variant,
        productId: params.id,
        onHand: inventory?.onHand ?? 0,
        lowStockThreshold: inventory?.lowStockThreshold ?? 0,
        actor,
        requestId,
      });
      return { data: await showAdminVariant(app, params.id, id) };
    }),
    handleStaff(app, changeVariantRoute, async ({ params, body }, { requestId }, { actor }) => {
      const { id: productId, variantId } = params;
      await changeVariant(app, { productId, variantId, changes: body, actor, requestId });
      return { data: await showAdminVariant(app, productId, variantId) };
    }),
    handleStaff(app, removeVariantRoute, async ({ params }, { requestId }, { actor }) => ({
      data: await removeVariant(app, {
        productId: params.id,
        variantId: params.variantId,
        actor,
        requestId,
      }),
    })),
  ];
}
