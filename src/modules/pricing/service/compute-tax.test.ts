import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { taxBreakdownSchema } from '../pricing.contract.ts';
import { PROVINCE_CODES } from '../provinces.ts';
import type { ProvinceCode } from '../provinces.ts';
import { ALL_TAX_REGISTRATIONS, TAX_RATES } from '../tax-rates.ts';
import { computeTax } from './compute-tax.ts';
import type { TaxableSale } from './compute-tax.ts';

const onDate = '2026-08-01';

function taxOf(province: ProvinceCode, goodsCents: number, more: Partial<TaxableSale> = {}) {
  return computeTax({ province, goodsCents, discountCents: 0, shippingCents: 0, onDate, ...more });
}

describe('taxes by province', () => {
  test.each([
    ['AB', { gst: 5_000, pst: 0, hst: 0, qst: 0 }],
    ['BC', { gst: 5_000, pst: 7_000, hst: 0, qst: 0 }],
    ['MB', { gst: 5_000, pst: 7_000, hst: 0, qst: 0 }],
    ['NB', { gst: 0, pst: 0, hst: 15_000, qst: 0 }],
    ['NL', { gst: 0, pst: 0, hst: 15_000, qst: 0 }],
    ['NS', { gst: 0, pst: 0, hst: 14_000, qst: 0 }],
    ['NT', { gst: 5_000, pst: 0, hst: 0, qst: 0 }],
    ['NU', { gst: 5_000, pst: 0, hst: 0, qst: 0 }],
    ['ON', { gst: 0, pst: 0, hst: 13_000, qst: 0 }],
    ['PE', { gst: 0, pst: 0, hst: 15_000, qst: 0 }],
    ['QC', { gst: 5_000, pst: 0, hst: 0, qst: 9_975 }],
    ['SK', { gst: 5_000, pst: 6_000, hst: 0, qst: 0 }],
    ['YT', { gst: 5_000, pst: 0, hst: 0, qst: 0 }],
  ] as const)('%s on 1000.00', (province, expected) => {
    const { gst, pst, hst, qst } = expected;
    expect(taxOf(province, 100_000)).toEqual({
      countryCode: 'CA',
      provinceCode: province,
      taxableAmountCents: 100_000,
      gstRatePpm: gst * 10,
      pstRatePpm: pst * 10,
      hstRatePpm: hst * 10,
      qstRatePpm: qst * 10,
      gstCents: gst,
      pstCents: pst,
      hstCents: hst,
      qstCents: qst,
      totalTaxCents: gst + pst + hst + qst,
    });
  });

  test('goods and shipping to British Columbia', () => {
    expect(taxOf('BC', 4999, { shippingCents: 1200 })).toMatchObject({
      taxableAmountCents: 6199,
      gstCents: 310,
      pstCents: 434,
      totalTaxCents: 744,
    });
  });

  test('each component is rounded on its own, so the sum may differ from one rounding', () => {
    // 5 % and 7 % of 0.10 are half a cent and 0.7 of a cent: 1 + 1, though 12 % would round to 1.
    expect(taxOf('BC', 10)).toMatchObject({ gstCents: 1, pstCents: 1, totalTaxCents: 2 });
  });

  test('a discount lowers the taxable amount', () => {
    const tax = taxOf('ON', 10_000, { discountCents: 2_500, shippingCents: 500 });
    expect(tax).toMatchObject({ taxableAmountCents: 8_000, hstCents: 1_040 });
  });
});

describe('rates have dates', () => {
  test.each([
    ['2025-03-31', 15_000],
    ['2025-04-01', 14_000],
    ['2024-12-31', 15_000],
    ['2031-01-01', 14_000],
  ])('Nova Scotia on %s', (date, hstCents) => {
    expect(taxOf('NS', 100_000, { onDate: date }).hstCents).toBe(hstCents);
  });

  test.each(PROVINCE_CODES)('the lines of %s are in order of date', (province) => {
    const dates = TAX_RATES[province].map((rates) => rates.validFrom);
    expect(dates).toEqual(dates.toSorted());
    expect(new Set(dates).size).toBe(dates.length);
  });

  test.each(['2007-12-31', '2026-8-1', 'tomorrow', ''])('"%s" has no rates', (date) => {
    expect(() => taxOf('AB', 100, { onDate: date })).toThrow(RangeError);
  });
});

describe('registrations', () => {
  test.each([
    ['BC', 'bcPst', { gstCents: 500, pstCents: 0, pstRatePpm: 0 }],
    ['MB', 'mbRst', { gstCents: 500, pstCents: 0, pstRatePpm: 0 }],
    ['SK', 'skPst', { gstCents: 500, pstCents: 0, pstRatePpm: 0 }],
    ['QC', 'qst', { gstCents: 500, qstCents: 0, qstRatePpm: 0 }],
    ['BC', 'gstHst', { gstCents: 0, gstRatePpm: 0, pstCents: 700 }],
    ['ON', 'gstHst', { hstCents: 0, hstRatePpm: 0, totalTaxCents: 0 }],
    ['BC', 'skPst', { gstCents: 500, pstCents: 700 }],
  ] as const)('%s without %s', (province, missing, expected) => {
    const registrations = { ...ALL_TAX_REGISTRATIONS, [missing]: false };
    expect(taxOf(province, 10_000, { registrations })).toMatchObject(expected);
  });
});

describe('amounts', () => {
  test.each([
    ['a negative amount', { goodsCents: -1 }],
    ['a fraction', { goodsCents: 0.5 }],
    ['no number', { shippingCents: Number.NaN }],
    ['infinity', { shippingCents: Number.POSITIVE_INFINITY }],
    ['an unsafe integer', { goodsCents: 2 ** 53 }],
    ['an unsafe sum', { goodsCents: Number.MAX_SAFE_INTEGER, shippingCents: 1 }],
    ['a discount above the goods', { goodsCents: 5, discountCents: 6, shippingCents: 5 }],
  ])('refuses %s', (_name, amounts) => {
    expect(() => taxOf('ON', 0, amounts)).toThrow(RangeError);
  });

  const sale = fc
    .record({
      province: fc.constantFrom(...PROVINCE_CODES),
      goodsCents: fc.maxSafeNat(),
      shippingCents: fc.nat(),
      discountCents: fc.constant(0),
      onDate: fc.constantFrom('2025-03-31', '2025-04-01', '2026-08-01'),
    })
    .filter((s) => Number.isSafeInteger(s.goodsCents + s.shippingCents));

  /** Half up by remainder, written another way than the code: twice the remainder against one. */
  function roundHalfUp(amountCents: number, ratePpm: number): number {
    const product = BigInt(amountCents) * BigInt(ratePpm);
    const remainder = product % 1_000_000n;
    return Number(product / 1_000_000n) + (remainder * 2n >= 1_000_000n ? 1 : 0);
  }

  test('every component is its rate of the amount, halves up; the total is their sum', () => {
    fc.assert(
      fc.property(sale, (anySale) => {
        const tax = computeTax(anySale);
        const amount = tax.taxableAmountCents;
        expect(amount).toBe(anySale.goodsCents + anySale.shippingCents);
        expect([tax.gstCents, tax.pstCents, tax.hstCents, tax.qstCents]).toEqual([
          roundHalfUp(amount, tax.gstRatePpm),
          roundHalfUp(amount, tax.pstRatePpm),
          roundHalfUp(amount, tax.hstRatePpm),
          roundHalfUp(amount, tax.qstRatePpm),
        ]);
        expect(tax.totalTaxCents).toBe(tax.gstCents + tax.pstCents + tax.hstCents + tax.qstCents);
        expect(taxBreakdownSchema.safeParse(tax).success).toBe(true);
      }),
    );
  });

  test('a larger sale is never taxed less', () => {
    fc.assert(
      fc.property(sale, fc.nat({ max: 1_000 }), (anySale, more) => {
        fc.pre(Number.isSafeInteger(anySale.goodsCents + anySale.shippingCents + more));
        const larger = computeTax({ ...anySale, shippingCents: anySale.shippingCents + more });
        expect(larger.totalTaxCents).toBeGreaterThanOrEqual(computeTax(anySale).totalTaxCents);
      }),
    );
  });
});
