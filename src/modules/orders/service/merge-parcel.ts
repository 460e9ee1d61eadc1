import { validationFailed } from '../../../kernel/problems.ts';
import type { ParcelChanges } from '../orders.fulfilment-contract.ts';
import type { ShipmentRow } from '../queries/keep-shipments.ts';
import { deriveTrackingUrl } from './derive-tracking-url.ts';

export type ParcelValues = Pick<
  ShipmentRow,
  'carrierName' | 'trackingNumber' | 'trackingUrl' | 'isUrlDerived' | 'shippedAt' | 'deliveredAt'
>;

const EMPTY: ParcelValues = {
  carrierName: null,
  trackingNumber: null,
  trackingUrl: null,
  isUrlDerived: false,
  shippedAt: null,
  deliveredAt: null,
};

export type MergedParcel = {
  values: ParcelValues;
  /** False if everything is as it was. */
  isChanged: boolean;
  /** Whether the shopper has to know: carrier, number or link are others. Dates are no news. */
  isTrackingChanged: boolean;
};

/**
 * A parcel after a change: absent keeps, null clears. A link that was given stays; one that was derived, or is missing,
 * follows carrier and number.
 *
 * @throws Problem VALIDATION_FAILED if it would arrive before it left
 */
export function mergeParcel(
  current: ParcelValues | null,
  changes: ParcelChanges,
  defaults: { shippedAt: Date | null },
): MergedParcel {
  const before = current ?? EMPTY;
  const carrierName = keepOr(changes.carrierName, before.carrierName);
  const trackingNumber = keepOr(changes.trackingNumber, before.trackingNumber);
  const values = {
    carrierName,
    trackingNumber,
    ...linkOf(before, { ...changes, carrierName, trackingNumber }),
    shippedAt: keepOr(changes.shippedAt, before.shippedAt) ?? defaults.shippedAt,
    deliveredAt: keepOr(changes.deliveredAt, before.deliveredAt),
  };
  requireOrderOfTimes(values);
  const isTrackingChanged = (['carrierName', 'trackingNumber', 'trackingUrl'] as const).some(
    (name) => values[name] !== before[name],
  );
  const isTimeChanged = (['shippedAt', 'deliveredAt'] as const).some(
    (name) => values[name]?.getTime() !== before[name]?.getTime(),
  );
  return { values, isChanged: isTrackingChanged || isTimeChanged, isTrackingChanged };
}

/** What of a change is words. */
export function textsOf(changes: ParcelChanges): (string | null | undefined)[] {
  return [changes.carrierName, changes.trackingNumber, changes.trackingUrl];
}

function linkOf(
  before: ParcelValues,
  after: ParcelChanges & Pick<ParcelValues, 'carrierName' | 'trackingNumber'>,
): Pick<ParcelValues, 'trackingUrl' | 'isUrlDerived'> {
  if (after.trackingUrl !== undefined)
    return { trackingUrl: after.trackingUrl, isUrlDerived: false };
  const isGiven = before.trackingUrl !== null && !before.isUrlDerived;
  const isSame =
    after.carrierName === before.carrierName && after.trackingNumber === before.trackingNumber;
  if (isGiven || isSame) {
    return { trackingUrl: before.trackingUrl, isUrlDerived: before.isUrlDerived };
  }
  const trackingUrl = deriveTrackingUrl(after.carrierName, after.trackingNumber);
  return { trackingUrl, isUrlDerived: trackingUrl !== null };
}

function requireOrderOfTimes({ shippedAt, deliveredAt }: ParcelValues): void {
  if (deliveredAt === null) return;
  if (shippedAt === null) {
    throw validationFailed({ deliveredAt: ['Needs the time when the parcel was shipped.'] });
  }
  if (deliveredAt < shippedAt) {
    throw validationFailed({ deliveredAt: ['Must not be before the time of shipping.'] });
  }
}

function keepOr<T>(changed: T | undefined, before: T): T {
  return changed === undefined ? before : changed;
}
