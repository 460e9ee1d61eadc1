import { z } from 'zod';
import { checkoutSettingsSchema, kujiSettingsSchema } from '../checkout-settings.contract.ts';
import type { CheckoutSettings, KujiSettings } from '../checkout-settings.contract.ts';
import {
  latePaymentPolicySchema,
  retentionPolicySchema,
  storeBannerSchema,
  storedShippingSettingsSchema,
} from '../settings.contract.ts';
import type {
  LatePaymentPolicy,
  RetentionPolicy,
  StoreBanner,
  StoredShippingSettings,
} from '../settings.contract.ts';
import {
  mailSettingsSchema,
  taxRegistrationsSchema,
  type MailSettings,
  type TaxRegistrations,
} from '../settings.mail-contract.ts';

// All throw on a corrupt row: a silent default would charge shoppers a fee nobody chose, or lift a limit.

export function parseStoredShippingSettings(value: unknown): StoredShippingSettings {
  return parseRow('shipping', storedShippingSettingsSchema, value);
}

export function parseStoredLatePaymentPolicy(value: unknown): LatePaymentPolicy {
  return parseRow('late-payment', latePaymentPolicySchema, value);
}

export function parseStoredMailSettings(value: unknown): MailSettings {
  return parseRow('mails', mailSettingsSchema, value);
}

export function parseStoredTaxRegistrations(value: unknown): TaxRegistrations {
  return parseRow('tax-registrations', taxRegistrationsSchema, value);
}

export function parseStoredKujiSettings(value: unknown): KujiSettings {
  return parseRow('kuji', kujiSettingsSchema, value);
}

export function parseStoredCheckoutSettings(value: unknown): CheckoutSettings {
  return parseRow('checkout', checkoutSettingsSchema, value);
}

export function parseStoredRetentionPolicy(value: unknown): RetentionPolicy {
  return parseRow('retention', retentionPolicySchema, value);
}

/** Also reads the older value, which has a single message in place of `items`. */
export function parseStoredBanner(value: unknown): StoreBanner {
  const single = singleMessageSchema.safeParse(value);
  return parseRow('store-banner', storeBannerSchema, single.success ? toItems(single.data) : value);
}

const singleMessageSchema = z.object({
  items: z.undefined().optional(),
  enabled: z.boolean(),
  message: z.string().nullable(),
  linkLabel: z.string().nullish(),
  linkHref: z.string().nullish(),
});

function toItems(single: z.infer<typeof singleMessageSchema>): StoreBanner {
  const message = blankToNull(single.message);
  if (message === null) return { enabled: single.enabled, items: [] };
  const linkHref = blankToNull(single.linkHref);
  const item = {
    id: 'single-message',
    message,
    linkLabel: linkHref === null ? null : blankToNull(single.linkLabel),
    linkHref,
    sortOrder: 0,
    isActive: true,
  };
  return { enabled: single.enabled, items: [item] };
}

function blankToNull(text: string | null | undefined): string | null {
  const trimmed = text?.trim();
  return trimmed === undefined || trimmed === '' ? null : trimmed;
}

function parseRow<T>(key: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`The stored setting "${key}" is corrupt: ${z.prettifyError(parsed.error)}`);
}
