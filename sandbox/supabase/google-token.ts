import { createHash, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { SignJWT, jwtVerify } from 'jose';
import { v5 } from 'uuid';
import { z } from 'zod';
import { OAuthRefusal } from './auth-error.ts';

const ISSUER = 'https://accounts.google.com';
const CLIENT_ID = 'sandbox.apps.googleusercontent.com';
const SUBJECT_NAMESPACE = '0b5ac3c3-3c2f-43d9-9c1c-6a8e4a1c2f77';

export type GoogleKey = { privateKey: KeyObject; publicKey: KeyObject };

export type GoogleTokenOptions = {
  email: string;
  /** The raw nonce; the token carries its hash, as Google's does. */
  nonce?: string;
  /** `given_name`, `family_name`, `name`, … */
  metadata?: Record<string, unknown>;
};

const googleClaims = z.looseObject({
  sub: z.string(),
  email: z.email(),
  nonce: z.string().optional(),
});

export type GoogleClaims = z.infer<typeof googleClaims>;

export function createGoogleKey(): GoogleKey {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

/** An identity token as the Google button would get it, signed by the sandbox's own Google. */
export async function signGoogleToken(
  key: GoogleKey,
  options: GoogleTokenOptions,
): Promise<string> {
  const nonce = options.nonce === undefined ? {} : { nonce: hashNonce(options.nonce) };
  return new SignJWT({
    sub: v5(options.email, SUBJECT_NAMESPACE),
    email: options.email,
    email_verified: true,
    ...options.metadata,
    ...nonce,
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(CLIENT_ID)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(key.privateKey);
}

/** Reads such a token; `nonce` is the raw one, which only the true browser knows. */
export async function readGoogleToken(
  key: GoogleKey,
  idToken: string,
  nonce: string | undefined,
): Promise<GoogleClaims> {
  let claims: GoogleClaims;
  try {
    const { payload } = await jwtVerify(idToken, key.publicKey, {
      algorithms: ['RS256'],
      issuer: ISSUER,
      audience: CLIENT_ID,
    });
    claims = googleClaims.parse(payload);
  } catch {
    throw new OAuthRefusal('invalid request', 'Bad ID token');
  }
  if ((claims.nonce ?? '') !== (nonce === undefined ? '' : hashNonce(nonce))) {
    throw new OAuthRefusal('invalid nonce', 'Nonces mismatch');
  }
  return claims;
}

function hashNonce(nonce: string): string {
  return createHash('sha256').update(nonce).digest('hex');
}
