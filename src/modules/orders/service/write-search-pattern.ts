/**
 * The LIKE pattern of a word in a text whose words stand behind blanks. Three characters and more may stand anywhere; fewer
 * have no trigram of their own and would be looked for in every row, so they must begin a word.
 */
export function patternOf(word: string): string {
  const literal = word.replace(/[\\%_]/g, (sign) => `\\${sign}`);
  return Array.from(word).length < 3 ? `% ${literal}%` : `%${literal}%`;
}
