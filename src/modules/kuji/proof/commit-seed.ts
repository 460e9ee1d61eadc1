import { hmacSha256, sha256, type Computation } from './compute-digest.ts';
import { concatBytes, lengthPrefixed, utf8, type Bytes } from './encode-bytes.ts';

export const SEED_BYTES = 32;

/** Binds the shop to its seed without showing it. */
export function commitSeed(setId: string, manifestHash: Bytes, seed: Bytes): Computation<Bytes> {
  return sha256(utf8('kuji/1 commit'), lengthPrefixed(setId), manifestHash, checked(seed));
}

/** `K`: the key of the shuffle and of the salts. As secret as the seed. */
export function deriveDeckKey(setId: string, manifestHash: Bytes, seed: Bytes): Computation<Bytes> {
  const context = concatBytes([utf8('kuji/1 deck'), lengthPrefixed(setId), manifestHash]);
  return hmacSha256(checked(seed), context);
}

function checked(seed: Bytes): Bytes {
  if (seed.length !== SEED_BYTES) throw new RangeError('a seed has 32 bytes');
  return seed;
}
