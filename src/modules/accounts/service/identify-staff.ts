import { readNow } from '../../../db/client.ts';
import type { StaffMember } from '../../../http/auth.ts';
import type { App } from '../../../kernel/app.ts';
import { HOUR_MS } from '../../../kernel/clock.ts';
import { Problem } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';
import { identifyPerson } from './identify-person.ts';

/** An admin proves who he is at least twice a day; refreshing a token does not count. */
const MAX_SESSION_MS = 12 * HOUR_MS;

/**
 * A person of the shop with at least this role (an admin may do all that staff may). The role comes from our own table;
 * what a token claims about roles is never read.
 *
 * @throws Problem AUTH_REQUIRED, AUTH_TOKEN_INVALID (also after twelve hours), ADMIN_ROLE_REQUIRED,
 *   AUTH_VERIFIER_UNAVAILABLE; a database that does not answer is a 503, because a 401 would log admins out
 */
export async function identifyStaff(
  app: App,
  authorization: string | null,
  role: 'admin' | 'staff',
): Promise<StaffMember> {
  const { user, claims } = await identifyPerson(app, authorization);
  if (user.role === 'customer' || (role === 'admin' && user.role !== 'admin')) {
    throw new Problem(accountsProblems.ADMIN_ROLE_REQUIRED);
  }
  const { authenticatedAtSeconds, sessionId } = claims;
  const now = await readNow(app);
  const isFresh =
    authenticatedAtSeconds !== null &&
    now.getTime() - authenticatedAtSeconds * 1000 <= MAX_SESSION_MS;
  if (!isFresh || sessionId === null) throw new Problem(accountsProblems.AUTH_TOKEN_INVALID);
  return { userId: user.id, email: user.email, role: user.role, actor: `${user.role}:${user.id}` };
}
