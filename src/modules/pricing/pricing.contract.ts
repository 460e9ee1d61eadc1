import { z } from 'zod';
import { PROVINCE_CODES } from './provinces.ts';

const cents = z.int().min(0);
const ratePpm = z.int().min(0);

export const provinceCodeSchema = z.enum(PROVINCE_CODES);

/** All four components are always present; those that do not apply are 0. */
export const taxBreakdownSchema = z.object({
  countryCode: z.literal('CA'),
  provinceCode: provinceCodeSchema,
  /** Goods, less discount, plus shipping. */
  taxableAmountCents: cents,
  gstRatePpm: ratePpm,
  pstRatePpm: ratePpm,
  hstRatePpm: ratePpm,
  qstRatePpm: ratePpm,
  gstCents: cents,
  pstCents: cents,
  hstCents: cents,
  qstCents: cents,
  totalTaxCents: cents,
});
export type TaxBreakdown = z.infer<typeof taxBreakdownSchema>;

export const shippingRegionSchema = z.enum(['calgary', 'alberta', 'canada']);
export type ShippingRegion = z.infer<typeof shippingRegionSchema>;

export const quoteSchema = z.object({
  subtotalCents: cents,
  shippingCents: cents,
  taxCents: cents,
  totalCents: cents,
  taxBreakdown: taxBreakdownSchema,
  shippingRegion: shippingRegionSchema,
  appliedFreeShippingThresholdCents: cents,
});
export type Quote = z.infer<typeof quoteSchema>;

/** `errors.suggestedAddress`. The storefront gives up on one that lacks a field, except `line2`. */
export const suggestedAddressSchema = z.object({
  line1: z.string().min(1),
  line2: z.string().min(1).optional(),
  city: z.string().min(1),
  province: provinceCodeSchema,
  postalCode: z.string().min(1),
  countryCode: z.literal('CA'),
});
export type SuggestedAddress = z.infer<typeof suggestedAddressSchema>;
