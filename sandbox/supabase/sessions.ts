import { createHash, randomBytes } from 'node:crypto';
import { SignJWT, UnsecuredJWT, errors, jwtVerify } from 'jose';
import { v4 } from 'uuid';
import { AuthRefusal } from './auth-error.ts';
import { userJson } from './people.ts';
import type { People, Person } from './people.ts';
import { createSigningKey } from './signing-keys.ts';
import type { SigningKeys } from './signing-keys.ts';

export const ACCESS_TOKEN_SECONDS = 3600;
/** Tabs, middleware and server refresh at the same moment: a spent token still works this long. */
const REUSE_WINDOW_MS = 10_000;
const AUTH_CODE_LIFETIME_MS = 5 * 60_000;

export type AuthMethod = 'password' | 'oauth' | 'email/signup' | 'recovery';
export type Session = {
  id: string;
  personId: string;
  /** Written at sign-in, never at refresh: its age is the age of the sign-in. */
  amr: { method: string; timestamp: number }[];
  activeRefreshToken: string;
};
type RefreshToken = { sessionId: string; spentAtMs: number | null };
type AuthCode = {
  personId: string;
  method: AuthMethod;
  challenge: CodeChallenge;
  createdAtMs: number;
};
export type CodeChallenge = { value: string; method: string };

export type Sessions = {
  sessions: Map<string, Session>;
  refreshTokens: Map<string, RefreshToken>;
  authCodes: Map<string, AuthCode>;
};

export function createSessions(): Sessions {
  return {
    sessions: new Map(),
    refreshTokens: new Map(),
    authCodes: new Map(),
  };
}

/** What issuing and checking tokens needs. */
export type TokenContext = {
  /** `<base URL>/auth/v1`. */
  issuer: () => string;
  people: People;
  keys: SigningKeys;
  tokens: Sessions;
  nowMs: () => number;
};

export function startSession(
  context: TokenContext,
  person: Person,
  method: AuthMethod,
  authenticatedAtSeconds: number = nowSeconds(context),
): Session {
  const session: Session = {
    id: v4(),
    personId: person.id,
    amr: [{ method, timestamp: authenticatedAtSeconds }],
    activeRefreshToken: '',
  };
  context.tokens.sessions.set(session.id, session);
  rotateRefreshToken(context, session);
  person.lastSignInAt = new Date(context.nowMs()).toISOString();
  return session;
}

function rotateRefreshToken(context: TokenContext, session: Session): void {
  const spent = context.tokens.refreshTokens.get(session.activeRefreshToken);
  if (spent !== undefined) spent.spentAtMs = context.nowMs();
  session.activeRefreshToken = randomBytes(9).toString('base64url');
  context.tokens.refreshTokens.set(session.activeRefreshToken, {
    sessionId: session.id,
    spentAtMs: null,
  });
}

/** Turns a refresh token into the session it belongs to, with a new active refresh token. */
export function refreshSession(context: TokenContext, refreshToken: string): Session {
  const known = context.tokens.refreshTokens.get(refreshToken);
  const session = known && context.tokens.sessions.get(known.sessionId);
  if (known === undefined || session === undefined) {
    throw new AuthRefusal(
      400,
      'refresh_token_not_found',
      'Invalid Refresh Token: Refresh Token Not Found',
    );
  }
  if (known.spentAtMs === null) {
    rotateRefreshToken(context, session);
  } else if (context.nowMs() - known.spentAtMs > REUSE_WINDOW_MS) {
    // A spent token that comes back late may be stolen: the whole family ends.
    endSession(context, session.id);
    throw new AuthRefusal(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
  }
  return session;
}

export function endSession(context: TokenContext, sessionId: string): void {
  context.tokens.sessions.delete(sessionId);
}

/** A one-time code that only the holder of the code verifier can turn into a session. */
export function issueAuthCode(
  context: TokenContext,
  person: Person,
  method: AuthMethod,
  challenge: CodeChallenge,
): string {
  const code = v4();
  context.tokens.authCodes.set(code, {
    personId: person.id,
    method,
    challenge,
    createdAtMs: context.nowMs(),
  });
  return code;
}

export function redeemAuthCode(context: TokenContext, code: string, verifier: string): Session {
  const issued = context.tokens.authCodes.get(code);
  const person = issued && context.people.get(issued.personId);
  if (issued === undefined || person === undefined) {
    throw new AuthRefusal(
      404,
      'flow_state_not_found',
      'invalid flow state, no valid flow state found',
    );
  }
  if (context.nowMs() - issued.createdAtMs > AUTH_CODE_LIFETIME_MS) {
    throw new AuthRefusal(403, 'flow_state_expired', 'invalid flow state, flow state has expired');
  }
  const isHashed = issued.challenge.method.toLowerCase() === 's256';
  const answer = isHashed ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  if (answer !== issued.challenge.value) {
    throw new AuthRefusal(
      400,
      'bad_code_verifier',
      'code challenge does not match previously saved code verifier',
    );
  }
  context.tokens.authCodes.delete(code);
  return startSession(context, person, issued.method);
}

/** The answer of every sign-in: tokens and user. */
export async function sessionJson(
  context: TokenContext,
  session: Session,
): Promise<Record<string, unknown>> {
  const person = personOf(context, session);
  const issuedAt = nowSeconds(context);
  return {
    access_token: await issueToken(context, { session }),
    token_type: 'bearer',
    expires_in: ACCESS_TOKEN_SECONDS,
    expires_at: issuedAt + ACCESS_TOKEN_SECONDS,
    refresh_token: session.activeRefreshToken,
    user: userJson(person),
  };
}

export type TokenOverrides = {
  session: Session;
  /** Replaces claims; `undefined` leaves one out. */
  claims?: Record<string, unknown>;
  /** `stranger` signs with a key that is published nowhere. */
  signedBy?: 'published' | 'stranger';
  /** What an attacker would try. `HS256` uses the public key as the shared secret. */
  alg?: 'none' | 'HS256';
  /** Null leaves it out. */
  kid?: string | null;
};

/** An access token; the overrides make the broken ones that a verifier has to refuse. */
export async function issueToken(
  context: TokenContext,
  overrides: TokenOverrides,
): Promise<string> {
  const { session, claims = {}, signedBy = 'published' } = overrides;
  const person = personOf(context, session);
  const issuedAt = nowSeconds(context);
  const payload = {
    iss: context.issuer(),
    sub: person.id,
    aud: 'authenticated',
    exp: issuedAt + ACCESS_TOKEN_SECONDS,
    iat: issuedAt,
    email: person.email,
    phone: '',
    app_metadata: userJson(person).app_metadata,
    user_metadata: person.metadata,
    role: 'authenticated',
    aal: 'aal1',
    amr: session.amr,
    session_id: session.id,
    is_anonymous: false,
    ...claims,
  };
  if (overrides.alg === 'none') return new UnsecuredJWT(payload).encode();
  const key = signedBy === 'published' ? context.keys.signing : createSigningKey();
  const kid = overrides.kid === undefined ? key.kid : overrides.kid;
  const alg = overrides.alg ?? key.alg;
  const header = { alg, typ: 'JWT', ...(kid === null ? {} : { kid }) };
  const secret =
    alg === 'HS256'
      ? Buffer.from(key.publicKey.export({ type: 'spki', format: 'pem' }))
      : key.privateKey;
  return new SignJWT(payload).setProtectedHeader(header).sign(secret);
}

/** The person and session behind a bearer token, or the auth server's refusal. */
export async function checkBearer(
  context: TokenContext,
  authorization: string | undefined,
): Promise<{ person: Person; session: Session }> {
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) {
    throw new AuthRefusal(401, 'no_authorization', 'This endpoint requires a valid Bearer token');
  }
  const sessionId = await verifiedSessionId(context, token);
  const session = context.tokens.sessions.get(sessionId);
  const person = session && context.people.get(session.personId);
  if (session === undefined || person === undefined) {
    throw new AuthRefusal(
      403,
      'session_not_found',
      'Session from session_id claim in JWT does not exist',
    );
  }
  return { person, session };
}

async function verifiedSessionId(context: TokenContext, token: string): Promise<string> {
  try {
    const { payload } = await jwtVerify(
      token,
      (header) => {
        const key = context.keys.published.find(({ kid }) => kid === header.kid);
        if (key === undefined) throw new errors.JWKSNoMatchingKey();
        return key.publicKey;
      },
      { algorithms: ['ES256', 'RS256'], currentDate: new Date(context.nowMs()) },
    );
    const sessionId = payload.session_id;
    return typeof sessionId === 'string' ? sessionId : '';
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AuthRefusal(
      403,
      'bad_jwt',
      `invalid JWT: unable to parse or verify signature, ${reason}`,
    );
  }
}

function personOf(context: TokenContext, session: Session): Person {
  const person = context.people.get(session.personId);
  if (person === undefined) throw new Error(`session ${session.id} belongs to nobody`);
  return person;
}

function nowSeconds(context: TokenContext): number {
  return Math.floor(context.nowMs() / 1000);
}
