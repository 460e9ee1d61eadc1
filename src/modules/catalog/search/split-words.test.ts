import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldText } from './fold-text.ts';
import { pairLetters, plainWords, splitWords } from './split-words.ts';

const words = (text: string) => splitWords(text).flatMap((chunk) => chunk.words.map((w) => w.text));

describe('foldText', () => {
  test.each([
    ['Pokémon CAFÉ', 'pokemon cafe'],
    ['Pokémon', 'pokemon'],
    ['Straße nach Łódź', 'strasse nach lodz'],
    ['ＦＩＧＵＲＥ　１２', 'figure 12'],
    ['İstanbul', 'istanbul'],
    ['ウサギ', 'うさぎ'],
    ['ｳｻｷﾞ', 'うさぎ'],
    ['がぎぐ', 'がぎぐ'],
    ['피규어', '피규어'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ёж', 'еж'],
  ])('%s becomes %s', (text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  test('what is folded stays so', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 50 }), (text) => {
        const folded = foldText(text);
        expect(foldText(folded)).toBe(folded);
      }),
    );
  });
});

describe('splitWords', () => {
  test.each([
    ['Luffy Gear-5 (20cm)', ['luffy', 'gear', '5', '20cm']],
    ["Collector's “Gold” Edition", ['collectors', 'gold', 'edition']],
    ['Fate/Grand_Order', ['fate', 'grand', 'order']],
    ['ワンピースFigure第2弾', ['わんぴーす', 'figure', '第', '2', '弾']],
    ['月うさぎ・一番くじ', ['月うさぎ', '一番くじ']],
    ['佐々木〇々', ['佐々木〇々']],
    ['% _ \\ \' " -', []],
    ['🦄', []],
    ['', []],
  ])('%s', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('a chunk with signs is also one word', () => {
    expect(splitWords('FIG-001 x').map((chunk) => chunk.joined)).toEqual(['fig001', null]);
    expect(splitWords('月-うさぎ').map((chunk) => chunk.joined)).toEqual([null]);
  });

  test('words have letters and digits only, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const { words: found, joined } of splitWords(text.toWellFormed())) {
          for (const word of found) expect(word.text).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
          if (joined !== null) expect(joined).toMatch(/^[\p{L}\p{N}\p{M}]+$/u);
        }
      }),
    );
  });

  test('an endless word is cut between characters', () => {
    const [word] = words('𠮷'.repeat(500));
    expect(word?.length).toBeLessThanOrEqual(64);
    expect(word?.isWellFormed()).toBe(true);
  });
});

test('plainWords puts single blanks between words', () => {
  expect(plainWords('  Ré:Zero —  Box!  ')).toBe('re zero box');
});

test('each neighbouring pair of letters is a term, and the last letter', () => {
  expect(pairLetters('月うさぎ')).toEqual(['月う', 'うさ', 'さぎ', 'ぎ']);
  expect(pairLetters('月')).toEqual(['月']);
  expect(pairLetters('𠮷野')).toEqual(['𠮷野', '野']);
});
