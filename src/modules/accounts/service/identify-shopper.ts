import { eq, sql } from 'drizzle-orm';
import { users } from '../../../db/schema/accounts.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import { TokenInvalid, type IdentityUser } from '../../../integrations/supabase/identity-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';

/** A signed-in person with a verified e-mail (lower case). */
export type Shopper = { userId: string; email: string };

/**
 * Who shops: a signed-in person, or null for a guest. A bad token is refused, never taken for a guest: the order would
 * be missing from the account.
 *
 * Whether the e-mail is verified is no dependable claim of the token. It is asked of the sign-in provider at first
 * contact and remembered until the e-mail changes. The role comes from our own table only.
 *
 * @throws Problem AUTH_REQUIRED (malformed header), AUTH_TOKEN_INVALID, AUTH_VERIFIER_UNAVAILABLE,
 *   CUSTOMER_ACCOUNT_REQUIRED, EMAIL_NOT_VERIFIED, ACCOUNT_OWNERSHIP_CONFLICT
 */
export async function identifyShopper(app: App, authorization: string | null): Promise<Shopper | null> {
  if (authorization === null) return null;
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization.trim())?.[1];
  if (token === undefined) throw new Problem(accountsProblems.AUTH_REQUIRED);
  const claims = await askProvider(() => app.identity.verifyToken(token));
  const claimed = claims.email?.trim().toLowerCase() ?? null;
  const [known] = await app.database.db.select().from(users).where(eq(users.id, claims.userId));
  if (known && known.role !== 'customer') throw new Problem(accountsProblems.CUSTOMER_ACCOUNT_REQUIRED);
  if (known?.emailVerified === true && known.email === claimed) {
    return { userId: known.id, email: known.email };
  }
  const person = await askProvider(() => app.identity.fetchUser(token));
  return rememberVerified(app, person);
}

async function rememberVerified(app: App, person: IdentityUser): Promise<Shopper> {
  const email = person.email?.trim().toLowerCase() ?? '';
  if (!person.emailVerified || email === '') throw new Problem(accountsProblems.EMAIL_NOT_VERIFIED);
  try {
    await app.database.db
      .insert(users)
      .values({ id: person.id, email, emailVerified: true })
      .onConflictDoUpdate({ target: users.id, set: { email: sql`excluded.email`, emailVerified: true } });
  } catch (error) {
    if (violatesUnique(error, 'users_email')) {
      throw new Problem(accountsProblems.ACCOUNT_OWNERSHIP_CONFLICT, { cause: error });
    }
    throw error;
  }
  return { userId: person.id, email };
}

async function askProvider<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof TokenInvalid) {
      throw new Problem(accountsProblems.AUTH_TOKEN_INVALID, { cause: error });
    }
    if (error instanceof ProviderError) {
      throw new Problem(accountsProblems.AUTH_VERIFIER_UNAVAILABLE, { cause: error });
    }
    throw error;
  }
}
