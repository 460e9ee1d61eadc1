/** Letters that Unicode does not take apart into a base letter and an accent. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ς: 'σ',
};

/** Distance between a katakana and the hiragana of the same sound. */
const KANA_DISTANCE = 0x60;

/**
 * A text as search compares it: lower case, without accents, with wide and narrow forms made equal and katakana
 * written as hiragana. Applied to what is indexed and to what is asked, so the database needs no `unaccent`.
 *
 * Only the accents of European scripts go: the marks of が and of 한 are taken apart by NFKD as well, and without
 * them the letters would be others. NFKC puts those together again.
 */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/gu, '')
    .replace(/[ßæœøđðþłıς]/gu, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKC')
    .replace(/[ァ-ヶ]/gu, (kana) =>
      String.fromCodePoint((kana.codePointAt(0) ?? 0) - KANA_DISTANCE),
    );
}
