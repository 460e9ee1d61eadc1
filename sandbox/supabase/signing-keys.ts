import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { v7 } from 'uuid';

export type SigningKey = {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
};

/** ES256 keys of the auth server: one signs, all of `published` are shown to verifiers. */
export type SigningKeys = { signing: SigningKey; published: SigningKey[] };

export function createSigningKeys(): SigningKeys {
  const key = createSigningKey();
  return { signing: key, published: [key] };
}

export function createSigningKey(): SigningKey {
  return { kid: v7(), ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

/** The body of `/.well-known/jwks.json`. */
export function jwksOf(keys: SigningKeys): { keys: object[] } {
  return {
    keys: keys.published.map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: 'jwk' }),
      kid,
      alg: 'ES256',
      use: 'sig',
      key_ops: ['verify'],
      ext: true,
    })),
  };
}
