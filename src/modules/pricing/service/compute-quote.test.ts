import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../../kernel/problems.ts';
import { DEFAULT_SHIPPING_SETTINGS } from '../../settings/index.ts';
import { quoteSchema } from '../pricing.contract.ts';
import { PROVINCE_CODES } from '../provinces.ts';
import { ALL_TAX_REGISTRATIONS } from '../tax-rates.ts';
import { computeQuote, MAX_ORDER_TOTAL_CENTS } from './compute-quote.ts';
import type { QuoteRequest } from './compute-quote.ts';

function quote(request: Partial<QuoteRequest>) {
  return computeQuote({
    lines: [{ unitPriceCents: 4999, quantity: 1 }],
    province: 'BC',
    postalCode: 'V6B 1A1',
    shippingSettings: DEFAULT_SHIPPING_SETTINGS,
    quotedAt: new Date('2026-08-01T12:00:00Z'),
    ...request,
  });
}

describe('a quote', () => {
  test('adds goods, shipping and the taxes on both', () => {
    const shippingSettings = { ...DEFAULT_SHIPPING_SETTINGS, flatShippingCents: 1200 };
    expect(quote({ shippingSettings })).toEqual({
      subtotalCents: 4999,
      shippingCents: 1200,
      taxCents: 744,
      totalCents: 6943,
      taxBreakdown: {
        countryCode: 'CA',
        provinceCode: 'BC',
        taxableAmountCents: 6199,
        gstRatePpm: 50_000,
        pstRatePpm: 70_000,
        hstRatePpm: 0,
        qstRatePpm: 0,
        gstCents: 310,
        pstCents: 434,
        hstCents: 0,
        qstCents: 0,
        totalTaxCents: 744,
      },
      shippingRegion: 'canada',
      appliedFreeShippingThresholdCents: 14900,
    });
  });

  test('149.00 ships free anywhere in Canada', () => {
    const lines = [
      { unitPriceCents: 7000, quantity: 2 },
      { unitPriceCents: 300, quantity: 3 },
    ];
    expect(quote({ lines })).toMatchObject({ subtotalCents: 14900, shippingCents: 0 });
  });

  test('the threshold is compared with the goods, not with goods and tax', () => {
    expect(quote({ lines: [{ unitPriceCents: 14899, quantity: 1 }] }).shippingCents).toBe(1599);
  });

  test("takes the rates of the shop's day, not of the UTC day", () => {
    const hstRateAt = (instant: string) =>
      quote({ province: 'NS', quotedAt: new Date(instant) }).taxBreakdown.hstRatePpm;
    expect(hstRateAt('2025-04-01T05:59:59Z')).toBe(150_000);
    expect(hstRateAt('2025-04-01T06:00:00Z')).toBe(140_000);
  });

  test('leaves out a tax that the shop does not collect', () => {
    const registrations = { ...ALL_TAX_REGISTRATIONS, bcPst: false };
    expect(quote({ registrations }).taxBreakdown).toMatchObject({ pstCents: 0, gstCents: 330 });
  });

  test('free goods still have to be shipped', () => {
    const free = quote({ lines: [{ unitPriceCents: 0, quantity: 1 }], province: 'AB' });
    expect(free).toMatchObject({ subtotalCents: 0, shippingCents: 1599, taxCents: 80 });
  });
});

describe('limits', () => {
  test('a total of eight digits is the largest', () => {
    const shippingSettings = { ...DEFAULT_SHIPPING_SETTINGS, flatShippingCents: 0 };
    const total = (unitPriceCents: number) =>
      quote({ lines: [{ unitPriceCents, quantity: 1 }], province: 'AB', shippingSettings })
        .totalCents;
    expect(total(95_238_094)).toBe(MAX_ORDER_TOTAL_CENTS);
    expect(() => total(95_238_095)).toThrow(Problem);
  });

  test('a total of 50 cents is the smallest that is paid, and nothing is none', () => {
    const shippingSettings = { ...DEFAULT_SHIPPING_SETTINGS, flatShippingCents: 0 };
    const total = (unitPriceCents: number) =>
      quote({ lines: [{ unitPriceCents, quantity: 1 }], province: 'AB', shippingSettings })
        .totalCents;
    expect([total(0), total(48)]).toEqual([0, 50]);
    for (const cents of [1, 47]) {
      expect(() => total(cents)).toThrow(
        expect.objectContaining({ code: 'ORDER_TOTAL_TOO_SMALL', status: 422 }),
      );
    }
  });

  test.each([
    [[{ unitPriceCents: Number.MAX_SAFE_INTEGER, quantity: Number.MAX_SAFE_INTEGER }]],
    [Array.from({ length: 50 }, () => ({ unitPriceCents: 2_147_483_647, quantity: 20 }))],
  ])('refuses a sum that would overflow', (lines) => {
    expect(() => quote({ lines })).toThrow(
      expect.objectContaining({ code: 'ORDER_TOTAL_TOO_LARGE', status: 422 }),
    );
  });

  test.each([
    ['no lines', []],
    ['a quantity of zero', [{ unitPriceCents: 1, quantity: 0 }]],
    ['a negative quantity', [{ unitPriceCents: 1, quantity: -1 }]],
    ['half a piece', [{ unitPriceCents: 1, quantity: 0.5 }]],
    ['a negative price', [{ unitPriceCents: -1, quantity: 1 }]],
    ['no price', [{ unitPriceCents: Number.NaN, quantity: 1 }]],
  ])('refuses %s', (_name, lines) => {
    expect(() => quote({ lines })).toThrow(RangeError);
  });
});

describe('properties', () => {
  const lines = fc.array(
    fc.record({
      unitPriceCents: fc.integer({ min: 0, max: 50_000 }),
      quantity: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 1, maxLength: 50 },
  );
  const province = fc.constantFrom(...PROVINCE_CODES);

  test('the parts add up to the total and fit the reply, whatever is bought', () => {
    fc.assert(
      fc.property(lines, province, (someLines, anyProvince) => {
        const result = quote({ lines: someLines, province: anyProvince });
        expect(quoteSchema.safeParse(result).success).toBe(true);
        expect(result.totalCents).toBe(
          result.subtotalCents + result.shippingCents + result.taxCents,
        );
        expect(result.taxCents).toBe(result.taxBreakdown.totalTaxCents);
        expect(result.taxBreakdown.taxableAmountCents).toBe(
          result.subtotalCents + result.shippingCents,
        );
      }),
    );
  });

  test('the order of the lines, or one line split in two, changes nothing', () => {
    fc.assert(
      fc.property(lines, province, (someLines, anyProvince) => {
        const units = someLines
          .flatMap((line) => Array.from({ length: line.quantity }, () => line.unitPriceCents))
          .map((unitPriceCents) => ({ unitPriceCents, quantity: 1 }));
        expect(quote({ lines: units.toReversed(), province: anyProvince })).toEqual(
          quote({ lines: someLines, province: anyProvince }),
        );
      }),
    );
  });

  test('buying more never lowers goods or tax on goods when shipping has no fee', () => {
    const shippingSettings = { ...DEFAULT_SHIPPING_SETTINGS, flatShippingCents: 0 };
    fc.assert(
      fc.property(lines, fc.nat({ max: 50_000 }), province, (some, unitPriceCents, anyProvince) => {
        const payable = [...some, { unitPriceCents: 50, quantity: 1 }];
        const less = quote({ lines: payable, province: anyProvince, shippingSettings });
        const more = quote({
          lines: [...payable, { unitPriceCents, quantity: 1 }],
          province: anyProvince,
          shippingSettings,
        });
        expect(more.totalCents).toBeGreaterThanOrEqual(less.totalCents + unitPriceCents);
        expect(more.taxCents).toBeGreaterThanOrEqual(less.taxCents);
      }),
    );
  });
});
