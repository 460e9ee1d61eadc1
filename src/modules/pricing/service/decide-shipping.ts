import type { StoredShippingSettings } from '../../settings/index.ts';
import type { ShippingRegion } from '../pricing.contract.ts';
import type { ProvinceCode } from '../provinces.ts';
import { compactPostalCode } from './read-postal-code.ts';

export type ShippingDecision = {
  shippingRegion: ShippingRegion;
  shippingCents: number;
  /** The region's threshold, reached or not: the storefront draws its progress bar from it. */
  appliedFreeShippingThresholdCents: number;
};

/** One flat fee for the country; only the subtotal from which it is waived depends on the region. */
export function decideShipping(request: {
  /** Goods before tax. */
  subtotalCents: number;
  province: ProvinceCode;
  postalCode: string;
  settings: StoredShippingSettings;
}): ShippingDecision {
  const { settings } = request;
  const shippingRegion = findRegion(
    request.province,
    request.postalCode,
    settings.calgaryPostalPrefixes,
  );
  const thresholdCents = {
    calgary: settings.calgaryFreeShippingThresholdCents,
    alberta: settings.albertaFreeShippingThresholdCents,
    canada: settings.freeShippingThresholdCents,
  }[shippingRegion];
  return {
    shippingRegion,
    shippingCents: request.subtotalCents >= thresholdCents ? 0 : settings.flatShippingCents,
    appliedFreeShippingThresholdCents: thresholdCents,
  };
}

function findRegion(
  province: ProvinceCode,
  postalCode: string,
  calgaryPrefixes: readonly string[],
): ShippingRegion {
  if (province !== 'AB') return 'canada';
  const compact = compactPostalCode(postalCode);
  // The star only tells people that more areas follow: `T1Y` and `T2*` both mean "begins with".
  const isCalgary = calgaryPrefixes.some((prefix) => compact.startsWith(prefix.replace('*', '')));
  return isCalgary ? 'calgary' : 'alberta';
}
