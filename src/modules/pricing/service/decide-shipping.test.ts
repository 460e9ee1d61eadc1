import { describe, expect, test } from 'vitest';
import { DEFAULT_SHIPPING_SETTINGS as settings } from '../../settings/index.ts';
import { decideShipping } from './decide-shipping.ts';

describe('regions', () => {
  test.each([
    ['AB', 'T1Y 2A1', 'calgary'],
    ['AB', 'T2P 1J9', 'calgary'],
    ['AB', 't3k4b2', 'calgary'],
    ['AB', ' t2p-1j9', 'calgary'],
    ['AB', 'T1X 0L3', 'alberta'],
    ['AB', 'T1Z 1A1', 'alberta'],
    ['AB', 'T4B 2T9', 'alberta'],
    ['AB', 'T5J 2R7', 'alberta'],
    ['AB', '', 'alberta'],
    ['BC', 'T2P 1J9', 'canada'],
    ['BC', 'V6B 1A1', 'canada'],
    ['ON', 'M5V 3L9', 'canada'],
    ['NU', 'X0A 0H0', 'canada'],
  ] as const)('%s %s is %s', (province, postalCode, region) => {
    const decision = decideShipping({ subtotalCents: 100, province, postalCode, settings });
    expect(decision.shippingRegion).toBe(region);
  });

  test('the prefixes are a setting', () => {
    const regionWith = (calgaryPostalPrefixes: string[]) =>
      decideShipping({
        subtotalCents: 100,
        province: 'AB',
        postalCode: 'T5J 2R7',
        settings: { ...settings, calgaryPostalPrefixes },
      }).shippingRegion;
    expect([[], ['T5J'], ['T5*'], ['T*'], ['T5K']].map(regionWith)).toEqual([
      'alberta',
      'calgary',
      'calgary',
      'calgary',
      'alberta',
    ]);
  });
});

describe('fees', () => {
  const places = {
    calgary: { province: 'AB', postalCode: 'T2P 1J9' },
    alberta: { province: 'AB', postalCode: 'T5J 2R7' },
    canada: { province: 'QC', postalCode: 'H2Y 1C6' },
  } as const;

  test.each([
    ['calgary', 7700, 7699, 1599],
    ['calgary', 7700, 7700, 0],
    ['calgary', 7700, 7701, 0],
    ['alberta', 8800, 8799, 1599],
    ['alberta', 8800, 8800, 0],
    ['alberta', 8800, 8801, 0],
    ['canada', 14900, 14899, 1599],
    ['canada', 14900, 14900, 0],
    ['canada', 14900, 14901, 0],
    ['canada', 14900, 0, 1599],
  ] as const)('%s (free from %i) with %i costs %i', (place, threshold, subtotalCents, fee) => {
    expect(decideShipping({ subtotalCents, settings, ...places[place] })).toEqual({
      shippingRegion: place,
      shippingCents: fee,
      appliedFreeShippingThresholdCents: threshold,
    });
  });

  test('a flat fee of zero is free below the threshold too', () => {
    const free = { ...settings, flatShippingCents: 0 };
    const decision = decideShipping({ subtotalCents: 1, settings: free, ...places.canada });
    expect(decision.shippingCents).toBe(0);
  });

  test('a threshold of zero is always free', () => {
    const free = { ...settings, calgaryFreeShippingThresholdCents: 0 };
    const decision = decideShipping({ subtotalCents: 0, settings: free, ...places.calgary });
    expect(decision).toMatchObject({ shippingCents: 0, appliedFreeShippingThresholdCents: 0 });
  });
});
