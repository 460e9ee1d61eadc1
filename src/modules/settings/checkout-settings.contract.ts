import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';

/** The codes of ISO 3166-2:CA, as pricing has them; it imports this module, so they cannot come from there. */
const provinceCode = z.enum([
  'AB',
  'BC',
  'MB',
  'NB',
  'NL',
  'NS',
  'NT',
  'NU',
  'ON',
  'PE',
  'QC',
  'SK',
  'YT',
]);

const limit = z.int().min(1).max(1_000);

/** Limits on kuji, beside those that a product has. Null: no limit. */
export const kujiSettingsSchema = z.object({
  /** No box takes a hold. What is paid is drawn and can be opened all the same. */
  isStopped: z.boolean(),
  maxTicketsPerOrder: limit.nullable(),
  maxTicketsPerPersonAndSet: limit.nullable(),
  /** By the shop's own calendar, Mountain Time. */
  maxTicketsPerPersonAndDay: limit.nullable(),
  /** Where kuji may not be sold to, by the address of delivery. */
  blockedProvinces: z.array(provinceCode).max(13),
});
export type KujiSettings = z.infer<typeof kujiSettingsSchema>;

/** Stripe's names of the methods in Canadian dollars whose answer takes days. */
export const DELAYED_PAYMENT_METHODS = ['acss_debit'] as const;

export const checkoutSettingsSchema = z.object({
  /** Unpaid orders that an account or a browser may have at a time. */
  maxOpenPerShopper: z.int().min(1).max(100),
  /** The same over all browsers of guests who give one inbox; wider, because anybody can type a stranger's. */
  maxOpenPerMailbox: z.int().min(1).max(1_000),
  /** Offered for carts without kuji; goods stay held for days until the bank answers. */
  delayedPaymentMethods: z.array(z.enum(DELAYED_PAYMENT_METHODS)).max(5),
});
export type CheckoutSettings = z.infer<typeof checkoutSettingsSchema>;

const TAG = 'Admin settings';

export const showKujiSettingsRoute = defineRoute({
  operationId: 'showKujiSettings',
  method: 'get',
  path: '/api/v1/admin/settings/kuji',
  summary: 'Limits on kuji, regions and the stop switch',
  tag: TAG,
  access: 'admin',
  replies: { 200: kujiSettingsSchema },
});

export const saveKujiSettingsRoute = defineRoute({
  operationId: 'saveKujiSettings',
  method: 'put',
  path: '/api/v1/admin/settings/kuji',
  summary: 'Change the limits on kuji',
  description:
    'All fields. They hold for checkouts from now on; a checkout that is open can still be paid.',
  tag: TAG,
  access: 'admin',
  body: kujiSettingsSchema,
  replies: { 200: kujiSettingsSchema },
});

export const showCheckoutSettingsRoute = defineRoute({
  operationId: 'showCheckoutSettings',
  method: 'get',
  path: '/api/v1/admin/settings/checkout',
  summary: 'How many unpaid orders one shopper may have, and which ways to pay there are',
  tag: TAG,
  access: 'admin',
  replies: { 200: checkoutSettingsSchema },
});

export const saveCheckoutSettingsRoute = defineRoute({
  operationId: 'saveCheckoutSettings',
  method: 'put',
  path: '/api/v1/admin/settings/checkout',
  summary: 'Change what holds for every checkout',
  description: 'All fields.',
  tag: TAG,
  access: 'admin',
  body: checkoutSettingsSchema,
  replies: { 200: checkoutSettingsSchema },
});
