import { z } from 'zod';
import { defineRoute } from '../../http/route.ts';
import { CURRENCY, MAX_CENTS } from '../../kernel/money.ts';

const cents = z.int().min(0).max(MAX_CENTS);

const shippingFields = {
  flatShippingCents: cents,
  calgaryFreeShippingThresholdCents: cents,
  albertaFreeShippingThresholdCents: cents,
  freeShippingThresholdCents: cents,
  currency: z.literal(CURRENCY),
};

type Thresholds = {
  calgaryFreeShippingThresholdCents: number;
  albertaFreeShippingThresholdCents: number;
  freeShippingThresholdCents: number;
};

/** The storefront throws all five fields away when the thresholds do not rise with distance. */
function refuseFallingThresholds(thresholds: Thresholds, ctx: z.RefinementCtx): void {
  if (thresholds.albertaFreeShippingThresholdCents < thresholds.calgaryFreeShippingThresholdCents) {
    ctx.addIssue({
      code: 'custom',
      path: ['albertaFreeShippingThresholdCents'],
      message: 'Must not be lower than the threshold for Calgary.',
    });
  }
  if (thresholds.freeShippingThresholdCents < thresholds.albertaFreeShippingThresholdCents) {
    ctx.addIssue({
      code: 'custom',
      path: ['freeShippingThresholdCents'],
      message: 'Must not be lower than the threshold for Alberta.',
    });
  }
}

/** The five fields that travel: body of the PUT, reply of every GET. All of them, always. */
export const shippingSettingsSchema = z.object(shippingFields).superRefine(refuseFallingThresholds);
export type ShippingSettings = z.infer<typeof shippingSettingsSchema>;

/** `T1Y`: one whole area. `T2*`: every postal code that begins so. */
const postalPrefixSchema = z
  .string()
  .regex(/^[A-Z](?:\d[A-Z]|\d?\*)$/, 'Must look like T1Y or T2*.');

/** What the row holds: the five fields, and the list that no endpoint writes. */
export const storedShippingSettingsSchema = z
  .object({ ...shippingFields, calgaryPostalPrefixes: z.array(postalPrefixSchema).max(500) })
  .superRefine(refuseFallingThresholds);
export type StoredShippingSettings = z.infer<typeof storedShippingSettingsSchema>;

/**
 * Money that arrives after its hold is gone and the stock cannot be taken again is either sent back
 * at once, or the order waits for a person. An object, because the settings table keeps objects.
 */
export const latePaymentPolicySchema = z.object({
  whenStockIsGone: z.enum(['refund', 'attention']),
});
export type LatePaymentPolicy = z.infer<typeof latePaymentPolicySchema>;

/**
 * How long personal data is kept. What the law wants of a sale (amounts, taxes, dates, province) is never deleted; tax law
 * wants it traceable for six years after the year of the sale.
 */
export const retentionPolicySchema = z.object({
  paidOrderYears: z.int().min(1).max(20),
  unpaidOrderDays: z.int().min(7).max(3_650),
  contactDays: z.int().min(1).max(3_650),
  mailDays: z.int().min(7).max(3_650),
  eventDays: z.int().min(7).max(3_650),
});
export type RetentionPolicy = z.infer<typeof retentionPolicySchema>;

export const MAX_BANNER_ITEMS = 5;

// NUL and lone surrogates are not storable in jsonb: unchecked they would answer 500.
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

const text = (maxLength: number) =>
  z
    .string()
    .trim()
    .max(maxLength)
    .refine((value) => !UNSTORABLE.test(value), 'Must not contain control characters.');

/**
 * An internal path or https. A second slash or any backslash is refused, because browsers read
 * `//host` and `/\host` as another site; white space, because they delete it before they look.
 */
function isSafeHref(href: string): boolean {
  if (/[\s\\]/u.test(href)) return false;
  if (href.startsWith('/')) return !href.startsWith('//');
  return href.startsWith('https://') && URL.canParse(href);
}

const bannerText = {
  message: text(160).min(1),
  linkLabel: text(40).nullable(),
  linkHref: text(300)
    .refine((href) => href === '' || isSafeHref(href), 'Must be a path such as /faq, or https://…')
    .nullable(),
  sortOrder: z.int().min(0),
  isActive: z.boolean(),
};

const labelHasHref = (item: { linkLabel?: string | null; linkHref?: string | null }): boolean =>
  !item.linkLabel || Boolean(item.linkHref);

const LABEL_WITHOUT_HREF = { path: ['linkHref'], message: 'A link label needs a link.' };

const bannerItemInputSchema = z
  .object({
    ...bannerText,
    id: text(100).optional(),
    linkLabel: bannerText.linkLabel.default(null),
    linkHref: bannerText.linkHref.default(null),
  })
  .refine(labelHasHref, LABEL_WITHOUT_HREF);

/** Body of the PUT. Ids may be missing and texts blank: `normaliseBanner` settles both. */
export const storeBannerInputSchema = z.object({
  enabled: z.boolean(),
  items: z.array(bannerItemInputSchema).max(MAX_BANNER_ITEMS),
});
export type StoreBannerInput = z.infer<typeof storeBannerInputSchema>;

const bannerItemSchema = z
  .object({ ...bannerText, id: text(100).min(1) })
  .refine(labelHasHref, LABEL_WITHOUT_HREF);
export type BannerItem = z.infer<typeof bannerItemSchema>;

/** What is stored and sent. */
export const storeBannerSchema = z.object({
  enabled: z.boolean(),
  items: z.array(bannerItemSchema).max(MAX_BANNER_ITEMS),
});
export type StoreBanner = z.infer<typeof storeBannerSchema>;

export const showShippingRoute = defineRoute({
  operationId: 'showShippingSettings',
  method: 'get',
  path: '/api/v1/settings/shipping',
  summary: 'Fee and thresholds of shipping',
  description: 'Shipping is free from the threshold of its region on; below it costs the flat fee.',
  tag: 'Settings',
  isCached: true,
  replies: { 200: shippingSettingsSchema },
});

export const showBannerRoute = defineRoute({
  operationId: 'showStoreBanner',
  method: 'get',
  path: '/api/v1/settings/store-banner',
  summary: 'The banner as shoppers see it',
  description: 'Active items by `sortOrder`; none while the banner is not enabled.',
  tag: 'Settings',
  isCached: true,
  replies: { 200: storeBannerSchema },
});
