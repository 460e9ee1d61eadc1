import { describe, expect, test } from 'vitest';
import {
  shippingSettingsSchema,
  storeBannerInputSchema,
  storedShippingSettingsSchema,
} from './settings.contract.ts';
import { DEFAULT_SHIPPING_SETTINGS } from './service/default-settings.ts';

const fiveFields = {
  flatShippingCents: 1599,
  calgaryFreeShippingThresholdCents: 7700,
  albertaFreeShippingThresholdCents: 8800,
  freeShippingThresholdCents: 14900,
  currency: 'CAD',
};

describe('shipping settings', () => {
  test.each([
    ['as they are', {}],
    ['no fee at all', { flatShippingCents: 0 }],
    ['always free in Calgary', { calgaryFreeShippingThresholdCents: 0 }],
    [
      'one threshold for all',
      { calgaryFreeShippingThresholdCents: 14900, albertaFreeShippingThresholdCents: 14900 },
    ],
  ])('accepts %s', (_name, change) => {
    const settings = { ...fiveFields, ...change };
    expect(shippingSettingsSchema.parse(settings)).toEqual(settings);
  });

  test.each([
    ['a negative fee', { flatShippingCents: -1 }, 'flatShippingCents'],
    ['a fraction of a cent', { flatShippingCents: 15.5 }, 'flatShippingCents'],
    ['null for zero', { flatShippingCents: null }, 'flatShippingCents'],
    ['text for a number', { freeShippingThresholdCents: '14900' }, 'freeShippingThresholdCents'],
    [
      'more than a column holds',
      { freeShippingThresholdCents: 2 ** 31 },
      'freeShippingThresholdCents',
    ],
    [
      'a missing field',
      { calgaryFreeShippingThresholdCents: undefined },
      'calgaryFreeShippingThresholdCents',
    ],
    ['another currency', { currency: 'USD' }, 'currency'],
    ['a currency in lower case', { currency: 'cad' }, 'currency'],
    [
      'Alberta below Calgary',
      { albertaFreeShippingThresholdCents: 7699 },
      'albertaFreeShippingThresholdCents',
    ],
    ['Canada below Alberta', { freeShippingThresholdCents: 8799 }, 'freeShippingThresholdCents'],
  ])('refuses %s', (_name, change, field) => {
    const result = shippingSettingsSchema.safeParse({ ...fiveFields, ...change });
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([field]);
  });

  test('the defaults are valid and equal what the storefront falls back to', () => {
    expect(storedShippingSettingsSchema.parse(DEFAULT_SHIPPING_SETTINGS)).toEqual({
      ...fiveFields,
      calgaryPostalPrefixes: ['T1Y', 'T2*', 'T3*'],
    });
  });

  test('what is sent never contains the postal prefixes', () => {
    expect(shippingSettingsSchema.parse(DEFAULT_SHIPPING_SETTINGS)).toEqual(fiveFields);
  });

  test.each(['T', 'T2', 't1y', '*T2', 'T1Y 2', 'T1Y*', '', '1TY'])(
    'refuses the postal prefix "%s"',
    (prefix) => {
      const settings = { ...DEFAULT_SHIPPING_SETTINGS, calgaryPostalPrefixes: [prefix] };
      expect(storedShippingSettingsSchema.safeParse(settings).success).toBe(false);
    },
  );
});

describe('the body of the banner', () => {
  const item = {
    message: 'Restock on Friday',
    linkLabel: null,
    linkHref: null,
    sortOrder: 0,
    isActive: true,
  };
  const parse = (change: object) =>
    storeBannerInputSchema.safeParse({ enabled: true, items: [{ ...item, ...change }] });

  test.each([
    ['an internal path', { linkHref: '/products?tag=new#top' }],
    ['the home page', { linkHref: '/' }],
    ['https', { linkHref: 'https://example.com/a' }],
    ['a blank link', { linkHref: '   ' }],
    ['a label with its link', { linkLabel: 'See', linkHref: '/faq' }],
    ['a blank label without a link', { linkLabel: '  ' }],
    ['absent optional texts', { linkLabel: undefined, linkHref: undefined }],
    ['a message of 160 characters and spaces around', { message: ` ${'x'.repeat(160)} ` }],
    ['a blank id', { id: ' ' }],
  ])('accepts %s', (_name, change) => {
    expect(parse(change).success).toBe(true);
  });

  test.each([
    ['a script', { linkHref: 'javascript:alert(1)' }, 'linkHref'],
    ['a script with a tab', { linkHref: 'java\tscript:alert(1)' }, 'linkHref'],
    ['http', { linkHref: 'http://example.com' }, 'linkHref'],
    ['mailto', { linkHref: 'mailto:a@example.com' }, 'linkHref'],
    ['data', { linkHref: 'data:text/html,x' }, 'linkHref'],
    ['a protocol-relative link', { linkHref: '//example.com' }, 'linkHref'],
    ['a backslash read as a slash', { linkHref: '/\\example.com' }, 'linkHref'],
    ['a space before the second slash', { linkHref: '/ /example.com' }, 'linkHref'],
    ['a relative path', { linkHref: 'faq' }, 'linkHref'],
    ['https without a host', { linkHref: 'https://' }, 'linkHref'],
    ['a link of 301 characters', { linkHref: `/${'x'.repeat(300)}` }, 'linkHref'],
    ['a label without a link', { linkLabel: 'See' }, 'linkHref'],
    ['a label with a blank link', { linkLabel: 'See', linkHref: ' ' }, 'linkHref'],
    ['a label of 41 characters', { linkLabel: 'x'.repeat(41), linkHref: '/' }, 'linkLabel'],
    ['a blank message', { message: '  ' }, 'message'],
    ['a message of 161 characters', { message: 'x'.repeat(161) }, 'message'],
    ['a NUL character', { message: 'a\u0000b' }, 'message'],
    ['half a surrogate pair', { message: 'a\ud800' }, 'message'],
    ['a negative sort order', { sortOrder: -1 }, 'sortOrder'],
    ['a fractional sort order', { sortOrder: 1.5 }, 'sortOrder'],
    ['null for a flag', { isActive: null }, 'isActive'],
  ])('refuses %s', (_name, change, field) => {
    const paths = parse(change).error?.issues.map((issue) => issue.path.join('.')) ?? [];
    expect(new Set(paths)).toEqual(new Set([`items.0.${field}`]));
  });

  test('is five items at most, and may be none', () => {
    const withItems = (count: number) =>
      storeBannerInputSchema.safeParse({
        enabled: true,
        items: Array.from({ length: count }, () => item),
      }).success;
    expect([0, 5, 6].map(withItems)).toEqual([true, true, false]);
  });
});
