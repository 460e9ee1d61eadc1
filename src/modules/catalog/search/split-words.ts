import { foldText } from './fold-text.ts';

/** A word, or a run of letters of a script that writes without blanks. */
export type Word = { text: string; isRun: boolean };

/** What stood between two blanks: `FIG-001` has two words and is searched for as `fig001`, too. */
export type Chunk = { words: Word[]; joined: string | null };

const RUN = String.raw`[[\p{sc=Han}\p{scx=Hira}\p{scx=Kana}\p{sc=Hangul}\p{sc=Bopomofo}]&&[\p{L}\p{N}\p{M}]]`;
const WORDS = new RegExp(String.raw`(?<run>${RUN}+)|[[\p{L}\p{N}\p{M}]--${RUN}]+`, 'gv');

/** Dropped, not a border: `Collector's` is one word. */
const QUOTES = /['’‘ʼ`´＇]/gu;

/** No word of a shop is longer; the limit of a lexeme lies far above. */
const MAX_WORD = 64;

/** The words of a text, folded, in their order. Signs are borders and are not found. */
export function splitWords(text: string): Chunk[] {
  return foldText(text.replace(QUOTES, ''))
    .split(/\s+/u)
    .map(splitChunk)
    .filter((chunk) => chunk.words.length > 0);
}

function splitChunk(chunk: string): Chunk {
  const words = [...chunk.matchAll(WORDS)].map((match) => ({
    text: truncate(match[0]),
    isRun: match.groups?.run !== undefined,
  }));
  const isCompound = words.length > 1 && words.every((word) => !word.isRun);
  return { words, joined: isCompound ? truncate(words.map((word) => word.text).join('')) : null };
}

/** By characters: half a surrogate pair is no text. */
function truncate(text: string): string {
  return text.length <= MAX_WORD
    ? text
    : Array.from(text)
        .slice(0, MAX_WORD / 2)
        .join('');
}

/**
 * The terms under which a run can be found by any part of it: each two neighbours, and the last letter alone.
 * Every letter so begins a term, and a search for one letter is a search for a beginning.
 */
export function pairLetters(run: string): string[] {
  const letters = Array.from(run);
  return letters.map((letter, index) => letter + (letters[index + 1] ?? ''));
}

/** The words with single blanks between them: what "begins with" and similarity compare. */
export function plainWords(text: string): string {
  return splitWords(text)
    .flatMap((chunk) => chunk.words.map((word) => word.text))
    .join(' ');
}
