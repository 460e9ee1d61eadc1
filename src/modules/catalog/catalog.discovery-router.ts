import { handle, type Mounted } from '../../http/handle-route.ts';
import type { App } from '../../kernel/app.ts';
import {
  recommendProductsRoute,
  searchProductsRoute,
  showHomeRoute,
  suggestProductsRoute,
} from './catalog.discovery-contract.ts';
import { recommendProducts } from './service/recommend-products.ts';
import { searchProducts } from './service/search-products.ts';
import { showHome } from './service/show-home.ts';
import { suggestProducts } from './service/suggest-products.ts';

/** Where shoppers find what they did not know by name. */
export function catalogDiscoveryRouter(app: App): Mounted[] {
  return [
    handle(app, showHomeRoute, async () => ({ data: await showHome(app) })),
    handle(app, recommendProductsRoute, async ({ params, query }) => ({
      data: await recommendProducts(app, params.slug, query.limit),
    })),
    handle(app, suggestProductsRoute, async ({ query }) => ({
      data: await suggestProducts(app, query),
    })),
    handle(app, searchProductsRoute, async ({ query }) => ({
      data: await searchProducts(app, query),
    })),
  ];
}
