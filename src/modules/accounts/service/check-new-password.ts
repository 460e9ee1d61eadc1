import { ProviderError } from '../../../integrations/provider-error.ts';
import { SignInRefused } from '../../../integrations/supabase/sign-in-port.ts';
import type { App } from '../../../kernel/app.ts';
import { Problem, problems } from '../../../kernel/problems.ts';
import { accountsProblems } from '../accounts.problems.ts';
import { signInProblems } from '../sign-in.problems.ts';

/**
 * Refuses a password that was stolen somewhere before. If the lookup does not answer, it is let through and the log says
 * so: nobody should be kept out of the shop by a third party's bad hour.
 *
 * @throws Problem PASSWORD_BREACHED
 */
export async function refuseBreachedPassword(app: App, password: string): Promise<void> {
  try {
    if (!(await app.breaches.isBreached(password))) return;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    app.log.warn({ err: error }, 'a new password was not looked up among stolen ones');
    return;
  }
  throw new Problem(signInProblems.PASSWORD_BREACHED);
}

/** A failure of the sign-in provider in the words of the shop; `known` says what its own codes mean here. */
export function toSignInProblem(
  error: unknown,
  known: Readonly<Record<string, Problem['spec']>>,
): unknown {
  if (error instanceof ProviderError) {
    return new Problem(accountsProblems.AUTH_VERIFIER_UNAVAILABLE, { cause: error });
  }
  if (!(error instanceof SignInRefused)) return error;
  const spec = known[error.code] ?? NEW_PASSWORD_REFUSALS[error.code];
  if (spec !== undefined) return new Problem(spec, { cause: error });
  if (error.status === 429) {
    return new Problem(problems.RATE_LIMITED, { cause: error, retryAfterSeconds: 60 });
  }
  return new Problem(accountsProblems.AUTH_VERIFIER_UNAVAILABLE, { cause: error });
}

const NEW_PASSWORD_REFUSALS: Readonly<Record<string, Problem['spec']>> = {
  weak_password: signInProblems.PASSWORD_TOO_WEAK,
  same_password: signInProblems.PASSWORD_UNCHANGED,
};
