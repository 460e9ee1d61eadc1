import { sql, type SQL } from 'drizzle-orm';
import type { Search, Term } from './parse-search.ts';
import { pairLetters, type Chunk, type Word } from './split-words.ts';

/** Which words may be the beginnings of longer ones. */
export type Beginnings = 'none' | 'last' | 'all';

/** Words that a misspelt word may have meant, by the misspelt one. */
export type SimilarWords = ReadonlyMap<string, readonly string[]>;

/**
 * The search as a `tsquery`. Words travel as parameters, so no sign that means something to `tsquery` can come from
 * outside. A word that English leaves out of an index ("the") is asked for only where it may be the beginning of another,
 * or where there is nothing else. With `similar`, those words fit as well as what was typed.
 */
export function writeTsquery(
  search: Search,
  beginnings: Beginnings,
  similar: SimilarWords = new Map(),
): SQL {
  const last = search.alternatives
    .at(-1)
    ?.findLast((term) => !term.isExcluded)
    ?.chunks.at(-1);
  const mayBegin = (chunk: Chunk) =>
    beginnings === 'all' || (beginnings === 'last' && chunk === last);
  const alternatives = search.alternatives.map((terms) =>
    join(
      terms.map((term) => writeTerm(term, mayBegin, similar)),
      sql` && `,
    ),
  );
  return join(alternatives, sql` || `);
}

/** Names with any of the similar words, but with nothing that the search excludes. Null if there are no such words. */
export function writeAnySimilar(search: Search, similar: SimilarWords): SQL | null {
  const words = [...new Set([...similar.values()].flat())];
  if (words.length === 0) return null;
  const any = join(
    words.map((word) => sql`popbox.search_literal(${word}::text, ':A')`),
    sql` || `,
  );
  const excluded = search.alternatives.flat().filter((term) => term.isExcluded);
  return join([any, ...excluded.map((term) => writeTerm(term, () => false, new Map()))], sql` && `);
}

function writeTerm(term: Term, mayBegin: (chunk: Chunk) => boolean, similar: SimilarWords): SQL {
  const written = term.isPhrase
    ? join(term.chunks.flatMap((chunk) => chunk.words).flatMap(writeExactly), sql` <-> `)
    : join(
        term.chunks.map((chunk) => writeChunk(chunk, mayBegin(chunk), similar)),
        sql` && `,
      );
  return term.isExcluded ? sql`!! ${written}` : written;
}

function writeChunk({ words, joined }: Chunk, mayBegin: boolean, similar: SimilarWords): SQL {
  const apart = words.map((word, index) => {
    const written = writeWord(word, mayBegin && index === words.length - 1);
    return join([written, ...(similar.get(word.text) ?? []).map(literal)], sql` || `);
  });
  const together = join(apart, sql` && `);
  if (joined === null) return together;
  return sql`(${together} || ${mayBegin ? beginning(joined) : literal(joined)})`;
}

function writeWord(word: Word, mayBegin: boolean): SQL {
  if (word.isRun) return join(writeExactly(word), sql` <-> `);
  return mayBegin ? beginning(word.text) : wordOrStem(word.text);
}

function writeExactly(word: Word): SQL[] {
  if (!word.isRun) return [sql`popbox.search_exactly(${word.text}::text)`];
  const pairs = pairLetters(word.text);
  // Every letter begins a term, so one letter is asked for as a beginning; of more, the pairs say it all.
  return pairs.length === 1 ? [beginning(word.text)] : pairs.slice(0, -1).map(literal);
}

/** Nothing for a word that English leaves out. */
const wordOrStem = (word: string): SQL => sql`popbox.search_word(${word}::text)`;
const literal = (word: string): SQL => sql`popbox.search_literal(${word}::text)`;
const beginning = (word: string): SQL => sql`popbox.search_beginning(${word}::text)`;

function join(parts: SQL[], operator: SQL): SQL {
  return parts.length === 1 && parts[0] !== undefined
    ? parts[0]
    : sql`(${sql.join(parts, operator)})`;
}
