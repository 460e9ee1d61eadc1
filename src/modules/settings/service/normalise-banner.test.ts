import { describe, expect, test } from 'vitest';
import { storeBannerInputSchema, storeBannerSchema } from '../settings.contract.ts';
import { normaliseBanner } from './normalise-banner.ts';

function normalise(items: object[]) {
  const input = storeBannerInputSchema.parse({
    enabled: true,
    items: items.map((item) => ({ message: 'Hello', sortOrder: 0, isActive: true, ...item })),
  });
  let count = 0;
  return normaliseBanner(input, () => {
    count += 1;
    return `new-${String(count)}`;
  });
}

describe('normalising a banner', () => {
  test('trims texts and turns blank ones into null', () => {
    const banner = normalise([{ id: ' a ', message: ' Hi ', linkLabel: ' ', linkHref: '  ' }]);
    expect(banner.items).toEqual([
      { id: 'a', message: 'Hi', linkLabel: null, linkHref: null, sortOrder: 0, isActive: true },
    ]);
  });

  test('gives an id to every item that has none, or one already taken', () => {
    const banner = normalise([{ id: 'a' }, {}, { id: '  ' }, { id: 'a' }]);
    expect(banner.items.map((item) => item.id)).toEqual(['a', 'new-1', 'new-2', 'new-3']);
  });

  test('sorts by sort order and keeps the order of equals', () => {
    const banner = normalise([
      { id: 'c', sortOrder: 2 },
      { id: 'a', sortOrder: 1 },
      { id: 'd', sortOrder: 2 },
      { id: 'b', sortOrder: 1 },
    ]);
    expect(banner.items.map((item) => item.id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('produces what the stored schema accepts, inactive items included', () => {
    const banner = normalise([{ isActive: false }, { linkLabel: 'See', linkHref: '/faq' }]);
    expect(storeBannerSchema.parse(banner)).toEqual(banner);
  });
});
