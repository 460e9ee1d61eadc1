import { sql } from 'drizzle-orm';
import { users } from '../../../db/schema/accounts.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import type { IdentityUser, VerifiedToken } from '../../../integrations/supabase/identity-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';
import { findUser, type CustomerRow, type User } from '../accounts.queries.ts';
import { askIdentity, readBearer } from './read-bearer.ts';

export type Person = {
  user: User;
  claims: VerifiedToken;
  /** Null until the account is opened; staff have none. */
  customer: CustomerRow | null;
  /** What the sign-in provider told, if it had to be asked: names for a new account. */
  told: IdentityUser | null;
};

/**
 * Who the bearer of a token is: our own row, made at first contact. Whether the e-mail is verified is no dependable claim
 * of a token: it is asked of the sign-in provider once and remembered until the e-mail changes. From then on this is one
 * query and no call.
 *
 * @throws Problem AUTH_REQUIRED, AUTH_TOKEN_INVALID, AUTH_VERIFIER_UNAVAILABLE, EMAIL_NOT_VERIFIED,
 *   ACCOUNT_OWNERSHIP_CONFLICT
 */
export async function identifyPerson(app: App, authorization: string | null): Promise<Person> {
  const token = readBearer(authorization);
  const claims = await askIdentity(() => app.identity.verifyToken(token));
  const claimed = normaliseEmail(claims.email);
  const known = await findUser(app.database.db, claims.userId);
  if (known?.user.emailVerified === true && known.user.email === claimed) {
    return { ...known, claims, told: null };
  }
  const told = await askIdentity(() => app.identity.fetchUser(token));
  const email = normaliseEmail(told.email);
  if (!told.emailVerified || email === '') throw new Problem(accountsProblems.EMAIL_NOT_VERIFIED);
  const user = await saveUser(app, { id: claims.userId, email });
  const customer = known?.customer?.email === email ? known.customer : null;
  return { user, customer, claims, told };
}

/** In development the addresses of ADMIN_EMAILS become admins here; production refuses that variable. */
async function saveUser(app: App, person: { id: string; email: string }): Promise<User> {
  const isAdmin = app.config.isDevelopment && app.config.adminEmails.includes(person.email);
  try {
    const [saved] = await app.database.db
      .insert(users)
      .values({ ...person, emailVerified: true, role: isAdmin ? 'admin' : 'customer' })
      .onConflictDoUpdate({
        target: users.id,
        set: { email: sql`excluded.email`, emailVerified: true },
      })
      .returning();
    if (!saved) throw new Error('A user row was neither inserted nor updated.');
    return saved;
  } catch (error) {
    if (violatesUnique(error, 'users_email')) {
      throw new Problem(accountsProblems.ACCOUNT_OWNERSHIP_CONFLICT, { cause: error });
    }
    throw error;
  }
}

function normaliseEmail(email: string | null): string {
  return email?.trim().toLowerCase() ?? '';
}
