import anyAscii from 'any-ascii';

const QUOTES = /['"`´‘’‚“”„]/gu;

/** The long sound of a kana is no letter of its own: it would become a hyphen within a word. */
const LONG_SOUND = /ー/gu;

/**
 * A name as part of an address: in Latin letters (ガンダム becomes gandamu), lower case, accents and quotes dropped,
 * everything else than `a-z0-9` as one hyphen. Letters only: a picture's name would make a strange address. Where nothing is
 * left the slug is `fallback`, so an address is never empty.
 */
export function makeSlug(name: string, options: { fallback: string; maxLength: number }): string {
  const latin = name
    // Composed and of full width first: half-width kana would lose their marks.
    .normalize('NFKC')
    .replace(LONG_SOUND, '')
    .replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => anyAscii(word))
    .replace(QUOTES, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/gu, '-');
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
