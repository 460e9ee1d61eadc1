export {
  provinceCodeSchema,
  quoteSchema,
  shippingRegionSchema,
  suggestedAddressSchema,
  taxBreakdownSchema,
} from './pricing.contract.ts';
export type { Quote, ShippingRegion, SuggestedAddress, TaxBreakdown } from './pricing.contract.ts';
export { pricingProblems } from './pricing.problems.ts';
export { isProvinceCode, PROVINCE_CODES, PROVINCE_NAMES } from './provinces.ts';
export type { ProvinceCode } from './provinces.ts';
export { checkAddress } from './service/check-address.ts';
export type { AddressAdvice, AddressCheck, AddressProvider } from './service/check-address.ts';
export type { PostalAddress, SubmittedAddress } from './service/clean-address.ts';
export { areEquivalentAddresses } from './service/compare-addresses.ts';
export { computeQuote, MAX_ORDER_TOTAL_CENTS } from './service/compute-quote.ts';
export type { QuoteLine, QuoteRequest } from './service/compute-quote.ts';
export { computeTax } from './service/compute-tax.ts';
export type { TaxableSale } from './service/compute-tax.ts';
export { decideShipping } from './service/decide-shipping.ts';
export type { ShippingDecision } from './service/decide-shipping.ts';
export { formatShopDate } from './service/format-shop-date.ts';
export { requireAcceptedAddress } from './service/require-accepted-address.ts';
export { ALL_TAX_REGISTRATIONS, TAX_RATES_SOURCE_URL } from './tax-rates.ts';
export type { TaxRegistrations } from './tax-rates.ts';
