import { describe, expect, test } from 'vitest';
import { DEFAULT_LATE_PAYMENT_POLICY, DEFAULT_SHIPPING_SETTINGS } from './default-settings.ts';
import {
  parseStoredBanner,
  parseStoredLatePaymentPolicy,
  parseStoredShippingSettings,
} from './parse-stored-settings.ts';

describe('stored settings', () => {
  test('come back as they were saved', () => {
    expect(parseStoredShippingSettings({ ...DEFAULT_SHIPPING_SETTINGS })).toEqual(
      DEFAULT_SHIPPING_SETTINGS,
    );
    expect(parseStoredLatePaymentPolicy({ ...DEFAULT_LATE_PAYMENT_POLICY })).toEqual({
      whenStockIsGone: 'refund',
    });
    expect(parseStoredBanner({ enabled: false, items: [] })).toEqual({ enabled: false, items: [] });
  });

  test.each([
    ['shipping', () => parseStoredShippingSettings({ flatShippingCents: 1 })],
    ['shipping', () => parseStoredShippingSettings(null)],
    ['late-payment', () => parseStoredLatePaymentPolicy({ whenStockIsGone: 'keep the money' })],
    ['store-banner', () => parseStoredBanner({ enabled: true, items: 'none' })],
    ['store-banner', () => parseStoredBanner({ enabled: 'yes', message: 'Hi' })],
    ['store-banner', () => parseStoredBanner({ enabled: true })],
    ['store-banner', () => parseStoredBanner({ enabled: true, items: null, message: 'Hi' })],
  ])('a corrupt value of "%s" is an error, never a default', (key, parse) => {
    expect(parse).toThrow(`The stored setting "${key}" is corrupt`);
  });

  test('a single message becomes one item', () => {
    expect(
      parseStoredBanner({ enabled: true, message: ' Hi ', linkLabel: ' See ', linkHref: '/faq' }),
    ).toEqual({
      enabled: true,
      items: [
        {
          id: 'single-message',
          message: 'Hi',
          linkLabel: 'See',
          linkHref: '/faq',
          sortOrder: 0,
          isActive: true,
        },
      ],
    });
  });

  test.each([{ message: '  ' }, { message: null }, { message: '', linkHref: '/faq' }])(
    'a single message that is blank becomes no items: %j',
    (value) => {
      expect(parseStoredBanner({ enabled: true, ...value })).toEqual({ enabled: true, items: [] });
    },
  );
});
