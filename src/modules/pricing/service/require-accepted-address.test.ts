import { describe, expect, test } from 'vitest';
import type { AddressCheck } from './check-address.ts';
import { requireAcceptedAddress } from './require-accepted-address.ts';

const suggestedAddress = {
  line1: '800 Macleod Trail SE',
  city: 'Calgary',
  province: 'AB',
  postalCode: 'T2G 2M3',
  countryCode: 'CA',
} as const;
const address = { ...suggestedAddress, line2: null };

describe('requiring an accepted address', () => {
  test('gives it back', () => {
    expect(requireAcceptedAddress({ outcome: 'accepted', address })).toBe(address);
  });

  const refusals: [AddressCheck, object][] = [
    [
      { outcome: 'needs_confirmation', suggestedAddress },
      { code: 'ADDRESS_NEEDS_CONFIRMATION', status: 422, details: { suggestedAddress } },
    ],
    [
      { outcome: 'refused', code: 'ADDRESS_INVALID', field: 'city', message: 'Enter the city.' },
      {
        code: 'ADDRESS_INVALID',
        status: 422,
        message: 'Enter the city.',
        details: { fields: { 'shippingAddress.city': ['Enter the city.'] } },
      },
    ],
    [
      { outcome: 'unchecked', code: 'ADDRESS_VALIDATION_UNAVAILABLE' },
      { code: 'ADDRESS_VALIDATION_UNAVAILABLE', status: 422 },
    ],
  ];
  test.each(refusals)('answers $outcome with its problem', (check, expected) => {
    expect(() => requireAcceptedAddress(check)).toThrow(expect.objectContaining(expected));
  });
});
