import { readNow } from '../../../db/client.ts';
import { HOUR_MS } from '../../../kernel/clock.ts';
import { TokenInvalid } from '../../../integrations/supabase/identity-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';
import { signInProblems } from '../sign-in.problems.ts';
import { failEvenly } from './answer-evenly.ts';
import { refuseBreachedPassword, toSignInProblem } from './check-new-password.ts';
import { limitSignIn } from './limit-sign-in.ts';
import { askIdentity } from './read-bearer.ts';
import { WRONG_PASSWORD } from './sign-in.ts';

/** How the provider calls a sign-in by the link of a mail. */
const BY_MAIL: ReadonlySet<string> = new Set(['otp', 'recovery', 'magiclink']);
const LINK_LIFETIME_MS = HOUR_MS;

/**
 * Use case: a new password for whoever has just opened the link of a mail, which is what the token says. All sessions of
 * the person end, because whoever knew the old password may have some.
 *
 * @throws Problem RESET_LINK_INVALID, PASSWORD_BREACHED, PASSWORD_TOO_WEAK, PASSWORD_UNCHANGED, RATE_LIMITED,
 *   AUTH_VERIFIER_UNAVAILABLE
 */
export async function resetPassword(
  app: App,
  request: { token: string; password: string; clientAddress: string },
): Promise<void> {
  const { token, password, clientAddress } = request;
  const userId = await readResetToken(app, token);
  await limitSignIn(app, 'reset', { clientAddress, account: userId });
  await refuseBreachedPassword(app, password);
  await setPassword(app, token, password, signInProblems.RESET_LINK_INVALID);
  await endSessions(app, token, 'global');
}

/** The person whose link it is. */
async function readResetToken(app: App, token: string): Promise<string> {
  const claims = await askIdentity(() =>
    app.identity.verifyToken(token).catch((error: unknown) => {
      if (!(error instanceof TokenInvalid)) throw error;
      throw new Problem(signInProblems.RESET_LINK_INVALID, { cause: error });
    }),
  );
  const { authenticatedAtSeconds: at, methods } = claims;
  const now = await readNow(app);
  const isFresh = at !== null && now.getTime() - at * 1_000 <= LINK_LIFETIME_MS;
  if (!isFresh || !methods.some((method) => BY_MAIL.has(method))) {
    throw new Problem(signInProblems.RESET_LINK_INVALID);
  }
  return claims.userId;
}

/**
 * Use case: a new password for somebody who is signed in and knows the present one. A session left open at a stranger's
 * machine must not be enough to take an account over. All other sessions end.
 *
 * @throws Problem CREDENTIALS_INVALID, PASSWORD_BREACHED, PASSWORD_TOO_WEAK, PASSWORD_UNCHANGED, RATE_LIMITED,
 *   AUTH_TOKEN_INVALID, AUTH_VERIFIER_UNAVAILABLE
 */
export async function changePassword(
  app: App,
  request: {
    token: string;
    person: { id: string; email: string };
    currentPassword: string;
    newPassword: string;
    clientAddress: string;
  },
): Promise<void> {
  const { token, person, currentPassword, newPassword, clientAddress } = request;
  await limitSignIn(app, 'change', { clientAddress, account: person.id });
  await failEvenly(() => proveKnown(app, person.email, currentPassword));
  await refuseBreachedPassword(app, newPassword);
  await setPassword(app, token, newPassword, accountsProblems.AUTH_TOKEN_INVALID);
  await endSessions(app, token, 'others');
}

async function proveKnown(app: App, email: string, password: string): Promise<void> {
  try {
    // The session that this opens ends with the others.
    await app.signIn.signIn({ email, password });
  } catch (error) {
    throw toSignInProblem(error, WRONG_PASSWORD);
  }
}

async function setPassword(
  app: App,
  token: string,
  password: string,
  sessionOver: Problem['spec'],
): Promise<void> {
  try {
    await app.signIn.changePassword(token, password);
  } catch (error) {
    throw toSignInProblem(error, {
      bad_jwt: sessionOver,
      session_not_found: sessionOver,
      session_expired: sessionOver,
      user_not_found: sessionOver,
    });
  }
}

/** The password is changed by now: that is not to be told as a failure. */
async function endSessions(app: App, token: string, scope: 'others' | 'global'): Promise<void> {
  try {
    await app.signIn.signOut(token, scope);
  } catch (error) {
    app.log.error({ err: error }, 'the sessions of a person with a new password were not ended');
  }
}
