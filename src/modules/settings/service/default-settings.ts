import { CURRENCY } from '../../../kernel/money.ts';
import type {
  LatePaymentPolicy,
  RetentionPolicy,
  StoredShippingSettings,
} from '../settings.contract.ts';

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

export const DEFAULT_RETENTION_POLICY: RetentionPolicy = {
  paidOrderYears: 7,
  unpaidOrderDays: 90,
  contactDays: 365,
  mailDays: 180,
  eventDays: 90,
};
