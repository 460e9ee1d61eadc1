import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { v7 } from 'uuid';

export type SigningAlg = 'ES256' | 'RS256';

export type SigningKey = {
  kid: string;
  alg: SigningAlg;
  privateKey: KeyObject;
  publicKey: KeyObject;
};

/** Keys of the auth server: one signs, all of `published` are shown to verifiers. */
export type SigningKeys = { signing: SigningKey; published: SigningKey[] };

export function createSigningKeys(): SigningKeys {
  const key = createSigningKey();
  return { signing: key, published: [key] };
}

export function createSigningKey(alg: SigningAlg = 'ES256'): SigningKey {
  const pair =
    alg === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { kid: v7(), alg, ...pair };
}

/** The body of `/.well-known/jwks.json`. */
export function jwksOf(keys: SigningKeys): { keys: object[] } {
  return {
    keys: keys.published.map(({ kid, alg, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      alg,
      use: 'sig',
      key_ops: ['verify'],
      ext: true,
    })),
  };
}
