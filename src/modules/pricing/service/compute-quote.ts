import { Problem } from '../../../kernel/problems.ts';
import type { StoredShippingSettings } from '../../settings/index.ts';
import type { Quote } from '../pricing.contract.ts';
import { pricingProblems } from '../pricing.problems.ts';
import type { ProvinceCode } from '../provinces.ts';
import type { TaxRegistrations } from '../tax-rates.ts';
import { computeTax } from './compute-tax.ts';
import { decideShipping } from './decide-shipping.ts';
import { formatShopDate } from './format-shop-date.ts';

/** Stripe charges at most eight digits. It also fits the columns of cents. */
export const MAX_ORDER_TOTAL_CENTS = 99_999_999;

/** Stripe refuses a payment of less than 50 cents CAD. Nothing at all is no payment, and allowed. */
const MIN_PAYMENT_CENTS = 50;

export type QuoteLine = { unitPriceCents: number; quantity: number };

export type QuoteRequest = {
  /** At least one; the prices stored by the shop, never the client's. */
  lines: readonly QuoteLine[];
  province: ProvinceCode;
  postalCode: string;
  shippingSettings: StoredShippingSettings;
  /** The moment of sale; it decides the tax rates. */
  quotedAt: Date;
  /** Left out: the shop collects everything. */
  registrations?: TaxRegistrations;
};

/**
 * What these goods cost, delivered: the amounts a shopper sees, an order keeps and Stripe charges.
 *
 * @throws {Problem} ORDER_TOTAL_TOO_SMALL, ORDER_TOTAL_TOO_LARGE
 * @throws {RangeError} no lines, or a line that is no price times a count: faults of the caller.
 */
export function computeQuote(request: QuoteRequest): Quote {
  const { province, postalCode, shippingSettings: settings } = request;
  const subtotalCents = addLines(request.lines);
  const shipping = decideShipping({ subtotalCents, province, postalCode, settings });
  const taxBreakdown = computeTax({
    province,
    goodsCents: subtotalCents,
    discountCents: 0,
    shippingCents: shipping.shippingCents,
    onDate: formatShopDate(request.quotedAt),
    ...(request.registrations === undefined ? {} : { registrations: request.registrations }),
  });
  const totalCents = subtotalCents + shipping.shippingCents + taxBreakdown.totalTaxCents;
  refuseTooLarge(totalCents);
  if (totalCents > 0 && totalCents < MIN_PAYMENT_CENTS) {
    throw new Problem(pricingProblems.ORDER_TOTAL_TOO_SMALL);
  }
  return {
    subtotalCents,
    taxCents: taxBreakdown.totalTaxCents,
    totalCents,
    taxBreakdown,
    ...shipping,
  };
}

function addLines(lines: readonly QuoteLine[]): number {
  if (lines.length === 0) throw new RangeError('A quote needs at least one line');
  let subtotalCents = 0;
  for (const { unitPriceCents, quantity } of lines) {
    if (!Number.isSafeInteger(unitPriceCents) || unitPriceCents < 0) {
      throw new RangeError(`${String(unitPriceCents)} is not a price in cents`);
    }
    if (!Number.isSafeInteger(quantity) || quantity < 1) {
      throw new RangeError(`${String(quantity)} is not a quantity`);
    }
    // Refused line by line: a product that loses precision is already far above the limit.
    subtotalCents += unitPriceCents * quantity;
    refuseTooLarge(subtotalCents);
  }
  return subtotalCents;
}

function refuseTooLarge(cents: number): void {
  if (cents > MAX_ORDER_TOTAL_CENTS) throw new Problem(pricingProblems.ORDER_TOTAL_TOO_LARGE);
}
