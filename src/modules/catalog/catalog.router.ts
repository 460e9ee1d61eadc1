import { handle, type Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  listCollectionsRoute,
  listProductsRoute,
  listTagsRoute,
  showProductRoute,
} from './catalog.contract.ts';
import { listCollections } from './service/list-collections.ts';
import { listProducts } from './service/list-products.ts';
import { listTags } from './service/list-tags.ts';
import { showProduct } from './service/show-product.ts';

export function catalogRouter(app: App): Mounted[] {
  return [
    handle(app, listProductsRoute, async ({ query }) => ({ data: await listProducts(app, query) })),
    handle(app, showProductRoute, async ({ params }) => ({
      data: await showProduct(app, params.slug),
    })),
    handle(app, listCollectionsRoute, async () => ({ data: await listCollections(app) })),
    handle(app, listTagsRoute, async () => ({ data: await listTags(app) })),
  ];
}
