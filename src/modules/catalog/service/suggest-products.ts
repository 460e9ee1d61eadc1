import type { Database } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import { CURRENCY } from '../../../kernel/money.ts';
import type { Suggestion, SuggestProductsQuery } from '../catalog.discovery-contract.ts';
import { loadSuggestions } from '../queries/load-suggestions.ts';
import { writeOutTsqueries } from '../queries/prepare-search.ts';
import { rankProducts, type SearchPlace } from '../queries/rank-products.ts';
import { parseBeginnings, type Search } from '../search/parse-search.ts';
import { writeTsquery } from '../search/write-tsquery.ts';
import { findGuesses } from './find-guesses.ts';

/** The active products that what is being typed may become, best first. */
export async function suggestProducts(
  app: App,
  query: SuggestProductsQuery,
): Promise<{ items: Suggestion[] }> {
  const search = parseBeginnings(query.q);
  if (search === null) return { items: [] };
  const places = await findPlaces(app.database, search, query.limit);
  const rows = await loadSuggestions(
    app.database,
    places.map((place) => place.id),
  );
  return {
    items: rows.map(({ storageKey, ...row }) => ({
      ...row,
      thumbnailUrl: storageKey === null ? null : app.storage.publicUrl(storageKey),
      currency: CURRENCY,
    })),
  };
}

/**
 * First with all words but the last taken as complete, as they mostly are: to read every word that begins like them costs
 * five times as much. Then with each as a beginning, then with similar words, while there are too few.
 */
async function findPlaces(
  database: Database,
  search: Search,
  count: number,
): Promise<SearchPlace[]> {
  const ranking = {
    plain: search.plain,
    name: 'begins' as const,
    guesses: null,
    oldest: null,
    after: null,
    count,
  };
  const { last, all } = await writeOutTsqueries(database, {
    last: writeTsquery(search, 'last'),
    all: writeTsquery(search, 'all'),
  });
  const complete = await rankProducts(database, { ...ranking, words: last });
  if (complete.length === count) return complete;
  const isOneWord = search.plain.split(' ').length === 1;
  const begun = isOneWord ? complete : await rankProducts(database, { ...ranking, words: all });
  if (begun.length === count) return begun;
  const guesses = await findGuesses(database, search, 'all');
  return guesses === null ? begun : rankProducts(database, { ...ranking, words: all, guesses });
}
