import { pairLetters, splitWords } from './split-words.ts';

/** What a product can be found by. */
export type SearchSource = {
  name: string;
  tagNames: readonly string[];
  skus: readonly string[];
  description: string | null;
};

/** A term and where it stands, as a `tsvector` writes it: `12A`. */
export type PlacedWord = { word: string; place: string };

type Weight = 'A' | 'B' | 'C';

/** A description may be a novel; what decides a search stands at its beginning. */
const MAX_DESCRIPTION = 10_000;

/**
 * The terms of a product with their weights: name A, tags and SKUs B, description C. English stems are added where
 * the document is stored, because Postgres has the stemmer.
 */
export function placeWords(source: SearchSource): PlacedWord[] {
  const placed: PlacedWord[] = [];
  let place = 1;
  const add = (text: string, weight: Weight) => {
    for (const { words, joined } of splitWords(text)) {
      if (joined !== null) placed.push({ word: joined, place: `${place}${weight}` });
      for (const word of words) {
        for (const term of word.isRun ? pairLetters(word.text) : [word.text]) {
          placed.push({ word: term, place: `${place}${weight}` });
          place += 1;
        }
      }
    }
    // A hole, so that no phrase reaches from one text into the next.
    place += 1;
  };
  add(source.name, 'A');
  for (const name of source.tagNames) add(name, 'B');
  for (const sku of source.skus) add(sku, 'B');
  add((source.description ?? '').slice(0, MAX_DESCRIPTION), 'C');
  return placed;
}

/** Words of names and tags that a misspelt word may have meant. Numbers are not guessed, nor what has some in it. */
export function guessableWords(source: SearchSource): string[] {
  const words = [source.name, ...source.tagNames].flatMap((text) =>
    splitWords(text).flatMap((chunk) => chunk.words),
  );
  return [...new Set(words.filter(isGuessable).map((word) => word.text))];
}

export function isGuessable(word: { text: string; isRun: boolean }): boolean {
  return !word.isRun && word.text.length >= 3 && !/\p{N}/u.test(word.text);
}
