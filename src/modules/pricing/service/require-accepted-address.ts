import { Problem } from '../../../kernel/problems.ts';
import { pricingProblems } from '../pricing.problems.ts';
import type { AddressCheck } from './check-address.ts';
import type { PostalAddress } from './clean-address.ts';

/**
 * The normalised address, or the answer the storefront has a dialog for. Field errors are named
 * below `shippingAddress`, as in the checkout body.
 *
 * @throws {Problem} one of the five ADDRESS_… codes
 */
export function requireAcceptedAddress(check: AddressCheck): PostalAddress {
  switch (check.outcome) {
    case 'accepted':
      return check.address;
    case 'needs_confirmation':
      throw new Problem(pricingProblems.ADDRESS_NEEDS_CONFIRMATION, {
        details: { suggestedAddress: check.suggestedAddress },
      });
    case 'unchecked':
      throw new Problem(pricingProblems[check.code]);
    case 'refused':
      throw new Problem(pricingProblems[check.code], {
        message: check.message,
        details: { fields: { [`shippingAddress.${check.field}`]: [check.message] } },
      });
  }
}
