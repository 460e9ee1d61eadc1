import {
  buildMerkleTree,
  deriveSalt,
  hashLeaves,
  merklePath,
  merkleRoot,
  type MerkleTree,
} from './build-merkle-tree.ts';
import { commitSeed, deriveDeckKey } from './commit-seed.ts';
import type { Computation } from './compute-digest.ts';
import { toHex, type Bytes } from './encode-bytes.ts';
import { hashManifest, MAX_TICKETS, type Manifest } from './hash-manifest.ts';
import { shuffleDeck } from './shuffle-deck.ts';

/** Everything that follows from a manifest and a seed. Hashes are hex. */
export type SealedDeck = {
  readonly manifestHash: string;
  readonly commitment: string;
  readonly root: string;
  /** Secret until the set closes: prize code of number t at index t-1. */
  readonly deck: readonly string[];
  /** Secret like the seed. */
  readonly deckKey: Bytes;
  /** Not secret, since salts hide the leaves; only its root needs to be published. */
  readonly tree: MerkleTree;
};

/** What shows its owner that a number held its prize when the box was sealed. Hashes are hex. */
export type Placement = {
  readonly prizeCode: string;
  readonly salt: string;
  /** Lowest neighbour first. */
  readonly path: readonly string[];
};

/**
 * Shuffles a box and promises its order. Repeatable: a proof is made, and a deck verified, by sealing again with the same
 * seed.
 *
 * @param seed 32 bytes from the operating system's random source.
 * @throws RangeError when the quantities do not add up to the tickets, or there are none or too many.
 */
export function* sealDeck(manifest: Manifest, seed: Bytes): Computation<SealedDeck> {
  const { setId, prizes, tickets } = manifest;
  if (tickets < 1 || tickets > MAX_TICKETS) {
    throw new RangeError(`a box has 1 to ${String(MAX_TICKETS)} tickets`);
  }
  const manifestHash = yield* hashManifest(manifest);
  const deckKey = yield* deriveDeckKey(setId, manifestHash, seed);
  const deck = yield* shuffleDeck(deckKey, prizes);
  if (deck.length !== tickets) throw new RangeError('quantities do not add up to the tickets');
  const tree = yield* buildMerkleTree(yield* hashLeaves(setId, deckKey, deck));
  return {
    manifestHash: toHex(manifestHash),
    commitment: toHex(yield* commitSeed(setId, manifestHash, seed)),
    root: toHex(merkleRoot(tree)),
    deck,
    deckKey,
    tree,
  };
}

/**
 * Takes one number out of a sealed deck. The caller makes sure that its ticket is revealed.
 *
 * @throws RangeError for a number that is not in the box.
 */
export function* placeNumber(sealed: SealedDeck, number: number): Computation<Placement> {
  const prizeCode = sealed.deck[number - 1];
  if (prizeCode === undefined) throw new RangeError(`number ${String(number)} is not in the box`);
  const salt = yield* deriveSalt(sealed.deckKey, number);
  return { prizeCode, salt: toHex(salt), path: merklePath(sealed.tree, number).map(toHex) };
}
