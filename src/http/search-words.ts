import { sql, type SQL } from 'drizzle-orm';
import { z } from 'zod';

const MAX_WORDS = 8;

/** `search` of a query string as its words; none if it is absent or blank. */
export const searchQuery = z
  .string()
  .max(200, 'Must have at most 200 characters.')
  .optional()
  .transform((text) => (text ?? '').split(/\s+/u).filter((word) => word !== ''))
  .pipe(z.array(z.string()).max(MAX_WORDS, `Must have at most ${String(MAX_WORDS)} words.`));

/**
 * The condition that a text, whose words stand behind blanks, holds a word. Three characters and more may stand anywhere;
 * fewer have no trigram of their own and would be looked for in every row, so they must begin a word. Signs alone have none
 * at all, and nobody is called by them.
 */
export function holdsWord(text: SQL, word: string): SQL {
  if (!/[\p{L}\p{N}]/u.test(word)) return sql`false`;
  const literal = word.replace(/[\\%_]/g, (sign) => `\\${sign}`);
  const pattern = Array.from(word).length < 3 ? `% ${literal}%` : `%${literal}%`;
  return sql`${text} ILIKE ${pattern}`;
}
