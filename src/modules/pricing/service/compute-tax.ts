import type { TaxBreakdown } from '../pricing.contract.ts';
import type { ProvinceCode } from '../provinces.ts';
import { ALL_TAX_REGISTRATIONS, TAX_RATES } from '../tax-rates.ts';
import type { TaxRates, TaxRegistrations } from '../tax-rates.ts';

export type TaxableSale = {
  /** Where it is shipped to: the place of supply, whatever the billing address says. */
  province: ProvinceCode;
  goodsCents: number;
  discountCents: number;
  /** Taxed like the goods it carries. */
  shippingCents: number;
  /** Day of sale in the shop's time zone, YYYY-MM-DD. */
  onDate: string;
  /** Left out: the shop collects everything. */
  registrations?: TaxRegistrations;
};

/**
 * The taxes of one sale. Each component is taken from the same amount and rounded on its own,
 * halves up.
 *
 * @throws {RangeError} amounts that are no safe cents, a discount above the goods, a malformed date,
 *   or a date before the table begins: all of them faults of the caller.
 */
export function computeTax(sale: TaxableSale): TaxBreakdown {
  const taxableAmountCents = addTaxableAmounts(sale);
  const rates = collectedRates(sale);
  const components = {
    gstCents: roundTax(taxableAmountCents, rates.gstRatePpm),
    pstCents: roundTax(taxableAmountCents, rates.pstRatePpm),
    hstCents: roundTax(taxableAmountCents, rates.hstRatePpm),
    qstCents: roundTax(taxableAmountCents, rates.qstRatePpm),
  };
  return {
    countryCode: 'CA',
    provinceCode: sale.province,
    taxableAmountCents,
    ...rates,
    ...components,
    totalTaxCents:
      components.gstCents + components.pstCents + components.hstCents + components.qstCents,
  };
}

function addTaxableAmounts(sale: TaxableSale): number {
  for (const cents of [sale.goodsCents, sale.discountCents, sale.shippingCents]) {
    if (!Number.isSafeInteger(cents) || cents < 0) {
      throw new RangeError(`${String(cents)} is not an amount of cents`);
    }
  }
  const goodsCents = sale.goodsCents - sale.discountCents;
  if (goodsCents < 0) throw new RangeError('The discount is larger than the goods');
  const taxableAmountCents = goodsCents + sale.shippingCents;
  if (!Number.isSafeInteger(taxableAmountCents)) throw new RangeError('The sale is too large');
  return taxableAmountCents;
}

/** The rates of the day, without the taxes that the shop does not collect. */
function collectedRates(sale: TaxableSale): TaxRates {
  const rates = findRates(sale.province, sale.onDate);
  const registrations = sale.registrations ?? ALL_TAX_REGISTRATIONS;
  return {
    gstRatePpm: registrations.gstHst ? rates.gstRatePpm : 0,
    pstRatePpm: collectsPst(sale.province, registrations) ? rates.pstRatePpm : 0,
    hstRatePpm: registrations.gstHst ? rates.hstRatePpm : 0,
    qstRatePpm: registrations.qst ? rates.qstRatePpm : 0,
  };
}

function findRates(province: ProvinceCode, onDate: string): TaxRates {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(onDate)) throw new RangeError(`"${onDate}" is not YYYY-MM-DD`);
  // Dates of this shape sort as text.
  const rates = TAX_RATES[province].findLast((dated) => dated.validFrom <= onDate);
  if (rates === undefined) throw new RangeError(`No tax rates for ${province} on ${onDate}`);
  return rates;
}

const PST_REGISTRATIONS: Partial<Record<ProvinceCode, keyof TaxRegistrations>> = {
  BC: 'bcPst',
  MB: 'mbRst',
  SK: 'skPst',
};

function collectsPst(province: ProvinceCode, registrations: TaxRegistrations): boolean {
  const registration = PST_REGISTRATIONS[province];
  return registration !== undefined && registrations[registration];
}

/** BigInt, because cents times parts per million leave the safe integers at 90 million dollars. */
function roundTax(amountCents: number, ratePpm: number): number {
  return Number((BigInt(amountCents) * BigInt(ratePpm) + 500_000n) / 1_000_000n);
}
