import { defineRoute } from '../../http/route.ts';
import {
  latePaymentPolicySchema,
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

export const showLatePaymentsRoute = defineRoute({
  operationId: 'showLatePaymentPolicy',
  method: 'get',
  path: '/api/v1/admin/settings/late-payments',
  summary: 'What happens to a payment whose goods are gone',
  tag: 'Admin settings',
  access: 'admin',
  replies: { 200: latePaymentPolicySchema },
});

export const saveLatePaymentsRoute = defineRoute({
  operationId: 'saveLatePaymentPolicy',
  method: 'put',
  path: '/api/v1/admin/settings/late-payments',
  summary: 'Decide what happens to a payment whose goods are gone',
  description:
    'A payment that arrives after its reservation has ended takes the goods again if they are still there. If not: `refund` sends ' +
    'all of the money back at once, `attention` keeps it until somebody decides.',
  tag: 'Admin settings',
  access: 'admin',
  body: latePaymentPolicySchema,
  replies: { 200: latePaymentPolicySchema },
});
