import { describe, expect, it } from 'vitest';
import { mergeParcel, type ParcelValues } from './merge-parcel.ts';

const shippedAt = new Date('2026-11-20T10:00:00Z');
const later = new Date('2026-11-22T10:00:00Z');
const parcel: ParcelValues = {
  carrierName: 'UPS',
  trackingNumber: '1Z',
  trackingUrl: 'https://www.ups.com/track?loc=en_CA&tracknum=1Z',
  isUrlDerived: true,
  shippedAt,
  deliveredAt: null,
};
const merge = (current: ParcelValues | null, changes: Parameters<typeof mergeParcel>[1]) =>
  mergeParcel(current, changes, { shippedAt: null });

describe('a change', () => {
  it('of nothing is none', () => {
    const merged = merge(parcel, { carrierName: 'UPS', shippedAt: new Date(shippedAt) });
    expect(merged).toEqual({ values: parcel, isChanged: false, isTrackingChanged: false });
  });

  it('of a date is no news', () => {
    expect(merge(parcel, { deliveredAt: later })).toMatchObject({
      isChanged: true,
      isTrackingChanged: false,
    });
  });

  it.each([{ carrierName: null }, { trackingNumber: '2' }, { trackingUrl: null }])(
    'of the tracking is: %j',
    (changes) => {
      expect(merge(parcel, changes)).toMatchObject({ isChanged: true, isTrackingChanged: true });
    },
  );

  it('fills the time of shipping where none is known or wanted', () => {
    const fill = (current: ParcelValues | null, changes: Parameters<typeof mergeParcel>[1]) =>
      mergeParcel(current, changes, { shippedAt: later }).values.shippedAt;
    expect(fill(null, {})).toEqual(later);
    expect(fill(null, { shippedAt: null })).toEqual(later);
    expect(fill(null, { shippedAt })).toEqual(shippedAt);
    expect(fill(parcel, {})).toEqual(shippedAt);
  });
});

describe('the link', () => {
  const linkAfter = (current: ParcelValues | null, changes: Parameters<typeof mergeParcel>[1]) =>
    merge(current, changes).values.trackingUrl;

  it('that was derived follows carrier and number, and goes with them', () => {
    expect(linkAfter(parcel, { trackingNumber: '2' })).toContain('tracknum=2');
    expect(linkAfter(parcel, { carrierName: 'Purolator' })).toContain('purolator');
    expect(linkAfter(parcel, { carrierName: 'Stallion' })).toBeNull();
    expect(linkAfter(parcel, { trackingNumber: null })).toBeNull();
  });

  it('that was given stays', () => {
    const given = { ...parcel, trackingUrl: 'https://t.example/1', isUrlDerived: false };
    expect(linkAfter(given, { trackingNumber: '2' })).toBe('https://t.example/1');
  });

  it('that was cleared stays away until the number changes', () => {
    const cleared = merge(parcel, { trackingUrl: null }).values;
    expect(cleared).toMatchObject({ trackingUrl: null, isUrlDerived: false });
    expect(linkAfter(cleared, { deliveredAt: later })).toBeNull();
    expect(linkAfter(cleared, { trackingNumber: '2' })).toContain('tracknum=2');
    expect(
      linkAfter(null, { carrierName: 'UPS', trackingNumber: '1', trackingUrl: null }),
    ).toBeNull();
  });
});

it.each([
  [parcel, { deliveredAt: new Date('2026-11-19T10:00:00Z') }],
  [parcel, { shippedAt: null, deliveredAt: later }],
  [{ ...parcel, deliveredAt: later }, { shippedAt: null }],
  [null, { deliveredAt: later }],
])('refuses a parcel that arrives before it left (%#)', (current, changes) => {
  expect(() => merge(current, changes)).toThrow('Some of the values are not valid.');
});
