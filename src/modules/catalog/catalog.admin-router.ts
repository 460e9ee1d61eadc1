import { handleStaff } from '../../http/auth.ts';
import type { Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  changeProductRoute,
  createProductRoute,
  listAdminProductsRoute,
  showAdminProductRoute,
} from './catalog.admin-contract.ts';
import { changeProduct } from './service/change-product.ts';
import { createProduct } from './service/create-product.ts';
import { listAdminProducts } from './service/list-admin-products.ts';
import { showAdminProduct } from './service/show-admin-product.ts';

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
  ];
}
