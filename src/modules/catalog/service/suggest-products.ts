import type { App } from '../../../kernel/app.ts';
import { CURRENCY } from '../../../kernel/money.ts';
import type { Suggestion, SuggestProductsQuery } from '../catalog.discovery-contract.ts';
import { loadSuggestions } from '../queries/load-suggestions.ts';
import { rankProducts } from '../queries/rank-products.ts';
import { parseBeginnings } from '../search/parse-search.ts';
import { writeTsquery } from '../search/write-tsquery.ts';
import { findGuesses } from './find-guesses.ts';

/** Fewer than a search ranks: this answers each key. */
const WINDOW = 200;

/** The active products that what is being typed may become, best first. */
export async function suggestProducts(
  app: App,
  query: SuggestProductsQuery,
): Promise<{ items: Suggestion[] }> {
  const search = parseBeginnings(query.q);
  if (search === null) return { items: [] };
  const ranking = {
    words: writeTsquery(search, 'all'),
    plain: search.plain,
    name: 'begins' as const,
    guesses: null,
    window: WINDOW,
    oldest: null,
    after: null,
    count: query.limit,
  };
  let found = await rankProducts(app.database, ranking);
  if (found.length < query.limit) {
    const guesses = await findGuesses(app.database, search, 'all');
    if (guesses !== null) found = await rankProducts(app.database, { ...ranking, guesses });
  }
  const rows = await loadSuggestions(
    app.database,
    found.map((place) => place.id),
  );
  return {
    items: rows.map(({ storageKey, ...row }) => ({
      ...row,
      thumbnailUrl: storageKey === null ? null : app.storage.publicUrl(storageKey),
      currency: CURRENCY,
    })),
  };
}
