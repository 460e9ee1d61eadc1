import type { App } from '../../../kernel/app.ts';
import { identifyCustomer } from './identify-customer.ts';

/** A signed-in person with a verified e-mail (lower case). */
export type Shopper = { userId: string; email: string };

/**
 * Who shops: a signed-in person, or null for a guest. A bad token is refused, never taken for a guest: the order would
 * be missing from the account.
 *
 * @throws Problem AUTH_REQUIRED (malformed header), and those of `identifyCustomer`
 */
export async function identifyShopper(
  app: App,
  authorization: string | null,
): Promise<Shopper | null> {
  return authorization === null ? null : identifyCustomer(app, authorization);
}
