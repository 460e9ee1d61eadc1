import { Problem } from '../../../kernel/problems.ts';
import { ProviderError } from '../../../integrations/provider-error.ts';
import { TokenInvalid } from '../../../integrations/supabase/identity-port.ts';
import { accountsProblems } from '../accounts.problems.ts';

/** The token of an Authorization header. @throws Problem AUTH_REQUIRED */
export function readBearer(authorization: string | null): string {
  const token = /^Bearer ([\w.~+/=-]+)$/i.exec(authorization?.trim() ?? '')?.[1];
  if (token === undefined) throw new Problem(accountsProblems.AUTH_REQUIRED);
  return token;
}

/**
 * Asks the sign-in provider. A bad token and an unreachable provider are different things: the first signs a person out.
 * @throws Problem AUTH_TOKEN_INVALID, AUTH_VERIFIER_UNAVAILABLE
 */
export async function askIdentity<T>(ask: () => Promise<T>): Promise<T> {
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
