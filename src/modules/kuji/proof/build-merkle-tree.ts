import { hmacSha256, sha256, type Computation } from './compute-digest.ts';
import { lengthPrefixed, u32, utf8, type Bytes } from './encode-bytes.ts';

// RFC 6962 puts one byte before each kind of node, so that an inner node can never pass for a leaf.
const LEAF = new Uint8Array([0x00]);
const INNER = new Uint8Array([0x01]);

/** Rows of a tree from the leaves up; the last row is the root. */
export type MerkleTree = readonly (readonly Bytes[])[];

/** Hides a number's prize until its own proof shows the salt: without it, a leaf could be guessed from the few codes. */
export function deriveSalt(deckKey: Bytes, number: number): Computation<Bytes> {
  return hmacSha256(deckKey, utf8('kuji/1 salt'), u32(number));
}

export function hashLeaf(
  setId: string,
  number: number,
  prizeCode: string,
  salt: Bytes,
): Computation<Bytes> {
  return sha256(
    LEAF,
    utf8('kuji/1 leaf'),
    lengthPrefixed(setId),
    u32(number),
    lengthPrefixed(prizeCode),
    salt,
  );
}

/** Leaves of a whole deck, number 1 first. */
export function* hashLeaves(
  setId: string,
  deckKey: Bytes,
  deck: readonly string[],
): Computation<Bytes[]> {
  const leaves: Bytes[] = [];
  for (const [index, prizeCode] of deck.entries()) {
    const salt = yield* deriveSalt(deckKey, index + 1);
    leaves.push(yield* hashLeaf(setId, index + 1, prizeCode, salt));
  }
  return leaves;
}

/**
 * Row by row, a node without a neighbour moving up unchanged: the same tree as RFC 6962's recursive definition.
 *
 * @throws RangeError without leaves.
 */
export function* buildMerkleTree(leaves: readonly Bytes[]): Computation<MerkleTree> {
  if (leaves.length === 0) throw new RangeError('a tree needs a leaf');
  const rows: (readonly Bytes[])[] = [leaves];
  let row = leaves;
  while (row.length > 1) {
    const above: Bytes[] = [];
    for (let i = 0; i < row.length; i += 2) {
      const [left, right] = row.slice(i, i + 2);
      if (left !== undefined) {
        above.push(right === undefined ? left : yield* sha256(INNER, left, right));
      }
    }
    rows.push(above);
    row = above;
  }
  return rows;
}

export function merkleRoot(tree: MerkleTree): Bytes {
  const root = tree.at(-1)?.[0];
  if (root === undefined) throw new RangeError('a tree needs a leaf');
  return root;
}

/** Neighbours of a number's leaf on the way up, lowest first; empty for a box of one. */
export function merklePath(tree: MerkleTree, number: number): Bytes[] {
  const size = tree[0]?.length ?? 0;
  if (!Number.isInteger(number) || number < 1 || number > size) {
    throw new RangeError(`number ${String(number)} is not in the tree`);
  }
  const path: Bytes[] = [];
  let index = number - 1;
  for (const row of tree.slice(0, -1)) {
    const neighbour = row[index ^ 1];
    if (neighbour !== undefined) path.push(neighbour);
    index >>= 1;
  }
  return path;
}

/**
 * The root that a leaf and its path lead to, or null when the path's length cannot belong to this place in a tree of
 * this size.
 */
export function* climbMerklePath(
  leaf: Bytes,
  number: number,
  size: number,
  path: readonly Bytes[],
): Computation<Bytes | null> {
  let node = leaf;
  let index = number - 1;
  let used = 0;
  for (let width = size; width > 1; width = Math.ceil(width / 2)) {
    const alone = index % 2 === 0 && index === width - 1;
    if (!alone) {
      const neighbour = path[used];
      if (neighbour === undefined) return null;
      used += 1;
      node = yield* index % 2 === 0
        ? sha256(INNER, node, neighbour)
        : sha256(INNER, neighbour, node);
    }
    index >>= 1;
  }
  return used === path.length ? node : null;
}
