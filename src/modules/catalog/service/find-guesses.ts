import type { Database } from '../../../db/client.ts';
import { findSimilarWords, writeOutTsqueries } from '../queries/prepare-search.ts';
import type { Ranking } from '../queries/rank-products.ts';
import type { Search } from '../search/parse-search.ts';
import { writeAnySimilar, writeTsquery, type Beginnings } from '../search/write-tsquery.ts';

/**
 * What the shopper may have meant. Misspelt words are compared with the words of the shop, which are few, and not
 * with its names: a search for "kitsnue figrue" would otherwise read every name with "fig" in it. Null if no word
 * of the shop resembles one of the search.
 */
export async function findGuesses(
  database: Database,
  search: Search,
  beginnings: Beginnings,
): Promise<Ranking['guesses']> {
  if (search.guessable.length === 0) return null;
  const similar = await findSimilarWords(database, search.guessable);
  const any = writeAnySimilar(search, similar);
  if (any === null) return null;
  return writeOutTsqueries(database, { all: writeTsquery(search, beginnings, similar), any });
}
