import { describe, expect, it } from 'vitest';
import { fixedSeed } from '../tests/play-set.ts';
import { deriveSalt, hashLeaf } from './build-merkle-tree.ts';
import { canonicalJson } from './canonical-json.ts';
import { startLog } from './chain-log.ts';
import { checkHeads } from './check-heads.ts';
import type { Computation } from './compute-digest.ts';
import { computeWithNode } from './compute-with-node.ts';
import { computeWithWebCrypto } from './compute-with-webcrypto.ts';
import { deriveEntropy } from './derive-entropy.ts';
import { fromHex, toHex } from './encode-bytes.ts';
import { hashManifest } from './hash-manifest.ts';
import vectors from './kuji-vectors.json' with { type: 'json' };
import { pickPosition } from './pick-number.ts';
import { readAudit } from './read-audit.ts';
import { placeNumber, sealDeck } from './seal-deck.ts';
import { everyStepFits } from './record-steps.ts';
import { verifyAudit } from './verify-audit.ts';
import { verifyProof } from './verify-proof.ts';

type Compute = <T>(computation: Computation<T>) => T | Promise<T>;

const backends: [string, Compute][] = [
  ['node:crypto', computeWithNode],
  ['WebCrypto', computeWithWebCrypto],
];
const { manifest, log } = readAudit(vectors);
const { setId } = manifest;
const seed = fromHex(vectors.seed);
const payments = new Map(Object.entries(vectors.payments));

describe.each(backends)('the published example, computed with %s', (_, compute) => {
  it('writes the manifest and hashes it', async () => {
    expect(canonicalJson(manifest)).toBe(vectors.canonicalManifest);
    expect(toHex(await compute(hashManifest(manifest)))).toBe(vectors.manifestHash);
  });

  it('commits to the seed, shuffles the deck and builds its tree', async () => {
    const sealed = await compute(sealDeck(manifest, seed));
    expect(sealed).toMatchObject({
      manifestHash: vectors.manifestHash,
      commitment: vectors.commitment,
      deck: vectors.deck,
      root: vectors.root,
    });
    const salt = await compute(deriveSalt(sealed.deckKey, 1));
    expect(toHex(salt)).toBe(vectors.salt1);
    const leaf = await compute(hashLeaf(setId, 1, vectors.deck[0] ?? '', salt));
    expect(toHex(leaf)).toBe(vectors.leaf1);
    expect(await compute(placeNumber(sealed, 1))).toEqual({
      prizeCode: vectors.deck[0],
      salt: vectors.salt1,
      path: vectors.path1,
    });
    expect((await compute(placeNumber(sealed, 10))).path).toEqual(vectors.path10);
  });

  it('derives the entropy of every payment and the number of every draw', async () => {
    const free = vectors.deck.map((_code, index) => index + 1);
    for (const { entry } of log) {
      if (entry.type === 'void') free.push(entry.number);
      if (entry.type !== 'draw') continue;
      free.sort((a, b) => a - b);
      const payment = payments.get(String(entry.seq)) ?? '';
      const entropy = await compute(deriveEntropy(setId, payment));
      expect(toHex(entropy)).toBe(entry.entropy);
      const [number] = free.splice(await compute(pickPosition(entropy, entry.seq, free.length)), 1);
      expect(number).toBe(entry.number);
    }
    expect(free).toEqual([]);
  });

  it('chains the log', async () => {
    const start = await compute(startLog(fromHex(vectors.manifestHash), fromHex(vectors.root)));
    expect(toHex(start)).toBe(vectors.logStart);
    const head = await compute(checkHeads(fromHex(vectors.manifestHash), vectors.root, log));
    expect(toHex(head)).toBe(vectors.log.at(-1)?.hash);
  });
});

describe('the published example', () => {
  it('passes the verifier', async () => {
    const steps = await verifyAudit(vectors);
    expect(steps.filter((step) => !step.ok)).toEqual([]);
    expect(steps.map(({ name }) => name)).toEqual([
      'Audit file',
      'Manifest',
      'Commitment',
      'Deck',
      'Log chain',
      'History',
      'Draws',
      'Last One',
      'Revealed prizes',
    ]);
  });

  it('proves its first number to its buyer', async () => {
    const draw = vectors.log.find(({ number }) => number === 1);
    const proof = {
      setId,
      ticketNumber: 'KTEST-0001',
      number: 1,
      tickets: 10,
      prizeCode: vectors.deck[0],
      salt: vectors.salt1,
      path: vectors.path1,
      root: vectors.root,
      entropy: draw?.entropy,
      seq: draw?.seq,
      freeCount: 3,
    };
    expect(everyStepFits(await verifyProof(proof, vectors, 'pi_test_0002'))).toBe(true);
  });

  it('belongs to its seed alone', () => {
    expect(computeWithNode(sealDeck(manifest, fixedSeed('another'))).root).not.toBe(vectors.root);
  });
});
