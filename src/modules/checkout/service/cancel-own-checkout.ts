import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { identifyShopper } from '../../accounts/index.ts';
import { findOrderOfShopper } from '../../orders/index.ts';
import type { CancelledSession } from '../checkout.cancel-contract.ts';
import { checkoutProblems } from '../checkout.problems.ts';
import { cancelCheckout } from './cancel-checkout.ts';

/**
 * Use case: a shopper comes back from the payment page without paying, and lets his goods go. Only for the account or the
 * browser that opened the checkout; to anybody else it does not exist.
 *
 * @throws Problem SESSION_NOT_FOUND, CHECKOUT_COMPLETED, CHECKOUT_PROCESSING, and those of `identifyShopper`
 */
export async function cancelOwnCheckout(
  app: App,
  request: { publicId: string; authorization: string | null; browserHash: string | null },
): Promise<CancelledSession> {
  const { publicId, authorization, browserHash } = request;
  const shopper = await identifyShopper(app, authorization);
  const userId = shopper?.userId ?? null;
  const orderId = await findOrderOfShopper(app.database.db, { publicId, userId, browserHash });
  if (orderId === null) throw new Problem(checkoutProblems.SESSION_NOT_FOUND);
  const outcome = await cancelCheckout(app, { orderId, actor: 'shopper' });
  switch (outcome) {
    case 'cancelled':
    case 'already_cancelled':
      return { publicId, status: 'cancelled' };
    case 'expired':
      return { publicId, status: 'expired' };
    case 'paid':
      throw new Problem(checkoutProblems.CHECKOUT_COMPLETED);
    case 'processing':
      throw new Problem(checkoutProblems.CHECKOUT_PROCESSING);
    case 'not_found':
      throw new Problem(checkoutProblems.SESSION_NOT_FOUND);
  }
}
