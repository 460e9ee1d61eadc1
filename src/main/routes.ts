import type { Mounted } from '../http/handle-route.ts';
import type { App } from '../kernel/app.ts';
import { accountsRouter, customersAdminRouter, signInRouter } from '../modules/accounts/index.ts';
import { auditAdminRouter } from '../modules/audit/index.ts';
import {
  catalogAdminRouter,
  catalogVariantsRouter,
  catalogCollectionsRouter,
  catalogDiscoveryRouter,
  catalogImagesRouter,
  catalogRouter,
} from '../modules/catalog/index.ts';
import {
  checkoutAdminRouter,
  checkoutRouter,
  checkoutStatusRouter,
} from '../modules/checkout/index.ts';
import { contentRouter } from '../modules/content/index.ts';
import { inventoryAdminRouter } from '../modules/inventory/index.ts';
import {
  kujiAdminRouter,
  kujiImagesRouter,
  kujiRouter,
  kujiSetsRouter,
  kujiVerifierRouter,
} from '../modules/kuji/index.ts';
import {
  ordersAccessRouter,
  ordersAccountRouter,
  ordersAdminRouter,
  ordersRouter,
} from '../modules/orders/index.ts';
import { outboxAdminRouter } from '../modules/outbox/index.ts';
import { paymentsAdminRouter } from '../modules/payments/index.ts';
import { privacyRouter } from '../modules/privacy/index.ts';
import { refundsAdminRouter } from '../modules/refunds/index.ts';
import { revalidationAdminRouter } from '../modules/revalidation/index.ts';
import { settingsRouter } from '../modules/settings/index.ts';
import { sheetsRouter } from '../modules/sheets/index.ts';
import { webhooksAdminRouter, webhooksRouter } from '../modules/webhooks/index.ts';
import { deepHealthRouter } from './deep-health.ts';
import { healthRouter } from './health.ts';

/** Every operation of the API. A route that is not in this list does not exist. */
export function routes(app: App): Mounted[] {
  return [
    ...healthRouter(app),
    ...deepHealthRouter(app),
    ...catalogRouter(app),
    ...catalogDiscoveryRouter(app),
    ...catalogImagesRouter(app),
    ...catalogAdminRouter(app),
    ...catalogVariantsRouter(app),
    ...catalogCollectionsRouter(app),
    ...inventoryAdminRouter(app),
    ...contentRouter(app),
    ...settingsRouter(app),
    ...checkoutRouter(app),
    ...checkoutAdminRouter(app),
    ...checkoutStatusRouter(app),
    ...ordersRouter(app),
    ...ordersAccessRouter(app),
    ...accountsRouter(app),
    ...signInRouter(app),
    ...ordersAccountRouter(app),
    ...paymentsAdminRouter(app),
    ...ordersAdminRouter(app),
    ...customersAdminRouter(app),
    ...refundsAdminRouter(app),
    ...outboxAdminRouter(app),
    ...kujiRouter(app),
    ...kujiImagesRouter(app),
    ...kujiAdminRouter(app),
    ...kujiSetsRouter(app),
    ...kujiVerifierRouter(app),
    ...auditAdminRouter(app),
    ...revalidationAdminRouter(app),
    ...sheetsRouter(app),
    ...webhooksRouter(app),
    ...webhooksAdminRouter(app),
    ...privacyRouter(app),
  ];
}
