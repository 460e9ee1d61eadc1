/** Carriers that deliver in Canada, by what their names begin with, and their public pages about a parcel. */
const CARRIERS: readonly { name: RegExp; page: (number: string) => string }[] = [
  {
    name: /^(canada ?post|postes? ?canada)/,
    page: (number) =>
      `https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor=${number}`,
  },
  {
    name: /^purolator/,
    page: (number) => `https://www.purolator.com/en/shipping/tracker?pin=${number}`,
  },
  { name: /^ups\b/, page: (number) => `https://www.ups.com/track?loc=en_CA&tracknum=${number}` },
  {
    name: /^fed ?ex/,
    page: (number) => `https://www.fedex.com/fedextrack/?trknbr=${number}&locale=en_CA`,
  },
  {
    name: /^dhl\b/,
    page: (number) => `https://www.dhl.com/ca-en/home/tracking.html?tracking-id=${number}&submit=1`,
  },
  {
    name: /^canpar/,
    page: (number) => `https://www.canpar.com/en/tracking/track.htm?barcode=${number}`,
  },
];

/**
 * The page where a shopper follows the parcel; null if carrier or number is missing, or the carrier is none that we know.
 * Numbers are written with blanks on labels and without them in addresses.
 */
export function deriveTrackingUrl(
  carrierName: string | null,
  trackingNumber: string | null,
): string | null {
  if (carrierName === null || trackingNumber === null) return null;
  const name = carrierName
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/gu, ' ');
  const number = trackingNumber.replace(/[\s-]+/gu, '');
  const carrier = CARRIERS.find((candidate) => candidate.name.test(name));
  if (!carrier || number === '') return null;
  const url = carrier.page(encodeURIComponent(number));
  return url.length <= MAX_URL ? url : null;
}

/** As long as the column is. */
export const MAX_URL = 500;
