import { hmacSha256, type Computation } from './compute-digest.ts';
import { u32, utf8, type Bytes } from './encode-bytes.ts';

const WORDS = 2n ** 64n;

/**
 * A number 0 … n-1, each equally likely, determined by key, label and index.
 * Words above the last whole multiple of n are thrown away: a plain remainder would favour the small numbers.
 */
export function* pickUniform(
  key: Bytes,
  label: string,
  index: number,
  n: number,
): Computation<number> {
  if (!Number.isSafeInteger(n) || n < 1) throw new RangeError('nothing to pick from');
  const choices = BigInt(n);
  const limit = WORDS - (WORDS % choices);
  for (let attempt = 0; ; attempt += 1) {
    const mac = yield* hmacSha256(key, utf8(label), u32(index), u32(attempt));
    const word = new DataView(mac.buffer, mac.byteOffset).getBigUint64(0);
    if (word < limit) return Number(word % choices);
  }
}
