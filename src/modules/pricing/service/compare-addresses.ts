import type { PostalAddress } from './clean-address.ts';

/** The same address to the storefront's eye; it accepts such a suggestion without asking. */
export function areEquivalentAddresses(a: PostalAddress, b: PostalAddress): boolean {
  return comparisonKey(a) === comparisonKey(b);
}

function comparisonKey(address: PostalAddress): string {
  return JSON.stringify([
    foldText(address.line1),
    foldText(address.line2 ?? ''),
    foldText(address.city),
    address.province,
    address.postalCode.replace(/\s/gu, '').toUpperCase(),
    address.countryCode,
  ]);
}

function foldText(text: string): string {
  return text.toLowerCase().replace(/[.,#]/g, ' ').replace(/\s+/gu, ' ').trim();
}
