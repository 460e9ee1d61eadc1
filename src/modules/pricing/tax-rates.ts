import type { ProvinceCode } from './provinces.ts';

/** Parts per million: 50_000 is 5 %. */
export type TaxRates = {
  readonly gstRatePpm: number;
  /** Called RST in Manitoba. */
  readonly pstRatePpm: number;
  readonly hstRatePpm: number;
  readonly qstRatePpm: number;
};

export type DatedTaxRates = TaxRates & {
  /** First day of these rates, YYYY-MM-DD. They hold until the next line begins. */
  readonly validFrom: string;
};

/** Where the rates can be checked; the change of Nova Scotia is the newest in it. */
export const TAX_RATES_SOURCE_URL = 'https://www.taxtips.ca/salestaxes/sales-tax-rates-2026.htm';

const GST = { gstRatePpm: 50_000, pstRatePpm: 0, hstRatePpm: 0, qstRatePpm: 0 };
const NONE = { gstRatePpm: 0, pstRatePpm: 0, hstRatePpm: 0, qstRatePpm: 0 };

/**
 * Oldest first. A new rate is a new line with its date, never a change of an old one: a refund or a
 * reprinted receipt must still find the rate of its day.
 */
export const TAX_RATES: Readonly<Record<ProvinceCode, readonly DatedTaxRates[]>> = {
  AB: [{ validFrom: '2008-01-01', ...GST }],
  BC: [{ validFrom: '2013-04-01', ...GST, pstRatePpm: 70_000 }],
  MB: [{ validFrom: '2019-07-01', ...GST, pstRatePpm: 70_000 }],
  NB: [{ validFrom: '2016-07-01', ...NONE, hstRatePpm: 150_000 }],
  NL: [{ validFrom: '2016-07-01', ...NONE, hstRatePpm: 150_000 }],
  NS: [
    { validFrom: '2010-07-01', ...NONE, hstRatePpm: 150_000 },
    { validFrom: '2025-04-01', ...NONE, hstRatePpm: 140_000 },
  ],
  NT: [{ validFrom: '2008-01-01', ...GST }],
  NU: [{ validFrom: '2008-01-01', ...GST }],
  ON: [{ validFrom: '2010-07-01', ...NONE, hstRatePpm: 130_000 }],
  PE: [{ validFrom: '2016-10-01', ...NONE, hstRatePpm: 150_000 }],
  // QST is taken from the same amount as GST, not from the amount with GST on top.
  QC: [{ validFrom: '2013-01-01', ...GST, qstRatePpm: 99_750 }],
  SK: [{ validFrom: '2017-03-23', ...GST, pstRatePpm: 60_000 }],
  YT: [{ validFrom: '2008-01-01', ...GST }],
};

/**
 * Which taxes the shop is registered to collect. Each is a registration of its own with another
 * authority; a shop must not collect a tax that it cannot hand on.
 */
export type TaxRegistrations = {
  /** Canada Revenue Agency: GST everywhere, HST where a province joined it. */
  readonly gstHst: boolean;
  readonly bcPst: boolean;
  readonly mbRst: boolean;
  readonly skPst: boolean;
  readonly qst: boolean;
};

export const ALL_TAX_REGISTRATIONS: TaxRegistrations = {
  gstHst: true,
  bcPst: true,
  mbRst: true,
  skPst: true,
  qst: true,
};
