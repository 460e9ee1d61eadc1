import { Problem } from '../../../kernel/problems.ts';
import type { Shopper } from '../../accounts/index.ts';
import { checkAddress, requireAcceptedAddress, type PostalAddress } from '../../pricing/index.ts';
import type { QuoteBody } from '../checkout.contract.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import { mergeLines, type CartLine } from './merge-lines.ts';

export type ReadCart = {
  /** Lower case. */
  email: string;
  lines: readonly CartLine[];
  /** As accepted by the address check. */
  address: PostalAddress;
  userId: string | null;
};

/**
 * Lines, address and buyer in the form in which they are priced and stored. May ask an address provider, so no transaction
 * is open.
 * @throws Problem AUTH_CHECKOUT_EMAIL_MISMATCH, ADDRESS_*, VALIDATION_FAILED (a line over the limit)
 */
export async function readCart(body: QuoteBody, shopper: Shopper | null): Promise<ReadCart> {
  const email = body.email.toLowerCase();
  if (shopper && shopper.email !== email) {
    throw new Problem(checkoutProblems.AUTH_CHECKOUT_EMAIL_MISMATCH);
  }
  const lines = mergeLines(body.items);
  const address = requireAcceptedAddress(
    await checkAddress(body.shippingAddress, {
      confirmed: body.confirmedAddress === true,
      provider: null,
    }),
  );
  return { email, lines, address, userId: shopper?.userId ?? null };
}
