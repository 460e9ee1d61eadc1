import { fillPlaceholders, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { clientOf, type Reader } from './client.ts';
import { KeptStatement } from './kept-statement.ts';
import { keepName } from './name-statements.ts';

const dialect = new PgDialect();

/** Sends a statement on the given connection; `values` by the names of its placeholders. */
export type CompiledQuery<Row extends object, Values extends Record<string, unknown>> = (
  reader: Reader,
  values: Values,
) => Promise<Row[]>;

/**
 * Writes the text of a statement in SQL once, for what everybody asks for: to write it anew for each call costs this process
 * more than to read the rows. Each connection also parses and plans it once. What changes from call to call must be a
 * `sql.placeholder`, with its type behind it where Postgres cannot tell.
 */
export function compileQuery<
  Row extends object,
  Values extends Record<string, unknown> = Record<string, never>,
>(query: SQL): CompiledQuery<Row, Values> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  keepName(text);
  return (reader, values) =>
    new KeptStatement(async () => {
      const given = fillPlaceholders(params, values);
      return (await clientOf(reader).query<Row>({ text }, given)).rows;
    });
}

/** The same for a statement that hardly anybody asks for: no connection keeps a plan for it. */
export function writeQuery<Row extends object, Values extends Record<string, unknown>>(
  query: SQL,
): CompiledQuery<Row, Values> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return (reader, values) =>
    new KeptStatement(async () => {
      // In the config: only what has its values beside it is named.
      const config = { text, values: fillPlaceholders(params, values) };
      return (await clientOf(reader).query<Row>(config)).rows;
    });
}

/**
 * The same for a statement of many shapes, each known by a key: it is written when it is first asked for. The keys must be
 * few, because every connection keeps a plan for each.
 */
export function compileByKey<Row extends object, Values extends Record<string, unknown>>(): (
  key: string,
  write: () => SQL,
) => CompiledQuery<Row, Values> {
  const compiled = new Map<string, CompiledQuery<Row, Values>>();
  return (key, write) => {
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const query = compileQuery<Row, Values>(write());
    compiled.set(key, query);
    return query;
  };
}
