import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstFreeSlug, makeSlug } from './make-slug.ts';

const options = { fallback: 'product-0f3a', maxLength: 40 };

test.each([
  ['Luffy Gear 5 Figure', 'luffy-gear-5-figure'],
  ["Collector's “Gold” Edition", 'collectors-gold-edition'],
  ['  --Hello,   World!--  ', 'hello-world'],
  ['Pokémon Café', 'pokemon-cafe'],
  ['Straße nach Łódź', 'strasse-nach-lodz'],
  ['ワンピース Figure', 'wanpisu-figure'],
  ['ｶﾞﾝﾀﾞﾑ ガンダム', 'gandamu-gandamu'],
  ['一番くじ', 'yifankuji'],
  ['Фигурка Лисы', 'figurka-lisy'],
  ['피규어 Ελλάς', 'pigyueo-ellas'],
  ['🦄 Æther ™', 'aether-tm'],
  ['🦄', 'product-0f3a'],
  ['\u0301', 'product-0f3a'],
  ['!!!', 'product-0f3a'],
  ['', 'product-0f3a'],
  ['Ⅳ ① ½', 'iv-1-1-2'],
])('%s becomes %s', (name, slug) => {
  expect(makeSlug(name, options)).toBe(slug);
});

test('a long name is cut without a hyphen at its end', () => {
  expect(makeSlug(`${'a'.repeat(39)} bcd`, options)).toBe('a'.repeat(39));
});

test('any name gives an address that the table accepts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
      const slug = makeSlug(name, options);
      expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(slug.length).toBeLessThanOrEqual(options.maxLength);
    }),
  );
});

test('a taken slug gets the smallest free number', () => {
  expect(firstFreeSlug('box', new Set())).toBe('box');
  expect(firstFreeSlug('box', new Set(['box']))).toBe('box-2');
  expect(firstFreeSlug('box', new Set(['box', 'box-2', 'box-4']))).toBe('box-3');
  expect(firstFreeSlug('box', new Set(['box-2']))).toBe('box');
});
