import { expect, test } from 'vitest';
import { guessableWords, placeWords } from './place-words.ts';

const source = {
  name: 'X-Men 月うさぎ',
  tagNames: ['Moon'],
  skus: ['FIG-1'],
  description: 'A box.',
};

test('words stand in their order, with a hole between two texts', () => {
  expect(placeWords(source)).toEqual([
    { word: 'xmen', place: '1A' },
    { word: 'x', place: '1A' },
    { word: 'men', place: '2A' },
    { word: '月う', place: '3A' },
    { word: 'うさ', place: '4A' },
    { word: 'さぎ', place: '5A' },
    { word: 'ぎ', place: '6A' },
    { word: 'moon', place: '8B' },
    { word: 'fig1', place: '10B' },
    { word: 'fig', place: '10B' },
    { word: '1', place: '11B' },
    { word: 'a', place: '13C' },
    { word: 'box', place: '14C' },
  ]);
});

test('words of names and tags may be guessed: no numbers, pairs or very short ones', () => {
  expect(guessableWords({ ...source, name: 'The Moonlit Fox 2024 R2D2 XL 月うさぎ' })).toEqual([
    'the',
    'moonlit',
    'fox',
    'moon',
  ]);
});

test('of a very long description the beginning counts', () => {
  const placed = placeWords({ ...source, description: 'word '.repeat(50_000) });
  expect(placed.length).toBeLessThan(3_000);
});
