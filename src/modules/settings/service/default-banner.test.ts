import { expect, test } from 'vitest';
import { storeBannerSchema } from '../settings.contract.ts';
import { defaultBanner } from './default-banner.ts';
import { DEFAULT_SHIPPING_SETTINGS } from './default-settings.ts';

test.each([
  ['the defaults', {}, 'Free shipping across Canada from $149.00. Flat rate $15.99 below that.'],
  [
    'changed settings',
    { flatShippingCents: 1200, freeShippingThresholdCents: 20050 },
    'Free shipping across Canada from $200.50. Flat rate $12.00 below that.',
  ],
  ['no fee', { flatShippingCents: 0 }, 'Free shipping across Canada.'],
  [
    'free from nothing',
    {
      calgaryFreeShippingThresholdCents: 0,
      albertaFreeShippingThresholdCents: 0,
      freeShippingThresholdCents: 0,
    },
    'Free shipping across Canada.',
  ],
])('the banner says what checkout charges: %s', (_name, change, message) => {
  const banner = defaultBanner({ ...DEFAULT_SHIPPING_SETTINGS, ...change });
  expect(banner.items.map((item) => item.message)).toEqual([message]);
  expect(storeBannerSchema.parse(banner)).toEqual(banner);
});
