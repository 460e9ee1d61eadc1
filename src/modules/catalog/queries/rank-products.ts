import { sql, type SQL } from 'drizzle-orm';
import type { Database } from '../../../db/client.ts';
import { compileByKey } from '../../../db/compile-query.ts';
import { inText } from './in-text.ts';
import { NEWEST_FIRST, newestFitting, type AgePlace, type OldestValues } from './newest-fitting.ts';

/** A product's place in a search: relevance (in millionths, so that a cursor compares exactly), then age. */
export type SearchPlace = AgePlace & { relevance: number };

/** A tsquery as Postgres writes it. */
export type Tsquery = string;

export type Ranking = {
  words: Tsquery;
  /** What was typed, as names are written in the index. */
  plain: string;
  /** Names that count besides the words: `equal` to what was typed, or beginning with it, which earns points. */
  name: 'equal' | 'begins';
  /** With similar words: every word or one like it, and names with any of them. */
  guesses: { all: Tsquery; any: Tsquery } | null;
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

/** So many of the newest products that fit are ranked. */
export const WINDOW = 100;

/** A name less similar than 0.15 is not like the search; relevance as below. */
const LEAST_RELEVANCE = 25_000;

/** Names that begin with two letters may be thousands; the first of them do. */
const MOST_NAMED = 50;

/** Behind every text that begins with another, in the order of bytes. */
const LAST_CHARACTER = '\u{10FFFF}';

// What was asked, as subqueries: their values are no part of the plan, so each connection plans a search once.
const WORDS = sql`(SELECT words FROM asked)`;
const PLAIN = sql`(SELECT plain FROM asked)`;
const LIKE_ALL = sql`(SELECT like_all FROM asked)`;
const LIKE_ANY = sql`(SELECT like_any FROM asked)`;
// The same as columns of a join, for our own functions: with a subquery for an argument they are called for each row, and
// a call costs ten times what it calls.
const ASKED = sql`CROSS JOIN asked`;

type RankingValues = {
  words: Tsquery;
  plain: string;
  behind: string;
  likeAll: Tsquery | null;
  likeAny: Tsquery | null;
  mostNamed: number;
  count: number;
} & OldestValues & {
    relevance: number | undefined;
    createdAt: string | undefined;
    id: string | undefined;
  };

const compiled = compileByKey<RankedRow, RankingValues>();

/**
 * Places of active products that fit, best first.
 *
 * A word that half of the shop has fits ten thousands of products, and to rank them all takes longer than anybody
 * waits. So only the newest `WINDOW` of them are ranked, and what is named so however old it is.
 */
export async function rankProducts(database: Database, ranking: Ranking): Promise<RankedRow[]> {
  const { words, plain, guesses, oldest, after, count } = ranking;
  const shape = {
    name: ranking.name,
    isGuessing: guesses !== null,
    hasOldest: oldest !== null,
    isBehind: after !== null,
  };
  const query = compiled(Object.values(shape).join(), () => writeRanking(shape));
  return query(database.db, {
    words,
    plain,
    behind: plain + LAST_CHARACTER,
    likeAll: guesses?.all ?? null,
    likeAny: guesses?.any ?? null,
    mostNamed: MOST_NAMED,
    count,
    oldestId: oldest?.id,
    oldestAt: oldest?.createdAt,
    relevance: after?.relevance,
    createdAt: after?.createdAt,
    id: after?.id,
  });
}

type Shape = { name: Ranking['name']; isGuessing: boolean; hasOldest: boolean; isBehind: boolean };

const value = (name: keyof RankingValues) => sql.placeholder(name);

function writeRanking({ name, isGuessing, hasOldest, isBehind }: Shape): SQL {
  const relevance = relevanceOf(name);
  const guessed = inMillionths(
    sql`greatest(popbox.guess_similarity(found.plain_name, asked.plain) - 0.1, 0) * 0.5`,
  );
  const like = (words: SQL) => sql`
    SELECT found.product_id, found.created_at, ${guessed} AS relevance
    FROM ${newestFitting(words, { window: WINDOW, hasOldest: false })} found ${ASKED}`;
  const candidates = [
    sql`SELECT * FROM recent`,
    namedSo(name, relevance),
    ...(isGuessing
      ? [
          like(LIKE_ALL),
          sql`SELECT * FROM (${like(LIKE_ANY)}) likely WHERE likely.relevance >= ${inText(LEAST_RELEVANCE)}`,
        ]
      : []),
  ];
  return sql`
    WITH asked AS MATERIALIZED (
      SELECT ${value('words')}::tsquery AS words, ${value('plain')}::text AS plain, ${value('behind')}::text AS behind
        ${isGuessing ? sql`, ${value('likeAll')}::tsquery AS like_all, ${value('likeAny')}::tsquery AS like_any` : sql``}
    ),
    recent AS MATERIALIZED (
      SELECT found.product_id, found.created_at, ${relevance} AS relevance
      FROM ${newestFitting(WORDS, { window: WINDOW, hasOldest })} found ${ASKED}
    ),
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
      isBehind
        ? sql`WHERE (found.relevance, found.created_at, found.product_id)
            < (${value('relevance')}::int, ${value('createdAt')}::timestamptz, ${value('id')}::uuid)`
        : sql``
    }
    ORDER BY found.relevance DESC, ${NEWEST_FIRST} LIMIT ${value('count')}::int`;
}

/** The products behind the window, newest first. */
export async function listOlderProducts(
  database: Database,
  rest: { words: Tsquery; plain: string; after: AgePlace; count: number },
): Promise<AgePlace[]> {
  const { words, plain, after } = rest;
  // Not prepared: whether to read by age or from the inverted index is the planner's choice, by these very words.
  const { rows } = await database.db.execute<AgePlace>(sql`
    SELECT found.product_id AS id, ${inFull(sql`found.created_at`)} AS "createdAt"
    FROM popbox.product_search found
    WHERE found.is_active AND found.document @@ ${words}::tsquery
      AND (found.created_at, found.product_id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)
      -- Shown already, among the ranked ones.
      AND found.plain_name <> ${plain}::text
    ORDER BY ${NEWEST_FIRST} LIMIT ${rest.count}`);
  return rows;
}

function namedSo(name: Ranking['name'], relevance: SQL): SQL {
  // A range and not ^@, of which an index knows nothing while the beginning is no part of the plan.
  const fits =
    name === 'equal'
      ? sql`found.plain_name = ${PLAIN}`
      : sql`found.plain_name >= ${PLAIN} AND found.plain_name < (SELECT behind FROM asked)`;
  return sql`(
    SELECT found.product_id, found.created_at, ${relevance} AS relevance
    FROM popbox.product_search found ${ASKED}
    WHERE found.is_active AND ${fits}
    -- As a parameter: of a number in the text the planner of a small shop makes a sort of all such names.
    ORDER BY found.plain_name LIMIT ${value('mostNamed')}::int
  )`;
}

function relevanceOf(name: Ranking['name']): SQL {
  const bonus =
    name === 'equal'
      ? sql`0`
      : sql`CASE WHEN found.plain_name = asked.plain THEN 100 WHEN found.plain_name ^@ asked.plain THEN 50 ELSE 0 END`;
  return inMillionths(sql`ts_rank_cd(found.document, asked.words)
    + greatest(popbox.name_similarity(found.plain_name, asked.plain) - 0.1, 0) * 0.5 + ${bonus}`);
}

/** A text that repeats a word a thousand times must not leave the range of an integer. */
const inMillionths = (points: SQL): SQL => sql`(least(${points}, 2000) * 1000000)::int`;

const inFull = (time: SQL): SQL =>
  sql`to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'`;
