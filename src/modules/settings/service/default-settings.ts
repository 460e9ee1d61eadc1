import { CURRENCY } from '../../../kernel/money.ts';
import type { CheckoutSettings, KujiSettings } from '../checkout-settings.contract.ts';
import type {
  LatePaymentPolicy,
  RetentionPolicy,
  StoredShippingSettings,
} from '../settings.contract.ts';
import type { MailSettings, TaxRegistrations } from '../settings.mail-contract.ts';

/** The amounts the storefront itself falls back to, so a shopper never sees two different fees. */
export const DEFAULT_SHIPPING_SETTINGS: StoredShippingSettings = {
  flatShippingCents: 1599,
  calgaryFreeShippingThresholdCents: 7700,
  albertaFreeShippingThresholdCents: 8800,
  freeShippingThresholdCents: 14900,
  currency: CURRENCY,
  calgaryPostalPrefixes: ['T1Y', 'T2*', 'T3*'],
};

export const DEFAULT_LATE_PAYMENT_POLICY: LatePaymentPolicy = { whenStockIsGone: 'refund' };

export const DEFAULT_MAIL_SETTINGS: MailSettings = {
  ticketReminderAfterDays: 7,
  lowStockAlert: true,
};

export const DEFAULT_TAX_REGISTRATIONS: TaxRegistrations = {
  gstHst: null,
  qst: null,
  pstBc: null,
  pstMb: null,
  pstSk: null,
};

/** Nothing is limited until the shop says so. */
export const DEFAULT_KUJI_SETTINGS: KujiSettings = {
  isStopped: false,
  maxTicketsPerOrder: null,
  maxTicketsPerPersonAndSet: null,
  maxTicketsPerPersonAndDay: null,
  blockedProvinces: [],
};

/** Three tabs are plenty for a person, and no share of a drop for a script. */
export const DEFAULT_CHECKOUT_SETTINGS: CheckoutSettings = {
  maxOpenPerShopper: 3,
  maxOpenPerMailbox: 10,
  delayedPaymentMethods: [],
};

export const DEFAULT_RETENTION_POLICY: RetentionPolicy = {
  paidOrderYears: 7,
  unpaidOrderDays: 90,
  contactDays: 365,
  mailDays: 180,
  eventDays: 90,
};
