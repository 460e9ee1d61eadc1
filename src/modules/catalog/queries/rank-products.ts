import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';

/** A product's place in an order by age; the time in full precision. */
export type AgePlace = { id: string; createdAt: string };

/** A product's place in a search: relevance (in millionths, so that a cursor compares exactly), then age. */
export type SearchPlace = AgePlace & { relevance: number };

export type Ranking = {
  /** A tsquery. */
  words: SQL;
  /** What was typed, as names are written in the index. */
  plain: string;
  /** Names that count besides the words: `equal` to what was typed, or beginning with it, which earns points. */
  name: 'equal' | 'begins';
  /** Tsqueries with similar words: every word or one like it, and names with any of them. */
  guesses: { all: SQL; any: SQL } | null;
  /** So many of the newest products that fit are ranked. */
  window: number;
  /** The last product of the window as an earlier page knew it: new products do not push it out. */
  oldest: AgePlace | null;
  after: SearchPlace | null;
  count: number;
};

export type RankedRow = SearchPlace & {
  /** How many products fit the words, at most `window`; the oldest of them. */
  fitting: number;
  oldestId: string;
  oldestAt: string;
};

/** A name less similar than 0.15 is not like the search; relevance as below. */
const LEAST_RELEVANCE = 25_000;

/** Products that nobody asked for by name need not be many. */
const MOST_GUESSED = 100;

/** Names that begin with two letters may be thousands; the first of them do. */
const MOST_NAMED = 50;

const NEWEST_FIRST = sql`found.created_at DESC NULLS LAST, found.product_id DESC NULLS LAST`;

/**
 * Places of active products that fit, best first.
 *
 * A word that half of the shop has fits ten thousands of products, and to rank them all takes longer than anybody
 * waits. So only the newest `window` of them are ranked, and what is named so however old it is. Words that fewer
 * products have are found through the inverted index, and all are ranked.
 */
export async function rankProducts(database: Database, ranking: Ranking): Promise<RankedRow[]> {
  const { words, guesses, after } = ranking;
  const relevance = relevanceOf(ranking);
  const similarity = sql`popbox.guess_similarity(found.plain_name, ${ranking.plain}::text)`;
  const guessed = inMillionths(sql`greatest(${similarity} - 0.1, 0) * 0.5`);
  const guessing = { window: MOST_GUESSED, oldest: null };
  const candidates = [
    sql`SELECT * FROM recent`,
    namedSo(ranking, relevance),
    ...(guesses === null
      ? []
      : [
          newest(guesses.all, guessed, guessing),
          sql`SELECT * FROM ${newest(guesses.any, guessed, guessing)} likely
            WHERE likely.relevance >= ${LEAST_RELEVANCE}::int`,
        ]),
  ];
  const { rows } = await database.db.execute<RankedRow>(sql`
    WITH recent AS MATERIALIZED ${newest(words, relevance, ranking)},
    ranked AS (
      SELECT product_id, created_at, max(relevance) AS relevance
      FROM (${sql.join(candidates, sql` UNION ALL `)}) candidate GROUP BY product_id, created_at
    )
    SELECT found.product_id AS id, found.relevance, ${inFull(sql`found.created_at`)} AS "createdAt",
      coalesce(seen.fitting, 0) AS fitting, seen."oldestId", seen."oldestAt"
    FROM ranked found CROSS JOIN (
      SELECT count(*)::int AS fitting, (array_agg(product_id ORDER BY created_at, product_id))[1] AS "oldestId",
        ${inFull(sql`min(created_at)`)} AS "oldestAt"
      FROM recent
    ) seen
    ${
      after === null
        ? sql``
        : sql`WHERE (found.relevance, found.created_at, found.product_id)
            < (${after.relevance}::int, ${after.createdAt}::timestamptz, ${after.id}::uuid)`
    }
    ORDER BY found.relevance DESC, ${NEWEST_FIRST} LIMIT ${ranking.count}`);
  return rows;
}

/** The products behind the window, newest first. */
export async function listOlderProducts(
  database: Database,
  rest: { words: SQL; plain: string; after: AgePlace; count: number },
): Promise<AgePlace[]> {
  const { words, plain, after } = rest;
  const { rows } = await database.db.execute<AgePlace>(sql`
    SELECT found.product_id AS id, ${inFull(sql`found.created_at`)} AS "createdAt"
    FROM popbox.product_search found
    WHERE found.is_active AND found.document @@ ${words}
      AND (found.created_at, found.product_id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)
      -- Shown already, among the ranked ones.
      AND found.plain_name <> ${plain}::text
    ORDER BY ${NEWEST_FIRST} LIMIT ${rest.count}`);
  return rows;
}

/** Up to twenty words of names and tags for each misspelt one, by it; those that resemble nothing are missing. */
export async function findSimilarWords(
  database: Database,
  misspelt: readonly string[],
): Promise<Map<string, string[]>> {
  const { rows } = await database.db.execute<{ word: string; similar: string[] }>(sql`
    SELECT given.word, array(SELECT popbox.similar_words(given.word, ${MOST_SIMILAR})) AS similar
    FROM unnest(${sql.param([...misspelt])}::text[]) AS given (word)`);
  return new Map(
    rows.filter((row) => row.similar.length > 0).map((row) => [row.word, row.similar]),
  );
}

const MOST_SIMILAR = 6;

/**
 * The newest products that fit a tsquery, with their relevance.
 *
 * For words that many products have (2 % and more), the newest products are read until enough of them fit; for others
 * the inverted index names them all. The planner would choose by what it expects, and it is often wrong about words that
 * go together, so a sample decides.
 */
function newest(
  words: SQL,
  relevance: SQL,
  { window, oldest }: Pick<Ranking, 'window' | 'oldest'>,
): SQL {
  // Twice the window: what was added since the first page is ranked, too, but not without end.
  const count = oldest === null ? window : 2 * window;
  const since =
    oldest === null
      ? sql``
      : sql`AND (product.created_at, product.product_id)
          >= (${oldest.createdAt}::timestamptz, ${oldest.id}::uuid)`;
  const fits = sql`product.is_active AND product.document @@ ${words} ${since}`;
  return sql`(
    WITH sample AS MATERIALIZED (
      SELECT count(*) >= 10 AS is_common
      FROM (SELECT * FROM popbox.product_search found WHERE found.is_active ORDER BY ${NEWEST_FIRST} LIMIT 500) latest
      WHERE latest.document @@ ${words}
    )
    SELECT found.product_id, found.created_at, ${relevance} AS relevance
    FROM (
      (
        SELECT found.* FROM (SELECT * FROM popbox.product_search product WHERE ${fits}) found
        WHERE (SELECT is_common FROM sample) ORDER BY ${NEWEST_FIRST} LIMIT ${count}
      ) UNION ALL (
        -- OFFSET keeps the order out of the inner choice of an index.
        SELECT found.* FROM (SELECT * FROM popbox.product_search product WHERE ${fits} OFFSET 0) found
        WHERE NOT (SELECT is_common FROM sample) ORDER BY ${NEWEST_FIRST} LIMIT ${count}
      )
    ) found
  )`;
}

function namedSo({ name, plain }: Ranking, relevance: SQL): SQL {
  // ^@ is "begins with": unlike LIKE it has no signs of its own, and a C-ordered index answers it.
  const fits = name === 'equal' ? sql`=` : sql`^@`;
  return sql`(
    SELECT found.product_id, found.created_at, ${relevance} AS relevance
    FROM popbox.product_search found
    WHERE found.is_active AND found.plain_name ${fits} ${plain}::text
    ORDER BY found.plain_name LIMIT ${MOST_NAMED}
  )`;
}

function relevanceOf({ words, plain, name }: Ranking): SQL {
  const bonus =
    name === 'equal'
      ? sql`0`
      : sql`CASE WHEN found.plain_name = ${plain}::text THEN 100
          WHEN found.plain_name ^@ ${plain}::text THEN 50 ELSE 0 END`;
  return inMillionths(sql`ts_rank_cd(found.document, ${words})
    + greatest(popbox.name_similarity(found.plain_name, ${plain}::text) - 0.1, 0) * 0.5 + ${bonus}`);
}

/** A text that repeats a word a thousand times must not leave the range of an integer. */
const inMillionths = (points: SQL): SQL => sql`(least(${points}, 2000) * 1000000)::int`;

const inFull = (time: SQL): SQL =>
  sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'`;
