import { describe, expect, it } from 'vitest';
import { aManifest, entriesOf, fixedSeed, PlayedSet, withLog } from '../tests/play-set.ts';
import { computeWithNode } from './compute-with-node.ts';
import type { Proof } from './read-proof.ts';
import { everyStepFits } from './record-steps.ts';
import { placeNumber } from './seal-deck.ts';
import { verifyProof } from './verify-proof.ts';

const set = new PlayedSet(aManifest([1, 2, 3, 4]), fixedSeed('proof'));
const [taken = 0] = set.buy('pi_1', 3, 1);
set.refund(taken);
set.buy('pi_2', 2, 2);
const audit = set.publish({ withSeed: false });
const FREE_BEFORE = [10, 9, 8, 8, 7];
const proofs = [1, 2, 3, 4, 5].map(proofOf);
const proof = proofOf(4);
/** What the set's page tells: everything but the entries. */
const page = { ...audit, log: undefined };

describe('the proof of an opened ticket', () => {
  it.each(proofs)('holds for draw $seq, with the log and without', async (one) => {
    const payment = one.seq <= 3 ? 'pi_1' : 'pi_2';
    for (const source of [audit, page, { ...page, log: { length: 6, head: 'ab' } }]) {
      const steps = await verifyProof(one, source, payment);
      expect(steps.filter(({ ok, skipped }) => !ok || skipped)).toEqual([]);
      expect(steps).toHaveLength(7);
    }
  });

  it('says that only the buyer can check the payment', async () => {
    const steps = await verifyProof(proof, audit);
    expect(everyStepFits(steps)).toBe(true);
    expect(steps.find(({ name }) => name === 'Payment')).toMatchObject({ skipped: true });
  });

  it('holds in a box of one', async () => {
    const small = new PlayedSet(aManifest([1]), fixedSeed('small'));
    small.buy('pi_1', 1, 1);
    const published = small.publish({ withSeed: false });
    const [first] = published.log;
    if (first?.type !== 'draw') throw new Error('The first entry is a draw.');
    const own: Proof = {
      ...proof,
      ...computeWithNode(placeNumber(small.sealed, 1)),
      ...{ number: 1, ticketNumber: 'KT-0001', tickets: 1, seq: 1, freeCount: 1 },
      ...{ root: published.root, entropy: first.entropy },
    };
    expect(everyStepFits(await verifyProof(own, published, 'pi_1'))).toBe(true);
  });

  const other = proofOf(5);
  it.each<[string, Partial<Record<keyof Proof, unknown>>, string]>([
    ['no salt', { salt: undefined }, 'Proof file'],
    ['a ticket of another number', { ticketNumber: 'KTEST-9999' }, 'Proof file'],
    ['an endless path', { path: Array<string>(15).fill(proof.salt) }, 'Proof file'],
    ['a path of numbers', { path: [1] }, 'Proof file'],
    ['another set', { setId: 'x' }, 'Set'],
    ['a root of its own', { root: proof.salt }, 'Set'],
    ['another size of box', { tickets: 9 }, 'Set'],
    ['a number outside', { number: 11, ticketNumber: 'KTEST-0011' }, 'Set'],
    ['a prize the box has not', { prizeCode: 'LO' }, 'Set'],
    ['a better prize', { prizeCode: proof.prizeCode === 'A' ? 'B' : 'A' }, 'Path'],
    ['another salt', { salt: other.salt }, 'Path'],
    ['the path of another number', { path: other.path }, 'Path'],
    ['a shorter path', { path: proof.path.slice(1) }, 'Path'],
    ['another payment', { entropy: proofs[0]?.entropy }, 'Payment'],
    ['another draw', { seq: 5 }, 'Draw'],
    ['a draw that is not logged', { seq: 6 }, 'Draw'],
    ['another count of free numbers', { freeCount: 7 }, 'Draw'],
  ])('with %s fails', async (_name, change, step) => {
    const steps = await verifyProof({ ...proof, ...change }, audit, 'pi_2');
    expect(steps.filter(({ ok }) => !ok)).toMatchObject([{ name: step }]);
  });

  it('fails against a manifest, a log or a payment that is not its own', async () => {
    const manifest = { ...audit.manifest, ticketPriceCents: 1 };
    const cut = withLog(audit, entriesOf(audit).slice(0, -2));
    const log = audit.log.slice(1);
    for (const [source, payment, step] of [
      [{ ...audit, manifest }, 'pi_2', 'Manifest'],
      [{ ...audit, log }, 'pi_2', 'Draw'],
      [cut, 'pi_2', 'Draw'],
      [audit, 'pi_1', 'Payment'],
    ] as const) {
      const steps = await verifyProof(proof, source, payment);
      expect(steps.filter(({ ok }) => !ok)).toMatchObject([{ name: step }]);
    }
  });

  it('without the log fails for a number that its payment cannot give', async () => {
    // All ten were free, so the first draw has no room for another number.
    const first = proofOf(1);
    const number = (first.number % 10) + 1;
    const place = computeWithNode(placeNumber(set.sealed, number));
    const ticketNumber = `KTEST-${String(number).padStart(4, '0')}`;
    const steps = await verifyProof({ ...first, ...place, number, ticketNumber }, page, 'pi_1');
    expect(steps.filter(({ ok }) => !ok)).toMatchObject([{ name: 'Draw' }]);
    const boast = await verifyProof({ ...first, freeCount: 11 }, page, 'pi_1');
    expect(boast.filter(({ ok }) => !ok)).toMatchObject([{ name: 'Draw' }]);
  });
});

function proofOf(seq: number): Proof {
  const draw = audit.log.find((entry) => entry.type === 'draw' && entry.seq === seq);
  if (draw?.type !== 'draw') throw new Error(`The log has no draw ${String(seq)}.`);
  return {
    setId: audit.manifest.setId,
    ticketNumber: `KTEST-${String(draw.number).padStart(4, '0')}`,
    number: draw.number,
    tickets: audit.manifest.tickets,
    ...computeWithNode(placeNumber(set.sealed, draw.number)),
    root: audit.root,
    entropy: draw.entropy,
    seq,
    freeCount: FREE_BEFORE[seq - 1] ?? 0,
  };
}
