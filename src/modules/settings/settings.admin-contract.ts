import { defineRoute } from '../../http/route.ts';
import {
  shippingSettingsSchema,
  storeBannerInputSchema,
  storeBannerSchema,
} from './settings.contract.ts';

export const adminShowShippingRoute = defineRoute({
  operationId: 'adminShowShippingSettings',
  method: 'get',
  path: '/api/v1/admin/settings/shipping',
  summary: 'Fee and thresholds of shipping',
  tag: 'Admin settings',
  access: 'admin',
  replies: { 200: shippingSettingsSchema },
});

export const saveShippingRoute = defineRoute({
  operationId: 'saveShippingSettings',
  method: 'put',
  path: '/api/v1/admin/settings/shipping',
  summary: 'Change fee and thresholds of shipping',
  description:
    'All five fields. The thresholds must not fall with distance. Checkouts that are open keep the amounts they began with.',
  tag: 'Admin settings',
  access: 'admin',
  body: shippingSettingsSchema,
  replies: { 200: shippingSettingsSchema },
});

export const adminShowBannerRoute = defineRoute({
  operationId: 'adminShowStoreBanner',
  method: 'get',
  path: '/api/v1/admin/settings/store-banner',
  summary: 'The whole banner, inactive items included',
  tag: 'Admin settings',
  access: 'admin',
  replies: { 200: storeBannerSchema },
});

export const saveBannerRoute = defineRoute({
  operationId: 'saveStoreBanner',
  method: 'put',
  path: '/api/v1/admin/settings/store-banner',
  summary: 'Replace the banner',
  description:
    'An item without an id, or with one that another item has, gets a new one. Blank texts become null.',
  tag: 'Admin settings',
  access: 'admin',
  body: storeBannerInputSchema,
  replies: { 200: storeBannerSchema },
});
