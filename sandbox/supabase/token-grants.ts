import { z } from 'zod';
import { AuthRefusal } from './auth-error.ts';
import { readGoogleToken } from './google-token.ts';
import { addIdentity, createPerson, findByEmail } from './people.ts';
import type { Person } from './people.ts';
import { readBody } from './read-body.ts';
import { redeemAuthCode, refreshSession, startSession } from './sessions.ts';
import type { Session } from './sessions.ts';
import type { SupabaseState } from './supabase-state.ts';

const passwordBody = z.looseObject({ email: z.string(), password: z.string() });
const refreshBody = z.looseObject({ refresh_token: z.string() });
const pkceBody = z.looseObject({
  auth_code: z.string(),
  code_verifier: z.string(),
});
const idTokenBody = z.looseObject({
  provider: z.string(),
  id_token: z.string(),
  nonce: z.string().optional(),
});

/** The four ways to a session at `POST /token`. */
export async function grantSession(
  state: SupabaseState,
  grantType: unknown,
  body: unknown,
): Promise<Session> {
  switch (grantType) {
    case 'password':
      return grantByPassword(state, body);
    case 'refresh_token':
      return refreshSession(state.auth, readBody(refreshBody, body).refresh_token);
    case 'pkce': {
      const { auth_code: code, code_verifier: verifier } = readBody(pkceBody, body);
      return redeemAuthCode(state.auth, code, verifier);
    }
    case 'id_token':
      return grantByIdToken(state, body);
    default:
      throw new AuthRefusal(400, 'validation_failed', 'unsupported_grant_type');
  }
}

function grantByPassword(state: SupabaseState, body: unknown): Session {
  const { email, password } = readBody(passwordBody, body);
  const person = findByEmail(state.auth.people, email);
  if (person?.password !== password) {
    throw new AuthRefusal(400, 'invalid_credentials', 'Invalid login credentials');
  }
  // Only who knows the password learns that the address waits for its confirmation.
  if (person.emailConfirmedAt === null) {
    throw new AuthRefusal(400, 'email_not_confirmed', 'Email not confirmed');
  }
  return startSession(state.auth, person, 'password');
}

async function grantByIdToken(state: SupabaseState, body: unknown): Promise<Session> {
  const { provider, id_token: idToken, nonce } = readBody(idTokenBody, body);
  if (provider !== 'google') {
    throw new AuthRefusal(400, 'provider_disabled', `Provider (${provider}) is not enabled`);
  }
  const claims = await readGoogleToken(state.googleKey, idToken, nonce);
  const person = personOfGoogle(state, claims);
  return startSession(state.auth, person, 'oauth');
}

/** A verified Google address joins the account that has it already. */
function personOfGoogle(
  state: SupabaseState,
  claims: { email: string } & Record<string, unknown>,
): Person {
  const nowIso = new Date(state.auth.nowMs()).toISOString();
  const known = findByEmail(state.auth.people, claims.email);
  const person = known ?? createPerson(claims.email, null, nowIso);
  person.emailConfirmedAt ??= nowIso;
  const names = Object.entries(claims).filter(([name]) =>
    ['name', 'full_name', 'given_name', 'family_name', 'picture'].includes(name),
  );
  person.metadata = { ...person.metadata, ...Object.fromEntries(names) };
  addIdentity(person, 'google', claims, nowIso);
  state.auth.people.set(person.id, person);
  return person;
}
