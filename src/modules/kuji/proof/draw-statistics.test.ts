import { beforeAll, describe, expect, it } from 'vitest';
import { aManifest, fixedSeed } from '../tests/play-set.ts';
import { deriveDeckKey } from './commit-seed.ts';
import { computeWithNode } from './compute-with-node.ts';
import { deriveEntropy } from './derive-entropy.ts';
import { hashManifest } from './hash-manifest.ts';
import { pickPosition } from './pick-number.ts';
import { shuffleDeck } from './shuffle-deck.ts';

const SETS = 20_000;
const manifest = aManifest([1, 2, 3, 4]);
const N = manifest.tickets;
/** Chi-square for 9 degrees of freedom, 0.1 % level. */
const CHI_SQUARE_LIMIT = 27.877;
/** The same level for a normal variable, both sides. */
const Z_LIMIT = 3.291;

/** Fixed seeds and payment ids: the answer is the same in every run, so it cannot fail by bad luck. */
function simulate() {
  const manifestHash = computeWithNode(hashManifest(manifest));
  const positionsOfA = Array<number>(N).fill(0);
  const firstNumbers = Array<number>(N).fill(0);
  let firstTicketWins = 0;
  for (let i = 0; i < SETS; i += 1) {
    const seed = fixedSeed(`statistics ${String(i)}`);
    const key = computeWithNode(deriveDeckKey(manifest.setId, manifestHash, seed));
    const deck = computeWithNode(shuffleDeck(key, manifest.prizes));
    const entropy = computeWithNode(deriveEntropy(manifest.setId, `pi_${String(i)}`));
    const first = computeWithNode(pickPosition(entropy, 1, N));
    const position = deck.indexOf('A');
    positionsOfA[position] = (positionsOfA[position] ?? 0) + 1;
    firstNumbers[first] = (firstNumbers[first] ?? 0) + 1;
    if (first === position) firstTicketWins += 1;
  }
  return { positionsOfA, firstNumbers, firstTicketWins };
}

describe(`${String(SETS)} simulated sets of ${String(N)} tickets`, () => {
  let simulated: ReturnType<typeof simulate>;
  beforeAll(() => {
    simulated = simulate();
  });

  it('have their A prize at every number equally often', () => {
    expect(chiSquare(simulated.positionsOfA)).toBeLessThan(CHI_SQUARE_LIMIT);
  });

  it('draw every number first equally often', () => {
    expect(chiSquare(simulated.firstNumbers)).toBeLessThan(CHI_SQUARE_LIMIT);
  });

  it('give A to their first ticket with probability 1/N', () => {
    const deviation = Math.sqrt(SETS * (1 / N) * (1 - 1 / N));
    const z = (simulated.firstTicketWins - SETS / N) / deviation;
    expect(Math.abs(z)).toBeLessThan(Z_LIMIT);
  });

  it('would betray a shuffle that gives one number 15 % more than its share', () => {
    const skewed = simulated.positionsOfA.map((count, i) => (i === 0 ? count * 1.15 : count));
    expect(chiSquare(skewed)).toBeGreaterThan(CHI_SQUARE_LIMIT);
  });
});

function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
