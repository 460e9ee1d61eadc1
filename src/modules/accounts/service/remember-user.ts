import { eq, sql } from 'drizzle-orm';
import { users, type UserRole } from '../../../db/schema/accounts.ts';
import { violatesUnique } from '../../../db/pg-error.ts';
import type { VerifiedToken } from '../../../integrations/supabase/identity-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';
import { askIdentity } from './read-bearer.ts';

export type KnownUser = { id: string; email: string; role: UserRole };

/**
 * Our row of a signed-in person, made at first contact. Whether the e-mail is verified is no dependable claim of a token:
 * it is asked of the sign-in provider once and remembered until the e-mail changes.
 *
 * In development the addresses of ADMIN_EMAILS become admins here; production refuses that variable.
 *
 * @throws Problem EMAIL_NOT_VERIFIED, ACCOUNT_OWNERSHIP_CONFLICT, AUTH_TOKEN_INVALID, AUTH_VERIFIER_UNAVAILABLE
 */
export async function rememberUser(
  app: App,
  claims: VerifiedToken,
  token: string,
): Promise<KnownUser> {
  const claimed = claims.email?.trim().toLowerCase() ?? null;
  const [known] = await app.database.db.select().from(users).where(eq(users.id, claims.userId));
  if (known?.emailVerified === true && known.email === claimed) return known;

  const person = await askIdentity(() => app.identity.fetchUser(token));
  const email = person.email?.trim().toLowerCase() ?? '';
  if (!person.emailVerified || email === '') throw new Problem(accountsProblems.EMAIL_NOT_VERIFIED);
  return saveUser(app, { id: person.id, email });
}

async function saveUser(app: App, person: { id: string; email: string }): Promise<KnownUser> {
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
