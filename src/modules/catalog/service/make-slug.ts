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
};

const QUOTES = /['"`´‘’‚“”„]/gu;

/**
 * A name as part of an address: lower case, accents and quotes dropped, everything else than `a-z0-9` as one
 * hyphen. A name of which nothing is left (Japanese, say) gives `fallback`, so an address is never empty.
 */
export function makeSlug(name: string, options: { fallback: string; maxLength: number }): string {
  const latin = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(QUOTES, '')
    .replace(/[^a-z0-9]/gu, (letter) => LETTERS[letter] ?? '-');
  return trimHyphens(trimHyphens(latin).slice(0, options.maxLength)) || options.fallback;
}

function trimHyphens(text: string): string {
  return text.replace(/-+/g, '-').replace(/^-|-$/g, '');
}

/** `base`, or `base-2`, `base-3` … : the first that is not in `taken`. */
export function firstFreeSlug(base: string, taken: { has: (slug: string) => boolean }): string {
  if (!taken.has(base)) return base;
  let number = 2;
  while (taken.has(`${base}-${String(number)}`)) number += 1;
  return `${base}-${String(number)}`;
}
