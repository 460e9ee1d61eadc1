import type { App } from '../../../kernel/app.ts';
import type { SearchProductsQuery } from '../catalog.discovery-contract.ts';
import { loadCards } from '../queries/load-cards.ts';
import {
  listOlderProducts,
  rankProducts,
  type AgePlace,
  type RankedRow,
} from '../queries/rank-products.ts';
import { parseSearch, type Search } from '../search/parse-search.ts';
import { writeTsquery } from '../search/write-tsquery.ts';
import { findGuesses } from './find-guesses.ts';
import type { ProductPage } from './list-products.ts';
import { presentCard } from './present-card.ts';
import { readSearchCursor, writeSearchCursor, type SearchCursor } from './read-search-cursor.ts';

/** So many products are ranked; with more, the older ones follow by age. */
const WINDOW = 400;

/** Guesses are made where the words as typed find less than a page. */
const FEW = 20;

/** One page of the active products that fit what was typed; `nextCursor` is null on the last one. */
export async function searchProducts(app: App, query: SearchProductsQuery): Promise<ProductPage> {
  const search = parseSearch(query.q);
  if (search === null) return { items: [], nextCursor: null };
  const found = await findPage(app, search, readSearchCursor(query.cursor), query.limit);
  const cards = await loadCards(app.database, found.ids);
  return {
    items: cards.map((row) => presentCard(row, app.storage)),
    nextCursor: found.next === null ? null : writeSearchCursor(found.next),
  };
}

type FoundPage = { ids: string[]; next: SearchCursor | null };

async function findPage(
  app: App,
  search: Search,
  cursor: SearchCursor | null,
  limit: number,
): Promise<FoundPage> {
  if (cursor?.kind === 'older') return findOlder(app, search, cursor.after, limit);
  const rows = await rank(app, search, cursor, limit + 1);
  const oldest = cursor?.oldest ?? endOfWindow(rows);
  const shown = rows.slice(0, limit);
  const ids = shown.map((row) => row.id);
  const last = shown.at(-1);
  if (last !== undefined && rows.length > limit) {
    const { id, createdAt, relevance } = last;
    return { ids, next: { kind: 'ranked', after: { id, createdAt, relevance }, oldest } };
  }
  if (oldest === null) return { ids, next: null };
  const rest = await findOlder(app, search, oldest, limit - ids.length);
  return { ids: [...ids, ...rest.ids], next: rest.next };
}

async function rank(
  app: App,
  search: Search,
  cursor: Extract<SearchCursor, { kind: 'ranked' }> | null,
  count: number,
): Promise<RankedRow[]> {
  const ranking = {
    words: writeTsquery(search, 'last'),
    plain: search.plain,
    name: 'equal' as const,
    guesses: null,
    window: WINDOW,
    oldest: cursor?.oldest ?? null,
    after: cursor?.after ?? null,
    count,
  };
  const rows = await rankProducts(app.database, ranking);
  if (ranking.oldest !== null || (rows[0]?.fitting ?? 0) >= FEW) return rows;
  const guesses = await findGuesses(app.database, search, 'last');
  return guesses === null ? rows : rankProducts(app.database, { ...ranking, guesses });
}

/** Null unless the window is full: then nothing stands behind it. */
function endOfWindow([row]: readonly RankedRow[]): AgePlace | null {
  if (row === undefined || row.fitting < WINDOW) return null;
  return { id: row.oldestId, createdAt: row.oldestAt };
}

async function findOlder(
  app: App,
  search: Search,
  after: AgePlace,
  limit: number,
): Promise<FoundPage> {
  const rows = await listOlderProducts(app.database, {
    words: writeTsquery(search, 'last'),
    plain: search.plain,
    after,
    count: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const ids = shown.map((row) => row.id);
  if (rows.length <= limit) return { ids, next: null };
  return { ids, next: { kind: 'older', after: shown.at(-1) ?? after } };
}
