/** The one currency of the shop. Amounts are integers of its hundredth part. */
export const CURRENCY = 'CAD';

/** Highest amount a column of cents (int4) can hold. */
export const MAX_CENTS = 2_147_483_647;

const formatter = new Intl.NumberFormat('en-CA', { style: 'currency', currency: CURRENCY });

/** "$49.99" for people; never parsed back. */
export function formatCents(cents: number): string {
  return formatter.format(cents / 100);
}
