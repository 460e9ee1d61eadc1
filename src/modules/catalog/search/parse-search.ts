import { isGuessable } from './place-words.ts';
import { plainWords, splitWords, type Chunk } from './split-words.ts';

/** Words that stand together: one chunk as typed, or everything within quotes. */
export type Term = { chunks: Chunk[]; isPhrase: boolean; isExcluded: boolean };

export type Search = {
  /** What was typed, as names are compared with it. */
  plain: string;
  /** One of them must fit; each wants all its terms. */
  alternatives: Term[][];
  /** The words that may be misspelt. */
  guessable: string[];
};

/** Counts characters as a person does; a lone one would match half the shop. */
const MIN_LENGTH = 2;
const MAX_TERMS = 16;
const TERMS = /(?<minus>-?)(?:"(?<phrase>[^"]*)"?|(?<chunk>[^\s"]+))/gu;

/**
 * Reads what a shopper typed: words (all wanted), `"a phrase"`, `-without`, `this or that`. Anything can be typed: no
 * text is an error. Null if there is nothing to look for, because it is too short or has no letters.
 */
export function parseSearch(text: string): Search | null {
  const typed = tidy(text);
  if (typed === null) return null;
  const alternatives: Term[][] = [[]];
  const found = [...typed.matchAll(TERMS)];
  for (const [index, match] of found.entries()) {
    const { minus, phrase, chunk } = match.groups ?? {};
    const isBetweenTerms = index > 0 && index < found.length - 1;
    if (match[0].toLowerCase() === 'or' && isBetweenTerms) {
      alternatives.push([]);
      continue;
    }
    alternatives.at(-1)?.push({
      chunks: splitWords(phrase ?? chunk ?? ''),
      isPhrase: phrase !== undefined,
      isExcluded: minus === '-',
    });
  }
  return present(typed, alternatives);
}

/**
 * Reads what is being typed: every word is wanted, and each may be a beginning. No signs are commands yet: `or` is
 * how "orange" begins. Null as above.
 */
export function parseBeginnings(text: string): Search | null {
  const typed = tidy(text);
  if (typed === null) return null;
  const terms = splitWords(typed).map((chunk) => ({
    chunks: [chunk],
    isPhrase: false,
    isExcluded: false,
  }));
  return present(typed, [terms]);
}

function tidy(text: string): string | null {
  const typed = text.normalize('NFC').trim().replace(/\s+/gu, ' ');
  return Array.from(typed).length < MIN_LENGTH ? null : typed;
}

function present(typed: string, parsed: Term[][]): Search | null {
  const alternatives = parsed
    .map((terms) => terms.filter((term) => term.chunks.length > 0).slice(0, MAX_TERMS))
    // Nothing but exclusions would be a search for nearly everything.
    .filter((terms) => terms.some((term) => !term.isExcluded))
    .slice(0, MAX_TERMS);
  if (alternatives.length === 0) return null;
  const words = alternatives
    .flat()
    .filter((term) => !term.isExcluded && !term.isPhrase)
    .flatMap((term) => term.chunks.flatMap((chunk) => chunk.words));
  const guessable = new Set(words.filter(isGuessable).map((word) => word.text));
  return { plain: plainWords(typed), alternatives, guessable: [...guessable] };
}
