import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aManifest, fixedSeed } from '../tests/play-set.ts';
import { awardLastOne } from './award-last-one.ts';
import { buildMerkleTree, climbMerklePath, merklePath, merkleRoot } from './build-merkle-tree.ts';
import { canonicalJson, type Canonical } from './canonical-json.ts';
import { sha256, type Computation } from './compute-digest.ts';
import { computeWithNode } from './compute-with-node.ts';
import {
  concatBytes,
  fromHex,
  lengthPrefixed,
  toHex,
  u32,
  utf8,
  type Bytes,
} from './encode-bytes.ts';
import { formatTicketNumber } from './format-ticket-number.ts';
import { pickUniform } from './pick-uniform.ts';
import { sealDeck } from './seal-deck.ts';

describe('canonical JSON', () => {
  it('does not depend on the order of keys and reads back as the same value', () => {
    const { value } = fc.letrec<{ value: Canonical }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'grapheme' }),
        fc.maxSafeInteger(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value, { noNullPrototype: true }), (members) => {
        const text = canonicalJson(members);
        const reversed = Object.fromEntries(Object.entries(members).reverse());
        expect(canonicalJson(reversed)).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(members)));
      }),
    );
  });

  it.each([
    ['a fraction', 0.5],
    ['infinity', Infinity],
    ['beyond 2^53', 2 ** 53],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });

  it.each([[null], [undefined], [{ a: null }], [{ a: undefined }], [[undefined]]])(
    'refuses %j, which a column of the database may hold',
    (value) => {
      expect(() => void Reflect.apply(canonicalJson, undefined, [value])).toThrow(TypeError);
    },
  );
});

describe('bytes', () => {
  it('writes four bytes, most significant first, and nothing that does not fit', () => {
    expect([...u32(0x01020304)]).toEqual([1, 2, 3, 4]);
    for (const value of [-1, 2 ** 32, 1.5, Number.NaN])
      expect(() => u32(value)).toThrow(RangeError);
  });

  it('counts bytes, not characters, before a text', () => {
    expect([...lengthPrefixed('é').subarray(0, 4)]).toEqual([0, 0, 0, 2]);
  });

  it('reads back its own hex and refuses another spelling', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect([...fromHex(toHex(bytes))]).toEqual([...bytes]);
      }),
    );
    for (const text of ['a', 'AB', 'zz', ' 1']) expect(() => fromHex(text)).toThrow(RangeError);
  });
});

describe('uniform choice', () => {
  const key = fixedSeed('key');

  it('stays in range for every key, index and size', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.integer({ min: 0, max: 0xffff_ffff }),
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        (bytes, index, n) => {
          const chosen = computeWithNode(pickUniform(new Uint8Array(bytes), 'test', index, n));
          expect(Number.isSafeInteger(chosen) && chosen >= 0 && chosen < n).toBe(true);
        },
      ),
    );
  });

  it('throws away words of the uneven rest instead of favouring small numbers', () => {
    // For n = 3 the only word outside the last whole multiple is 2^64 - 1.
    const words = ['ff'.repeat(8), `${'00'.repeat(7)}05`];
    const asked: string[] = [];
    const chosen = answer(pickUniform(key, 'x', 7, 3), (message) => {
      asked.push(toHex(message));
      return fromHex((words[asked.length - 1] ?? '') + '00'.repeat(24));
    });
    expect(chosen).toBe(2);
    expect(asked).toEqual(['780000000700000000', '780000000700000001']);
  });

  it('refuses to choose from nothing', () => {
    expect(() => computeWithNode(pickUniform(key, 'test', 1, 0))).toThrow(RangeError);
  });
});

describe('deck', () => {
  const quantities = fc
    .array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 })
    .filter((list) => list.some((quantity) => quantity > 0));

  it('holds exactly the prizes of its manifest, in an order that its seed fixes', () => {
    fc.assert(
      fc.property(quantities, fc.string(), (list, name) => {
        const manifest = aManifest(list);
        const { deck } = computeWithNode(sealDeck(manifest, fixedSeed(name)));
        const unshuffled = manifest.prizes.flatMap(({ code, quantity }) =>
          Array<string>(quantity).fill(code),
        );
        expect([...deck].sort()).toEqual(unshuffled);
        expect(computeWithNode(sealDeck(manifest, fixedSeed(name))).deck).toEqual(deck);
      }),
    );
  });

  it.each([
    ['no tickets', { ...aManifest([1]), tickets: 0 }],
    ['more tickets than four digits name', aManifest([10_000])],
    ['quantities that do not add up', { ...aManifest([3]), tickets: 4 }],
  ])('refuses %s', (_, manifest) => {
    expect(() => computeWithNode(sealDeck(manifest, fixedSeed('x')))).toThrow(RangeError);
  });

  it('refuses a seed of the wrong size', () => {
    const short = fixedSeed('x').slice(1);
    expect(() => computeWithNode(sealDeck(aManifest([3]), short))).toThrow(RangeError);
  });
});

describe('Merkle tree', () => {
  const leavesOf = (size: number): Bytes[] =>
    Array.from({ length: size }, (_, i) => fixedSeed(`leaf ${String(i)}`));
  /** The definition of RFC 6962, section 2.1, as it stands there. */
  const rfcRoot = (leaves: Bytes[]): Bytes => {
    const [first = new Uint8Array()] = leaves;
    if (leaves.length === 1) return first;
    const split = 2 ** Math.ceil(Math.log2(leaves.length) - 1);
    const children = [rfcRoot(leaves.slice(0, split)), rfcRoot(leaves.slice(split))];
    return computeWithNode(sha256(new Uint8Array([1]), concatBytes(children)));
  };
  const sizes = [...Array.from({ length: 17 }, (_, i) => i + 1), 31, 32, 33, 80];

  it.each(sizes)('of %i leaves: root as in RFC 6962, every path leads to it', (size) => {
    const leaves = leavesOf(size);
    const tree = computeWithNode(buildMerkleTree(leaves));
    const root = toHex(merkleRoot(tree));
    expect(root).toBe(toHex(rfcRoot(leaves)));
    for (const [index, leaf] of leaves.entries()) {
      const path = merklePath(tree, index + 1);
      const climb = (from: Bytes, number: number, steps: Bytes[]): string | null => {
        const top = computeWithNode(climbMerklePath(from, number, size, steps));
        return top && toHex(top);
      };
      expect(climb(leaf, index + 1, path)).toBe(root);
      expect(climb(fixedSeed('other'), index + 1, path)).not.toBe(root);
      expect(climb(leaf, index + 1, [...path, leaf])).toBeNull();
      if (path.length > 0) expect(climb(leaf, index + 1, path.slice(1))).toBeNull();
      const neighbour = index === 0 ? 2 : index;
      if (size > 1) expect(climb(leaf, neighbour, path)).not.toBe(root);
    }
  });

  it('has no path for a number outside', () => {
    const tree = computeWithNode(buildMerkleTree(leavesOf(3)));
    for (const number of [0, 4, 1.5]) expect(() => merklePath(tree, number)).toThrow(RangeError);
    expect(() => computeWithNode(buildMerkleTree([]))).toThrow(RangeError);
  });
});

describe('Last One', () => {
  it('goes to the last hold, not to the last payment', () => {
    const tickets = [
      { seq: 1, holdSeq: 2 },
      { seq: 2, holdSeq: 2 },
      { seq: 3, holdSeq: 1 },
    ];
    expect(awardLastOne(tickets)).toEqual({ seq: 2, holdSeq: 2 });
    expect(awardLastOne([...tickets].reverse())).toEqual({ seq: 2, holdSeq: 2 });
    expect(awardLastOne([])).toBeNull();
  });
});

describe('ticket number', () => {
  it('has four digits', () => {
    expect(formatTicketNumber('7F3Q', 42)).toBe('K7F3Q-0042');
    expect(utf8(formatTicketNumber('7F3Q', 9_999))).toHaveLength(10);
  });
});

/** Runs a formula with made-up digests. */
function answer<T>(computation: Computation<T>, digest: (message: Bytes) => Bytes): T {
  let turn = computation.next();
  while (turn.done !== true) turn = computation.next(digest(turn.value.message));
  return turn.value;
}
