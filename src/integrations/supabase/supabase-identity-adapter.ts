import { createClient, isAuthApiError, isAuthSessionMissingError } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { assertOutsideTransaction } from '../../db/transaction-context.ts';
import { ProviderError } from '../provider-error.ts';
import type { ProviderErrorKind } from '../provider-error.ts';
import { fetchWithTimeout } from './fetch-with-timeout.ts';
import { TokenInvalid } from './identity-port.ts';
import type { IdentityPort, IdentityUser, VerifiedToken } from './identity-port.ts';

const DEFAULT_TIMEOUT_MS = 5_000;
const CLOCK_TOLERANCE_SECONDS = 5;
/** The provider's edge caches its answer as long. */
const KEYS_MAX_AGE_MS = 10 * 60_000;
/** Junk with invented key ids must not become a flood of requests to the provider. */
const KEYS_COOLDOWN_MS = 30_000;

export type SupabaseIdentitySettings = {
  /** Without trailing slash. */
  url: string;
  publicKey: string;
  timeoutMs?: number;
  /** After a token with an unknown key made us fetch the keys, how long the next one does not. */
  keysCooldownMs?: number;
};

const claims = z.object({
  sub: z.uuid(),
  email: z.string().optional(),
  session_id: z.string().min(1).optional().catch(undefined),
  // Only the admin rules need it: a strange list must not lock customers out.
  amr: z
    .array(z.object({ method: z.string(), timestamp: z.number() }))
    .optional()
    .catch(undefined),
});

const optionalText = z.string().trim().min(1).optional().catch(undefined);

const user = z.object({
  id: z.uuid(),
  email: z.string().optional(),
  email_confirmed_at: z.string().nullish(),
  user_metadata: z
    .object({ given_name: optionalText, family_name: optionalText })
    .optional()
    .catch(undefined),
});

/** Accounts and access tokens of Supabase Auth. */
export function createSupabaseIdentityAdapter(settings: SupabaseIdentitySettings): IdentityPort {
  const timeoutMs = settings.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const issuer = `${settings.url}/auth/v1`;
  const cooldownMs = settings.keysCooldownMs ?? KEYS_COOLDOWN_MS;
  const findKey = publishedKeys(issuer, { timeoutMs, cooldownMs });
  const client = createClient(settings.url, settings.publicKey, {
    auth: {
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
    },
    global: { fetch: fetchWithTimeout(timeoutMs) },
  });
  return {
    verifyToken: async (token) => {
      assertOutsideTransaction('supabase.verifyToken');
      return verifyToken(token, issuer, findKey);
    },
    fetchUser: async (token) => {
      assertOutsideTransaction('supabase.fetchUser');
      return fetchUser(client, token);
    },
  };
}

/** Tells an unknown key (the token's fault) from keys that cannot be had (nobody's). */
function publishedKeys(
  issuer: string,
  { timeoutMs, cooldownMs }: { timeoutMs: number; cooldownMs: number },
): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    timeoutDuration: timeoutMs,
    cacheMaxAge: KEYS_MAX_AGE_MS,
    cooldownDuration: cooldownMs,
  });
  return async (header, token) => {
    try {
      return await remote(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey) throw cause;
      if (cause instanceof errors.JWKSMultipleMatchingKeys) throw cause;
      throw identityFailed('verifyToken', 'unknown', cause);
    }
  };
}

async function verifyToken(
  token: string,
  issuer: string,
  findKey: JWTVerifyGetKey,
): Promise<VerifiedToken> {
  try {
    const { payload } = await jwtVerify(token, findKey, {
      // HS256 would make the published key a shared secret.
      algorithms: ['ES256', 'RS256'],
      issuer,
      audience: 'authenticated',
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    const claim = claims.parse(payload);
    return {
      userId: claim.sub,
      email: textOrNull(claim.email),
      sessionId: claim.session_id ?? null,
      ...readProofs(claim.amr ?? []),
    };
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause;
    throw new TokenInvalid(cause);
  }
}

function readProofs(
  amr: readonly { method: string; timestamp: number }[],
): Pick<VerifiedToken, 'authenticatedAtSeconds' | 'methods'> {
  const proofs = amr.filter((entry) => entry.method !== 'token_refresh');
  return {
    authenticatedAtSeconds:
      proofs.length === 0 ? null : Math.min(...proofs.map((entry) => entry.timestamp)),
    methods: proofs.map((entry) => entry.method),
  };
}

async function fetchUser(client: SupabaseClient, token: string): Promise<IdentityUser> {
  const { data, error } = await client.auth.getUser(token);
  if (error !== null) throw fetchUserFailed(error);
  const answer = user.safeParse(data.user);
  if (!answer.success) throw identityFailed('fetchUser', 'unknown', answer.error);
  const account = answer.data;
  return {
    id: account.id,
    email: textOrNull(account.email),
    emailVerified: textOrNull(account.email_confirmed_at) !== null,
    firstName: account.user_metadata?.given_name ?? null,
    lastName: account.user_metadata?.family_name ?? null,
  };
}

/**
 * The gateway refuses a wrong API key with 401 and without a code; the auth server names a code for
 * everything that is wrong with the token.
 */
function fetchUserFailed(error: Error): Error {
  if (isAuthSessionMissingError(error)) return new TokenInvalid(error);
  if (!isAuthApiError(error)) return identityFailed('fetchUser', 'unknown', error);
  if (error.status === 429) return identityFailed('fetchUser', 'unknown', error);
  if (error.status === 401 && error.code === undefined) {
    return identityFailed('fetchUser', 'misconfigured', error);
  }
  if ([400, 401, 403, 404].includes(error.status)) return new TokenInvalid(error);
  return identityFailed('fetchUser', 'rejected', error);
}

function identityFailed(operation: string, kind: ProviderErrorKind, cause: unknown): ProviderError {
  return new ProviderError({ provider: 'supabase', kind, operation, cause });
}

/** Supabase writes "" where a person has no e-mail. */
function textOrNull(value: string | null | undefined): string | null {
  return value === undefined || value === null || value === '' ? null : value;
}
