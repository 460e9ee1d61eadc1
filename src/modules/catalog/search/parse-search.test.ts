import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBeginnings, parseSearch, type Search } from './parse-search.ts';

/** `moon "fox box" -cat | dog` for what was read. */
function show(search: Search | null): string | null {
  if (search === null) return null;
  return search.alternatives
    .map((terms) =>
      terms
        .map(({ chunks, isPhrase, isExcluded }) => {
          const text = chunks.map((chunk) => chunk.words.map((w) => w.text).join('+')).join(' ');
          return `${isExcluded ? '-' : ''}${isPhrase ? `"${text}"` : text}`;
        })
        .join(' '),
    )
    .join(' | ');
}

describe('parseSearch', () => {
  test.each([
    ['moon fox', 'moon fox'],
    ['  Moon   FOX ', 'moon fox'],
    ['"moon fox" box', '"moon fox" box'],
    ['"moon fox', '"moon fox"'],
    ['moon -fox', 'moon -fox'],
    ['moon -"red fox"', 'moon -"red fox"'],
    ['moon or fox box', 'moon | fox box'],
    ['moon OR fox', 'moon | fox'],
    ['or moon', 'or moon'],
    ['moon or', 'moon or'],
    ['or', 'or'],
    ['X-Men', 'x+men'],
    ['moon - fox', 'moon fox'],
    ["moon' OR 1=1 --", 'moon | 1+1'],
    ['moon & !fox:* | (box)', 'moon fox box'],
    ['100%', '100'],
  ])('%s is read as %s', (typed, read) => {
    expect(show(parseSearch(typed))).toBe(read);
  });

  test.each(['', ' ', 'a', '月', '%', '%%', '__', '\\\\', '""', '-fox', '-a -b', '🦄', '👩‍👩‍👧'])(
    '"%s" looks for nothing',
    (typed) => {
      expect(parseSearch(typed)).toBeNull();
    },
  );

  test('words that may be misspelt are those that must be there', () => {
    expect(parseSearch('mooon fx -foox "reed fox" 2024 月うさぎ')?.guessable).toEqual(['mooon']);
  });

  test('a search has an end, and no text is an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (typed) => {
        const search = parseSearch(typed.toWellFormed());
        for (const terms of search?.alternatives ?? [])
          expect(terms.length).toBeLessThanOrEqual(16);
        parseBeginnings(typed.toWellFormed());
      }),
    );
  });
});

describe('parseBeginnings', () => {
  test.each([
    ['or', 'or'],
    ['moon or fo', 'moon or fo'],
    ['-fox "re', 'fox re'],
    ['x', null],
  ])('%s is read as %s', (typed, read) => {
    expect(show(parseBeginnings(typed))).toBe(read);
  });
});
