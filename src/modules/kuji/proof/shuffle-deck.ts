import type { Computation } from './compute-digest.ts';
import type { Bytes } from './encode-bytes.ts';
import type { ManifestPrize } from './hash-manifest.ts';
import { pickUniform } from './pick-uniform.ts';

/**
 * Prize code of every number: number t is at index t-1. Fisher-Yates from the end.
 *
 * @param deckKey From `deriveDeckKey`.
 */
export function* shuffleDeck(
  deckKey: Bytes,
  prizes: readonly ManifestPrize[],
): Computation<string[]> {
  const deck = prizes.flatMap(({ code, quantity }) => Array<string>(quantity).fill(code));
  for (let i = deck.length - 1; i > 0; i -= 1) {
    const j = yield* pickUniform(deckKey, 'kuji/1 perm', i, i + 1);
    const moved = deck[i] ?? '';
    deck[i] = deck[j] ?? '';
    deck[j] = moved;
  }
  return deck;
}
