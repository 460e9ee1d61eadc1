import type { Computation } from './compute-digest.ts';
import type { Bytes } from './encode-bytes.ts';
import { pickUniform } from './pick-uniform.ts';

/**
 * Place of the drawn number, 0 … freeCount-1, in the ascending list of the set's free numbers.
 *
 * @param seq Which draw of the set this is, from 1.
 * @throws RangeError when nothing is free.
 */
export function pickPosition(entropy: Bytes, seq: number, freeCount: number): Computation<number> {
  return pickUniform(entropy, 'kuji/1 pick', seq, freeCount);
}
