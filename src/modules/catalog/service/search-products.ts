import type { App } from '../../../kernel/app.ts';
import type { SearchProductsQuery } from '../catalog.discovery-contract.ts';
import { loadCards } from '../queries/load-cards.ts';
import type { AgePlace } from '../queries/newest-fitting.ts';
import { writeOutTsqueries } from '../queries/prepare-search.ts';
import {
  listOlderProducts,
  rankProducts,
  WINDOW,
  type RankedRow,
} from '../queries/rank-products.ts';
import { parseSearch, type Search } from '../search/parse-search.ts';
import { writeTsquery } from '../search/write-tsquery.ts';
import { findGuesses } from './find-guesses.ts';
import type { ProductPage } from './list-products.ts';
import { presentCard } from './present-card.ts';
import {
  READINGS,
  readSearchCursor,
  writeSearchCursor,
  type Reading,
  type SearchCursor,
} from './read-search-cursor.ts';

/** With fewer products than that more is read into the words. */
const FEW = 10;

/** One page of the active products that fit what was typed; `nextCursor` is null on the last one. */
export async function searchProducts(app: App, query: SearchProductsQuery): Promise<ProductPage> {
  const search = parseSearch(query.q);
  if (search === null) return { items: [], nextCursor: null };
  const cursor = readSearchCursor(query.cursor);
  const found =
    cursor?.kind === 'older'
      ? await findOlder(app, search, cursor, query.limit)
      : await findRanked(app, search, cursor, query.limit);
  const cards = await loadCards(app.database, found.ids);
  return {
    items: cards.map((row) => presentCard(row, app.storage)),
    nextCursor: found.next === null ? null : writeSearchCursor(found.next),
  };
}

type FoundPage = { ids: string[]; next: SearchCursor | null };
type RankedCursor = Extract<SearchCursor, { kind: 'ranked' }>;
type OlderCursor = Extract<SearchCursor, { kind: 'older' }>;

async function findRanked(
  app: App,
  search: Search,
  cursor: RankedCursor | null,
  limit: number,
): Promise<FoundPage> {
  const { rows, reading } =
    cursor === null
      ? await readFirst(app, search, limit + 1)
      : {
          rows: await rank(app, search, cursor.reading, cursor, limit + 1),
          reading: cursor.reading,
        };
  const oldest = cursor?.oldest ?? endOfWindow(rows);
  const shown = rows.slice(0, limit);
  const ids = shown.map((row) => row.id);
  const last = shown.at(-1);
  if (last !== undefined && rows.length > limit) {
    const { id, createdAt, relevance } = last;
    const next = { kind: 'ranked', reading, after: { id, createdAt, relevance }, oldest } as const;
    return { ids, next };
  }
  if (oldest === null) return { ids, next: null };
  const behind = { kind: 'older', reading, after: oldest } as const;
  const rest = await findOlder(app, search, behind, limit - ids.length);
  return { ids: [...ids, ...rest.ids], next: rest.next };
}

/** Reads more into the words as long as they find few. */
async function readFirst(
  app: App,
  search: Search,
  count: number,
): Promise<{ rows: RankedRow[]; reading: Reading }> {
  let found: { rows: RankedRow[]; reading: Reading } = { rows: [], reading: 'whole' };
  for (const reading of READINGS) {
    const rows = await rank(app, search, reading, null, count);
    // What is read into the words adds to what they find; with nothing added the cheaper reading goes on.
    if (rows.length > 0) found = { rows, reading };
    if ((rows[0]?.fitting ?? 0) >= FEW) break;
  }
  return found;
}

async function rank(
  app: App,
  search: Search,
  reading: Reading,
  cursor: RankedCursor | null,
  count: number,
): Promise<RankedRow[]> {
  const guesses =
    reading === 'guessed' ? await findGuesses(app.database, search, beginningsOf(reading)) : null;
  if (reading === 'guessed' && guesses === null && cursor === null) return [];
  const { words } = await writeOut(app, search, reading);
  return rankProducts(app.database, {
    words,
    plain: search.plain,
    name: 'equal',
    guesses,
    oldest: cursor?.oldest ?? null,
    after: cursor?.after ?? null,
    count,
  });
}

const writeOut = (app: App, search: Search, reading: Reading) =>
  writeOutTsqueries(app.database, { words: writeTsquery(search, beginningsOf(reading)) });

const beginningsOf = (reading: Reading) => (reading === 'whole' ? 'none' : 'last');

/** Null unless the window is full: then nothing stands behind it. */
function endOfWindow([row]: readonly RankedRow[]): AgePlace | null {
  if (row === undefined || row.fitting < WINDOW) return null;
  return { id: row.oldestId, createdAt: row.oldestAt };
}

async function findOlder(
  app: App,
  search: Search,
  { reading, after }: OlderCursor,
  limit: number,
): Promise<FoundPage> {
  const { words } = await writeOut(app, search, reading);
  const rows = await listOlderProducts(app.database, {
    words,
    plain: search.plain,
    after,
    count: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const ids = shown.map((row) => row.id);
  if (rows.length <= limit) return { ids, next: null };
  return { ids, next: { kind: 'older', reading, after: shown.at(-1) ?? after } };
}
