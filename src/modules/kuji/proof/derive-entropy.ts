import { sha256, type Computation } from './compute-digest.ts';
import { lengthPrefixed, utf8, type Bytes } from './encode-bytes.ts';

/**
 * What decides the draws of one payment in one set. It is public; the payment's id stays with its buyer, who alone can
 * check this step.
 */
export function deriveEntropy(setId: string, paymentIntentId: string): Computation<Bytes> {
  return sha256(utf8('kuji/1 entropy'), lengthPrefixed(setId), lengthPrefixed(paymentIntentId));
}
