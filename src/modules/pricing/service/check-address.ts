import type { SuggestedAddress } from '../pricing.contract.ts';
import { cleanAddress } from './clean-address.ts';
import type { AddressRefusal, PostalAddress, SubmittedAddress } from './clean-address.ts';
import { areEquivalentAddresses } from './compare-addresses.ts';

/** What a provider of address data says. Its adapter turns its own failures into the last two. */
export type AddressAdvice =
  | { advice: 'as_given' }
  | { advice: 'suggestion'; address: SubmittedAddress }
  | { advice: 'undeliverable' }
  | { advice: 'unavailable' }
  | { advice: 'misconfigured' };

/** Port for an outside provider. The shop works without one. */
export type AddressProvider = {
  suggest: (address: PostalAddress) => Promise<AddressAdvice>;
};

export type AddressCheck =
  | { outcome: 'accepted'; address: PostalAddress }
  | { outcome: 'needs_confirmation'; suggestedAddress: SuggestedAddress }
  | { outcome: 'unchecked'; code: 'ADDRESS_VALIDATION_UNAVAILABLE' | 'ADDRESS_CONFIGURATION_ERROR' }
  | AddressRefusal;

/**
 * Decides whether an address can be shipped to. Call it outside any transaction: a provider may be
 * asked. An accepted address comes back normalised and is the one to store.
 */
export async function checkAddress(
  submitted: SubmittedAddress,
  options: {
    /** The shopper has already agreed to a suggestion. */
    confirmed: boolean;
    provider: AddressProvider | null;
  },
): Promise<AddressCheck> {
  const local = cleanAddress(submitted);
  if (local.outcome === 'refused') return local;

  // The provider is not asked again: if it were not stable over its own suggestions, the shopper
  // would be sent from one dialog to the next and never pay.
  if (options.confirmed) return { outcome: 'accepted', address: local.address };

  const advised = await askProvider(local.address, options.provider);
  if ('outcome' in advised) return advised;
  if (local.isGuess || !areEquivalentAddresses(local.address, advised)) {
    return { outcome: 'needs_confirmation', suggestedAddress: toSuggestion(advised) };
  }
  return { outcome: 'accepted', address: local.address };
}

async function askProvider(
  address: PostalAddress,
  provider: AddressProvider | null,
): Promise<PostalAddress | Exclude<AddressCheck, { outcome: 'accepted' | 'needs_confirmation' }>> {
  if (provider === null) return address;
  const reply = await provider.suggest(address);
  switch (reply.advice) {
    case 'as_given':
      return address;
    case 'suggestion': {
      const suggestion = cleanAddress(reply.address);
      // Incomplete or foreign: the storefront could not show it, and we could not ship to it.
      if (suggestion.outcome === 'refused') {
        return { outcome: 'unchecked', code: 'ADDRESS_VALIDATION_UNAVAILABLE' };
      }
      return suggestion.address;
    }
    case 'undeliverable':
      return {
        outcome: 'refused',
        code: 'ADDRESS_INVALID',
        field: 'line1',
        message: 'No such address is known. Check the street, number and city.',
      };
    case 'unavailable':
      return { outcome: 'unchecked', code: 'ADDRESS_VALIDATION_UNAVAILABLE' };
    case 'misconfigured':
      return { outcome: 'unchecked', code: 'ADDRESS_CONFIGURATION_ERROR' };
  }
}

function toSuggestion(address: PostalAddress): SuggestedAddress {
  const { line2, ...required } = address;
  return line2 === null ? required : { ...required, line2 };
}
