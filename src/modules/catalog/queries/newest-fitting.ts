import { sql, type SQL } from 'drizzle-orm';
import { inText } from './in-text.ts';

/** A product's place in an order by age; the time in full precision. */
export type AgePlace = { id: string; createdAt: string };

export const NEWEST_FIRST = sql`found.created_at DESC NULLS LAST, found.product_id DESC NULLS LAST`;

/**
 * The newest active products that fit a tsquery, with what they are ranked by.
 *
 * Where one of thirty products has the words, the newest products are read until enough of them fit; else the inverted
 * index names them all. A sample decides, because the planner expects nothing useful of words that go together, and it would
 * have to plan anew for each search. If the sample was wrong (ten new products of a rare brand), the reading ends
 * after 2,000 products, and the inverted index answers after all. All limits of what is read stand in the text: behind a
 * parameter the planner expects a tenth of all rows.
 */
export function newestFitting(
  words: SQL,
  {
    window,
    hasOldest,
  }: {
    /** So many of the newest that fit. */
    window: number;
    /** True where the last product of the window is given as an earlier page knew it: new products do not push it out. */
    hasOldest: boolean;
  },
): SQL {
  // Twice the window: what was added since the first page is ranked, too, but not without end.
  const count = inText(hasOldest ? 2 * window : window);
  const since = hasOldest ? sql`AND (found.created_at, found.product_id) >= ${OLDEST}` : sql``;
  const isEnough = hasOldest
    ? sql`(SELECT is_common AND ${REACHES_OLDEST} FROM sample)`
    : sql`(SELECT count(*) = ${count} FROM early)`;
  return sql`(
    WITH sample AS MATERIALIZED (
      SELECT count(*) >= 15 AS is_common
      FROM (
        SELECT found.document FROM popbox.product_search found WHERE found.is_active ORDER BY ${NEWEST_FIRST} LIMIT 500
      ) latest
      WHERE latest.document @@ ${words}
    ), early AS MATERIALIZED (
      SELECT latest.*
      FROM (
        SELECT ${RANKED_BY} FROM popbox.product_search found
        WHERE found.is_active ${since} ORDER BY ${NEWEST_FIRST} LIMIT 2000
      ) latest
      WHERE (SELECT is_common FROM sample) AND latest.document @@ ${words} LIMIT ${count}
    )
    SELECT * FROM early WHERE ${isEnough}
    UNION ALL (
      -- OFFSET keeps the order out of the inner choice of an index.
      SELECT found.* FROM (
        SELECT ${RANKED_BY} FROM popbox.product_search found
        WHERE found.is_active AND found.document @@ ${words} ${since} OFFSET 0
      ) found
      WHERE NOT ${isEnough} ORDER BY ${NEWEST_FIRST} LIMIT ${count}
    )
  )`;
}

const RANKED_BY = sql`found.product_id, found.created_at, found.plain_name, found.document`;

/** The last product of the window, by the names of placeholders. */
export type OldestValues = { oldestId: string | undefined; oldestAt: string | undefined };

const OLDEST = sql`(${sql.placeholder('oldestAt')}::timestamptz, ${sql.placeholder('oldestId')}::uuid)`;

/** True if reading the newest 2,000 products comes as far as that. */
const REACHES_OLDEST = sql`coalesce(${OLDEST} >= (
  SELECT found.created_at, found.product_id FROM popbox.product_search found
  WHERE found.is_active ORDER BY ${NEWEST_FIRST} OFFSET 1999 LIMIT 1
), true)`;
