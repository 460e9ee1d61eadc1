import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  addVariantRoute,
  changeProductRoute,
  changeVariantRoute,
  createProductRoute,
  listAdminProductsRoute,
  removeVariantRoute,
  showAdminProductRoute,
} from './catalog.admin-contract.ts';
import { addVariant } from './service/add-variant.ts';
import { changeProduct } from './service/change-product.ts';
import { changeVariant } from './service/change-variant.ts';
import { createProduct } from './service/create-product.ts';
import { listAdminProducts } from './service/list-admin-products.ts';
import { removeVariant } from './service/remove-variant.ts';
import { showAdminProduct, showAdminVariant } from './service/show-admin-product.ts';

export function catalogAdminRouter(app: App): Mounted[] {
  return [
    handleStaff(app, listAdminProductsRoute, async ({ query }) => ({
      data: await listAdminProducts(app, query),
    })),
    handleStaff(app, createProductRoute, async ({ body }, { requestId }, { actor }) => {
      const { id } = await createProduct(app, { ...body, actor, requestId });
      return { data: await showAdminProduct(app, id) };
    }),
    handleStaff(app, showAdminProductRoute, async ({ params }) => ({
      data: await showAdminProduct(app, params.id),
    })),
    handleStaff(app, changeProductRoute, async ({ params, body }, { requestId }, { actor }) => {
      const { version, ...changes } = body;
      await changeProduct(app, { productId: params.id, version, changes, actor, requestId });
      return { data: await showAdminProduct(app, params.id) };
    }),
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
