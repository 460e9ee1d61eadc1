import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';
import { askIdentity, readBearer } from './read-bearer.ts';
import { rememberUser } from './remember-user.ts';

/** A signed-in person with a verified e-mail (lower case). */
export type Shopper = { userId: string; email: string };

/**
 * Who shops: a signed-in person, or null for a guest. A bad token is refused, never taken for a guest: the order would
 * be missing from the account. The role comes from our own table only.
 *
 * @throws Problem AUTH_REQUIRED (malformed header), CUSTOMER_ACCOUNT_REQUIRED, and those of `rememberUser`
 */
export async function identifyShopper(
  app: App,
  authorization: string | null,
): Promise<Shopper | null> {
  if (authorization === null) return null;
  const token = readBearer(authorization);
  const claims = await askIdentity(() => app.identity.verifyToken(token));
  const user = await rememberUser(app, claims, token);
  if (user.role !== 'customer') throw new Problem(accountsProblems.CUSTOMER_ACCOUNT_REQUIRED);
  return { userId: user.id, email: user.email };
}
