import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { aManifest, fixedSeed, PlayedSet } from '../tests/play-set.ts';
import { MAX_LOG_ENTRIES } from './read-audit.ts';
import { everyStepFits } from './record-steps.ts';
import { verifyAudit } from './verify-audit.ts';
import { verifyProof } from './verify-proof.ts';

const set = new PlayedSet(aManifest([1, 2]), fixedSeed('hostile'));
set.buy('pi_1', 2, 1);
const audit = set.publish({ withSeed: true });
const [entry] = audit.log;

describe('a hostile file', () => {
  it('never throws and never passes, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), fc.anything(), async (one, other) => {
        for (const steps of [await verifyAudit(one), await verifyProof(one, other)]) {
          expect(everyStepFits(steps)).toBe(false);
          expect(steps.at(-1)?.detail).toMatch(/^The .*\.$/s);
        }
      }),
    );
  });

  const manifest = audit.manifest;
  const inManifest = (change: object) => ({ ...audit, manifest: { ...manifest, ...change } });
  const inPrizes = (...prizes: unknown[]) => inManifest({ prizes });
  const inEntry = (change: object) => ({ ...audit, log: [{ ...entry, ...change }] });
  const prize = { code: 'A', tier: 'A', quantity: 1 };

  it.each<[string, unknown, string]>([
    ['a list', [audit], 'The audit is not an object'],
    ['no manifest', { ...audit, manifest: undefined }, 'The manifest is not an object'],
    ['another version', inManifest({ version: 'kuji/2' }), '"version" is not "kuji/1"'],
    ['another entropy', inManifest({ entropy: 'dice' }), '"entropy" is not "payment"'],
    [
      'a billion tickets',
      inManifest({ tickets: 1e9 }),
      '"tickets" is not a whole number from 1 to 9999',
    ],
    ['no tickets', inManifest({ tickets: 0 }), '"tickets" is not'],
    ['tickets as text', inManifest({ tickets: '3' }), '"tickets" is not'],
    [
      'more tickets than prizes',
      inManifest({ tickets: 4 }),
      'promises 4 tickets, but its prizes make 3',
    ],
    ['a price in fractions', inManifest({ ticketPriceCents: 0.5 }), '"ticketPriceCents" is not'],
    ['an unhashed promise', inManifest({ bonus: 'a car' }), 'unknown key "bonus"'],
    ['half a character', inManifest({ setId: '\ud800' }), 'not valid Unicode'],
    ['an endless text', inManifest({ setId: 'x'.repeat(1e6) }), 'too long'],
    ['prizes that are no list', inManifest({ prizes: {} }), '"prizes" is not a list'],
    ['a prize that is null', inPrizes(null), 'Prize 1 of the manifest is not an object'],
    ['a prize twice', inPrizes(prize, prize), 'lists prize "A" twice'],
    ['a negative quantity', inPrizes({ ...prize, quantity: -1 }), '"quantity" is not'],
    ['a nameless prize', inPrizes({ ...prize, code: '' }), '"code" is empty'],
    ['Last One in the deck', inPrizes({ ...prize, tier: 'LO' }), 'Last One prize in the deck'],
    ['Last One with a deck code', inManifest({ lastOne: 'A' }), 'Last One prize in the deck'],
    ['a short root', { ...audit, root: 'ab' }, '"root" is not 64 lower-case hex digits'],
    ['a root in capitals', { ...audit, root: audit.root.toUpperCase() }, '"root" is not'],
    ['a seed that is a number', { ...audit, seed: 7 }, '"seed" is not'],
    ['no log', { ...audit, log: undefined }, '"log" is not a list'],
    [
      'a log that looks like a list',
      { ...audit, log: { length: 1, 0: entry } },
      '"log" is not a list',
    ],
    [
      'an endless log',
      { ...audit, log: Array(MAX_LOG_ENTRIES + 1).fill(entry) },
      'more than 100000',
    ],
    ['an entry that is a text', { ...audit, log: ['draw'] }, 'Entry 1 of the log is not an object'],
    ['an entry without type', inEntry({ type: undefined }), 'has no type'],
    ['an entry of another type', inEntry({ type: 'gift' }), 'unknown type "gift"'],
    ['an entry with more to tell', inEntry({ buyer: 'Ann' }), 'unknown key "buyer"'],
    ['an entry without hash', inEntry({ hash: undefined }), '"hash" is not'],
    ['a number out of range', inEntry({ number: 1e21 }), '"number" is not'],
    ['a number between two', inEntry({ number: 1.5 }), '"number" is not'],
    ['a seq beyond four bytes', inEntry({ seq: 2 ** 32 }), '"seq" is not'],
    [
      'a void without answer',
      { ...audit, log: [{ type: 'void', number: 1, returned: 1, hash: '' }] },
      '"returned" is not true or false',
    ],
    [
      'an empty prize code',
      { ...audit, log: [{ type: 'reveal', number: 1, prizeCode: '', hash: '' }] },
      '"prizeCode" is empty',
    ],
  ])('with %s fails with a sentence', async (_, file, sentence) => {
    const steps = await verifyAudit(file);
    expect(steps).toHaveLength(1);
    expect(steps[0]).toMatchObject({ name: 'Audit file', ok: false });
    expect(steps[0]?.detail).toContain(sentence);
  });

  it('is given up at its first wrong hash, however long its history', async () => {
    const big = new PlayedSet(aManifest([9_999]), fixedSeed('big'));
    const published = big.publish({ withSeed: false });
    const log = Array(MAX_LOG_ENTRIES).fill(entry);
    const steps = await verifyAudit({ ...published, log });
    expect(steps.at(-1)).toMatchObject({ name: 'Log chain', ok: false });
    expect(steps.at(-1)?.detail).toContain('Entry 1 (draw)');
  });

  it('in a browser without cryptography fails with a sentence', async () => {
    vi.stubGlobal('crypto', {});
    const steps = await verifyAudit(audit);
    vi.unstubAllGlobals();
    expect(steps.at(-1)).toMatchObject({ name: 'Manifest', ok: false });
    expect(steps.at(-1)?.detail).toContain('no cryptography');
  });

  it('with a getter that throws fails like any other', async () => {
    const trap = Object.defineProperty({}, 'manifest', {
      get: () => {
        throw new Error('boo');
      },
    });
    expect(await verifyAudit(trap)).toMatchObject([{ ok: false }]);
  });
});
