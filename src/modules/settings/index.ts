export {
  latePaymentPolicySchema,
  MAX_BANNER_ITEMS,
  shippingSettingsSchema,
  storeBannerInputSchema,
  storeBannerSchema,
  storedShippingSettingsSchema,
} from './settings.contract.ts';
export type {
  BannerItem,
  LatePaymentPolicy,
  RetentionPolicy,
  ShippingSettings,
  StoreBanner,
  StoreBannerInput,
  StoredShippingSettings,
} from './settings.contract.ts';
export type { MailSettings, TaxRegistrations } from './settings.mail-contract.ts';
export type { CheckoutSettings, KujiSettings } from './checkout-settings.contract.ts';
export { loadCheckoutRules, type CheckoutRules } from './service/load-checkout-rules.ts';
export { settingsRouter } from './settings.router.ts';
export { defaultBanner } from './service/default-banner.ts';
export {
  DEFAULT_LATE_PAYMENT_POLICY,
  DEFAULT_SHIPPING_SETTINGS,
} from './service/default-settings.ts';
export { normaliseBanner } from './service/normalise-banner.ts';
export {
  parseStoredBanner,
  parseStoredLatePaymentPolicy,
  parseStoredShippingSettings,
} from './service/parse-stored-settings.ts';
export {
  loadLatePaymentPolicy,
  loadMailSettings,
  loadRetentionPolicy,
  loadShippingSettings,
  loadTaxRegistrations,
} from './service/load-settings.ts';
