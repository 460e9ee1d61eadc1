import { describe, expect, test } from 'vitest';
import { readPostalCode } from './read-postal-code.ts';

describe('reading a postal code', () => {
  test.each([
    ['T2P 1J9', 'T2P 1J9'],
    ['t2p1j9', 'T2P 1J9'],
    ['T2P-1J9', 'T2P 1J9'],
    ['t2p – 1j9', 'T2P 1J9'],
    ['  T2P\u00a01J9 ', 'T2P 1J9'],
    ['T 2 P 1 J 9', 'T2P 1J9'],
    ['Ｔ２Ｐ　１Ｊ９', 'T2P 1J9'],
    ['\u200bT2P 1J9\ufeff', 'T2P 1J9'],
    ['E1W 2Z3', 'E1W 2Z3'],
  ])('"%s" is %s', (text, postalCode) => {
    expect(readPostalCode(text)).toEqual({ postalCode, isGuess: false });
  });

  test.each([
    ['K1A OB1', 'K1A 0B1'],
    ['koa ob i', 'K0A 0B1'],
    ['KLA 0B1', 'K1A 0B1'],
  ])('"%s" is probably %s', (text, postalCode) => {
    expect(readPostalCode(text)).toEqual({ postalCode, isGuess: true });
  });

  test.each(['D', 'F', 'I', 'O', 'Q', 'U'])('%s is not used, wherever it stands', (letter) => {
    const codes = [`${letter}2P 1J9`, `T2${letter} 1J9`, `T2P 1${letter}9`];
    expect(codes.map(readPostalCode)).toEqual([null, null, null]);
  });

  test.each(['W2P 1J9', 'Z2P 1J9'])('%s: W and Z never come first', (text) => {
    expect(readPostalCode(text)).toBeNull();
  });

  test.each([
    ['nothing', ''],
    ['a short one', 'T2P 1J'],
    ['a long one', 'T2P 1J99'],
    ['digits first', '2T2 P1J'],
    ['an American code', '90210'],
    ['a NUL character', 'T2P\u00001J9'],
    ['emoji', 'T2P 1J9🎁'],
    ['half a surrogate pair', 'T2P 1J\ud83c'],
    ['letters that look Latin', 'Т2Р 1Ј9'],
    ['digits of another script', 'T٢P ١J٩'],
    ['another separator', 'T2P_1J9'],
  ])('%s is none', (_name, text) => {
    expect(readPostalCode(text)).toBeNull();
  });
});
