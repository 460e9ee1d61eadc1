import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aManifest,
  entriesOf,
  fixedSeed,
  PlayedSet,
  withLog,
  type PublishedAudit,
  type PublishedEntry,
} from '../tests/play-set.ts';
import type { LogEntry } from './chain-log.ts';
import { everyStepFits, type Step } from './record-steps.ts';
import { verifyAudit } from './verify-audit.ts';

describe('an honest shop', () => {
  const action = fc.record({
    kind: fc.constantFrom('buy', 'buy', 'buy', 'reveal', 'refund'),
    quantity: fc.integer({ min: 1, max: 4 }),
    holdSeq: fc.integer({ min: 1, max: 30 }),
    pick: fc.nat(),
  });
  const quantities = fc
    .array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 })
    .filter((list) => list.some((quantity) => quantity > 0));

  it('passes whatever is bought, opened and refunded, before and after the seed is out', async () => {
    await fc.assert(
      fc.asyncProperty(
        quantities,
        fc.constantFrom('LO', ''),
        fc.array(action, { maxLength: 20 }),
        fc.boolean(),
        async (list, lastOne, actions, closes) => {
          const set = new PlayedSet(aManifest(list, lastOne), fixedSeed('honest'));
          for (const [i, { kind, quantity, holdSeq, pick }] of actions.entries()) {
            const number = set.soldNumbers[pick % Math.max(1, set.soldNumbers.length)] ?? 0;
            if (kind === 'buy') set.buy(`pi_${String(i)}`, quantity, holdSeq);
            else if (kind === 'reveal') set.reveal(number);
            else set.refund(number);
          }
          expect(failures(await verifyAudit(set.publish({ withSeed: false })))).toEqual([]);
          if (closes) set.close();
          expect(failures(await verifyAudit(set.publish({ withSeed: true })))).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is told what could not be checked yet', async () => {
    const steps = await verifyAudit(played().publish({ withSeed: false }));
    expect(steps.filter(({ skipped }) => skipped).map(({ name }) => name)).toEqual([
      'Commitment',
      'Deck',
    ]);
    expect(everyStepFits(steps)).toBe(true);
  });

  it('passes with one ticket', async () => {
    const set = new PlayedSet(aManifest([1]), fixedSeed('one'));
    set.buy('pi_1', 1, 1);
    set.close();
    expect(failures(await verifyAudit(set.publish({ withSeed: true })))).toEqual([]);
  });

  it('may open and take back tickets after an early close', async () => {
    const set = new PlayedSet(aManifest([4]), fixedSeed('early'));
    const [first = 0, second = 0] = set.buy('pi_1', 2, 1);
    const audit = set.publish({ withSeed: false });
    const later: LogEntry[] = [
      { type: 'closed', reason: 'the shop moves' },
      { type: 'reveal', number: first, prizeCode: 'A' },
      { type: 'void', number: first, returned: false },
      { type: 'void', number: second, returned: true },
    ];
    const closed = withLog({ ...audit, seed: hexOf('early') }, [...entriesOf(audit), ...later]);
    expect(failures(await verifyAudit(closed))).toEqual([]);
  });
});

describe('a log that was touched', () => {
  it('breaks at the very entry', async () => {
    const audit = played().publish({ withSeed: true });
    for (const [index, entry] of audit.log.entries()) {
      const log = audit.log.with(index, touch(entry));
      const [failure] = failures(await verifyAudit({ ...audit, log }));
      expect(failure).toMatchObject({ name: 'Log chain' });
      expect(failure?.detail).toContain(`Entry ${String(index + 1)} (${entry.type})`);
    }
  });

  it('breaks where an entry is missing, doubled or moved', async () => {
    const { log, ...rest } = played().publish({ withSeed: true });
    const [first, second] = log;
    if (!first || !second) throw new Error('The example has no log.');
    for (const [changed, place] of [
      [log.toSpliced(3, 1), 4],
      [log.toSpliced(4, 0, ...log.slice(3, 4)), 5],
      [[second, first, ...log.slice(2)], 1],
    ] as const) {
      const [failure] = failures(await verifyAudit({ ...rest, log: changed }));
      expect(failure?.detail).toContain(`Entry ${String(place)} `);
    }
  });

  it('never passes unchanged in meaning, whatever single value is replaced', async () => {
    const audit = played().publish({ withSeed: true });
    const leaves = leafPaths(audit);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...leaves),
        fc.jsonValue({ maxDepth: 1 }),
        async (path, value) => {
          // Both may be left out; less is checked then.
          fc.pre(!(value === null && ['seed', 'manifestHash'].includes(path.join())));
          const changed = replaceAt(audit, path, value);
          fc.pre(JSON.stringify(changed) !== JSON.stringify(audit));
          expect(everyStepFits(await verifyAudit(changed))).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a forger who computes all hashes anew', () => {
  const honest = played();
  const audit = honest.publish({ withSeed: true });
  const entries = entriesOf(audit);
  const { deck } = honest.sealed;
  const draw = (place: number): Extract<LogEntry, { type: 'draw' }> => {
    const entry = entries[place - 1];
    if (entry?.type !== 'draw') throw new Error(`Entry ${String(place)} is no draw.`);
    return entry;
  };
  const unsold =
    deck.findIndex((_, i) => !entries.some((e) => 'number' in e && e.number === i + 1)) + 1;
  const revealed = entries.findIndex(({ type }) => type === 'reveal') + 1;
  const shown = numberAt(revealed);

  it.each<[string, LogEntry[], string, string]>([
    [
      'gives a draw another free number',
      entries.with(1, { ...draw(2), number: unsold }),
      'Draws',
      'Entry 2 (draw): the payment gives number',
    ],
    [
      'swaps the payments of two draws',
      [{ ...draw(1), entropy: 'a'.repeat(64) }, ...entries.slice(1)],
      'Draws',
      'Entry 1 (draw)',
    ],
    [
      'leaves out a draw',
      entries.toSpliced(0, 1),
      'History',
      'Entry 1 (draw): it is draw 1, but its seq is 2',
    ],
    [
      'sells a number twice',
      [draw(1), { ...draw(2), number: draw(1).number }],
      'History',
      'was not free',
    ],
    [
      'sells a number that the box has not',
      [{ ...draw(1), number: 11 }],
      'History',
      'not in a box of 10 tickets',
    ],
    [
      'draws again with an old payment',
      [draw(1), draw(2), draw(3), { ...draw(1), seq: 4, number: unsold }],
      'History',
      'Entry 4 (draw): its payment already drew',
    ],
    [
      'takes back what was never sold',
      [{ type: 'void', number: 1, returned: true }],
      'History',
      'was not sold',
    ],
    [
      'puts a seen number back',
      [...entries, { type: 'void', number: shown, returned: true }],
      'History',
      'was revealed and may not go back',
    ],
    [
      'keeps an unseen number',
      [draw(1), { type: 'void', number: draw(1).number, returned: false }],
      'History',
      'had to go back',
    ],
    [
      'opens a ticket twice',
      [...entries, { type: 'reveal', number: shown, prizeCode: deck[shown - 1] ?? '' }],
      'History',
      'already revealed',
    ],
    [
      'opens an unsold ticket',
      [{ type: 'reveal', number: unsold, prizeCode: 'A' }],
      'History',
      'was not sold',
    ],
    [
      'sells after closing',
      [{ type: 'closed', reason: '' }, draw(1)],
      'History',
      'Entry 2 (draw): the set was already closed',
    ],
    [
      'closes twice',
      [
        { type: 'closed', reason: '' },
        { type: 'closed', reason: '' },
      ],
      'History',
      'already closed',
    ],
    [
      'awards the Last One early',
      [draw(1), { type: 'last_one', number: draw(1).number }],
      'Last One',
      'no Last One was due',
    ],
    [
      'shows a Last One nobody has',
      [draw(1), { type: 'reveal', number: draw(1).number, prizeCode: 'LO' }],
      'Last One',
      'does not hold the Last One',
    ],
    [
      'shows another prize',
      [
        draw(1),
        { type: 'reveal', number: draw(1).number, prizeCode: otherPrize(deck[draw(1).number - 1]) },
      ],
      'Revealed prizes',
      'held',
    ],
    [
      'shows a prize the box has not',
      [draw(1), { type: 'reveal', number: draw(1).number, prizeCode: 'Z' }],
      'Revealed prizes',
      'no prize "Z"',
    ],
  ])('is caught when he %s', async (_, forged, name, detail) => {
    const [failure] = failures(await verifyAudit(withLog(audit, forged)));
    expect(failure).toMatchObject({ name });
    expect(failure?.detail).toContain(detail);
  });

  it('is caught when he publishes another seed, or another deck', async () => {
    const other = new PlayedSet(audit.manifest, fixedSeed('other')).publish({ withSeed: true });
    await expectFailure({ ...audit, seed: other.seed ?? '' }, 'Commitment');
    const moved = withLog({ ...audit, root: other.root }, entriesOf(audit));
    await expectFailure(moved, 'Deck');
  });

  it('is caught when he shows more of a prize than the box held, even before the seed is out', async () => {
    const set = new PlayedSet(aManifest([1, 3], ''), fixedSeed('more'));
    const numbers = set.buy('pi_1', 2, 1);
    const reveals = numbers.map((number) => ({ type: 'reveal' as const, number, prizeCode: 'A' }));
    const published = set.publish({ withSeed: false });
    const forged = withLog(published, [...entriesOf(published), ...reveals]);
    await expectFailure(forged, 'Revealed prizes');
  });

  it('is caught when he withholds the seed of a finished set', async () => {
    const set = played();
    set.close();
    await expectFailure(set.publish({ withSeed: false }), 'Revealed prizes');
    expect(everyStepFits(await verifyAudit(set.publish({ withSeed: true })))).toBe(true);
  });

  it('is caught when he gives the Last One to another, to nobody, twice or late', async () => {
    const set = new PlayedSet(aManifest([1, 3]), fixedSeed('last'));
    const [early = 0] = set.buy('pi_1', 2, 2);
    set.buy('pi_2', 2, 1);
    const published = set.publish({ withSeed: true });
    const log = entriesOf(published);
    expect(everyStepFits(await verifyAudit(published))).toBe(true);
    // `early` paid first, but of the later hold its second ticket has the higher seq.
    for (const forged of [
      log.with(-1, { type: 'last_one', number: early }),
      log.slice(0, -1),
      [...log, ...log.slice(-1)],
      // Late, after something that was no refund.
      log.toSpliced(-1, 0, {
        type: 'reveal',
        number: early,
        prizeCode: set.sealed.deck[early - 1] ?? '',
      }),
      [...log.slice(0, -1), { type: 'closed', reason: 'sold out' } as const],
    ]) {
      await expectFailure(withLog(published, forged), 'Last One');
    }
  });
});

/** Ten tickets, six sold to three payments, one taken back, one opened. */
function played(): PlayedSet {
  const set = new PlayedSet(aManifest([1, 2, 3, 4]), fixedSeed('played'));
  set.buy('pi_1', 2, 2);
  const [third = 0] = set.buy('pi_2', 3, 1);
  set.refund(third);
  const [sixth = 0] = set.buy('pi_3', 1, 3);
  set.reveal(sixth);
  return set;
}

function hexOf(name: string): string {
  return Buffer.from(fixedSeed(name)).toString('hex');
}

function numberAt(place: number): number {
  const entry = entriesOf(played().publish({ withSeed: true }))[place - 1];
  if (!entry || !('number' in entry)) throw new Error(`Entry ${String(place)} has no number.`);
  return entry.number;
}

function otherPrize(code: string | undefined): string {
  return code === 'D' ? 'C' : 'D';
}

function failures(steps: readonly Step[]): Step[] {
  return steps.filter(({ ok }) => !ok);
}

async function expectFailure(audit: PublishedAudit, name: string): Promise<void> {
  expect(failures(await verifyAudit(audit))).toMatchObject([{ name }]);
}

function touch(entry: PublishedEntry): PublishedEntry {
  switch (entry.type) {
    case 'draw':
      return { ...entry, holdSeq: entry.holdSeq + 1 };
    case 'void':
      return { ...entry, returned: !entry.returned };
    case 'reveal':
      return { ...entry, prizeCode: otherPrize(entry.prizeCode) };
    case 'last_one':
      return { ...entry, number: entry.number + 1 };
    case 'closed':
      return { ...entry, reason: `${entry.reason}!` };
  }
}

function leafPaths(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, member]) => leafPaths(member, [...path, key]));
}

function replaceAt(value: unknown, path: readonly string[], replacement: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((member: unknown, i) =>
      String(i) === key ? replaceAt(member, rest, replacement) : member,
    );
  }
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(
    entries.map(([name, member]: [string, unknown]) => [
      name,
      name === key ? replaceAt(member, rest, replacement) : member,
    ]),
  );
}
