import { expect, test } from 'vitest';
import { formatShopDate } from './format-shop-date.ts';

test.each([
  ['2025-04-01T05:59:59.999Z', '2025-03-31'],
  ['2025-04-01T06:00:00.000Z', '2025-04-01'],
  ['2026-01-01T06:59:59.999Z', '2025-12-31'],
  ['2026-01-01T07:00:00.000Z', '2026-01-01'],
])('%s is %s in Calgary', (instant, date) => {
  expect(formatShopDate(new Date(instant))).toBe(date);
});
