import type { ProviderSession } from '../../../integrations/supabase/sign-in-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';
import { signInProblems } from '../sign-in.problems.ts';
import { failEvenly } from './answer-evenly.ts';
import { toSignInProblem } from './check-new-password.ts';
import { limitSignIn } from './limit-sign-in.ts';

/** Whoever does not know the password learns one thing only: that this was wrong. */
export const WRONG_PASSWORD = {
  invalid_credentials: signInProblems.CREDENTIALS_INVALID,
  user_not_found: signInProblems.CREDENTIALS_INVALID,
  user_banned: signInProblems.CREDENTIALS_INVALID,
  validation_failed: signInProblems.CREDENTIALS_INVALID,
  // The provider says so only to whom the password was right.
  email_not_confirmed: accountsProblems.EMAIL_NOT_VERIFIED,
};

/**
 * Use case: a session for an e-mail and its password.
 * @throws Problem CREDENTIALS_INVALID, EMAIL_NOT_VERIFIED, RATE_LIMITED, AUTH_VERIFIER_UNAVAILABLE
 */
export async function signIn(
  app: App,
  request: { email: string; password: string; clientAddress: string },
): Promise<ProviderSession> {
  const { password, clientAddress } = request;
  const email = request.email.toLowerCase();
  await limitSignIn(app, 'login', { clientAddress, account: email });
  return failEvenly(async () => {
    try {
      return await app.signIn.signIn({ email, password });
    } catch (error) {
      throw toSignInProblem(error, WRONG_PASSWORD);
    }
  });
}

const SESSION_OVER = accountsProblems.AUTH_TOKEN_INVALID;
const SESSION_REFUSALS = {
  refresh_token_not_found: SESSION_OVER,
  refresh_token_already_used: SESSION_OVER,
  session_not_found: SESSION_OVER,
  session_expired: SESSION_OVER,
  user_banned: SESSION_OVER,
  user_not_found: SESSION_OVER,
  validation_failed: SESSION_OVER,
};

/**
 * Use case: a new access token for a session; its age as a sign-in stays.
 * @throws Problem AUTH_REQUIRED (no session), AUTH_TOKEN_INVALID, AUTH_VERIFIER_UNAVAILABLE
 */
export async function refreshSession(
  app: App,
  refreshToken: string | null,
): Promise<ProviderSession> {
  if (refreshToken === null) throw new Problem(accountsProblems.AUTH_REQUIRED);
  try {
    return await app.signIn.refresh(refreshToken);
  } catch (error) {
    throw toSignInProblem(error, SESSION_REFUSALS);
  }
}

/**
 * Use case: ends the session that these cookies are of. Whatever the provider says, the browser forgets them: a person who
 * leaves must be able to.
 */
export async function signOut(
  app: App,
  cookies: { access: string | null; refresh: string | null },
): Promise<void> {
  try {
    const token =
      cookies.access ??
      (cookies.refresh === null ? null : (await app.signIn.refresh(cookies.refresh)).accessToken);
    if (token !== null) await app.signIn.signOut(token, 'local');
  } catch (error) {
    app.log.warn({ err: error }, 'a session was not ended at the sign-in provider');
  }
}
