import { expect, test } from 'vitest';
import { fullTime, isoTime } from './epoch-time.ts';

test.each([
  [0, '1970-01-01T00:00:00.000Z', '1970-01-01 00:00:00.000000+00'],
  [1_763_715_600.123456, '2025-11-21T09:00:00.123Z', '2025-11-21 09:00:00.123456+00'],
  // In binary neither is exact: cut off without rounding first, the one would lose a millisecond.
  [1_763_715_600.001, '2025-11-21T09:00:00.001Z', '2025-11-21 09:00:00.001000+00'],
  [1_763_715_600.999999, '2025-11-21T09:00:00.999Z', '2025-11-21 09:00:00.999999+00'],
  [7_258_118_399.000001, '2199-12-31T23:59:59.000Z', '2199-12-31 23:59:59.000001+00'],
])('%d seconds', (seconds, iso, full) => {
  expect(isoTime(seconds)).toBe(iso);
  expect(fullTime(seconds)).toBe(full);
});
