import { sql, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';
import type { Database } from '../../../db/client.ts';
import { compileQuery } from '../../../db/compile-query.ts';
import type { Tsquery } from './rank-products.ts';

const MOST_SIMILAR = 6;

const dialect = new PgDialect();

/** What was written out lately, by statement and words. It never grows old: the functions are immutable. */
const written = new LRUCache<string, Record<string, Tsquery>>({ max: 2_000 });

/**
 * Tsqueries as texts, by name. Postgres has the stems; what ranks takes texts, so that it is planned once. Shoppers look for
 * the same things, so most searches spare this question.
 */
export async function writeOutTsqueries<Name extends string>(
  database: Database,
  queries: Readonly<Record<Name, SQL>>,
): Promise<Record<Name, Tsquery>> {
  const columns = Object.entries<SQL>(queries).map(
    ([name, query]) => sql`(${query})::text AS ${sql.identifier(name)}`,
  );
  const statement = sql`SELECT ${sql.join(columns, sql`, `)}`;
  const { sql: text, params } = dialect.sqlToQuery(statement);
  const key = JSON.stringify([text, params]);
  const known = written.get(key) as Record<Name, Tsquery> | undefined;
  if (known !== undefined) return known;
  const { rows } = await database.db.execute<Record<Name, Tsquery>>(statement);
  const [row] = rows;
  if (row === undefined) throw new Error('A SELECT of values had no row.');
  written.set(key, row);
  return row;
}

const similarTo = compileQuery<
  { word: string; similar: string[] },
  { misspelt: readonly string[]; most: number }
>(sql`
  SELECT given.word, array(SELECT popbox.similar_words(given.word, ${sql.placeholder('most')}::int)) AS similar
  FROM unnest((SELECT ${sql.placeholder('misspelt')}::text[])) AS given (word)`);

/** Some words of names and tags for each misspelt one, by it; those that resemble nothing are missing. */
export async function findSimilarWords(
  database: Database,
  misspelt: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await similarTo(database.db, { misspelt, most: MOST_SIMILAR });
  return new Map(
    rows.filter((row) => row.similar.length > 0).map((row) => [row.word, row.similar]),
  );
}
