import { createHash } from 'node:crypto';
import { fillPlaceholders, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Database } from './client.ts';

const dialect = new PgDialect();

/**
 * Texts that have a name. Each costs every connection some memory for its plan, and texts vary with what a
 * client asks for, so their number is bounded; later ones are planned anew each time.
 */
const knownNames = { tx: new Map<string, string>(), db: new Map<string, string>() };
const MAX_NAMES = 300;

/** Reads rows outside a transaction; `values` by the names of the statement's placeholders. */
export type CompiledQuery<Row extends object, Values extends Record<string, unknown>> = (
  database: Database,
  values: Values,
) => Promise<Row[]>;

/**
 * Writes a statement's text once, for reads that everybody asks for: to write it anew for each call costs this process more
 * than to read the rows. Each connection also parses and plans it once. What changes from call to call must be a
 * `sql.placeholder`, with its type behind it.
 */
export function compileQuery<
  Row extends object,
  Values extends Record<string, unknown> = Record<string, never>,
>(query: SQL): CompiledQuery<Row, Values> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  const name = hashName(text);
  return async (database, values) => {
    const { rows } = await database.pool.query<Row>({
      text,
      values: fillPlaceholders(params, values),
      ...(database.preparesStatements ? { name } : {}),
    });
    return rows;
  };
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

/**
 * A client that gives each statement with parameters a name, so that a connection parses and plans it once. Drizzle sends
 * its statements without names, and planning them was half of what a checkout cost the database.
 */
export function namingStatements(
  client: Pick<pg.ClientBase, 'query'>,
  /** Inside of transactions plans are made by other settings, so they are kept apart. */
  where: 'tx' | 'db',
): pg.PoolClient {
  const names = knownNames[where];
  const query = (config: pg.QueryConfig, values?: unknown[]) => {
    const name =
      values === undefined || values.length === 0 ? undefined : nameOf(names, where, config.text);
    return client.query(name === undefined ? config : { ...config, name }, values);
  };
  // Drizzle calls nothing else of a client.
  return { query } as unknown as pg.PoolClient;
}

function nameOf(names: Map<string, string>, where: string, text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES) return known;
  const name = `${where}_${hashName(text)}`;
  names.set(text, name);
  return name;
}

/** The driver refuses one name for two texts, so the name is the text's hash. */
function hashName(text: string): string {
  return `q_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

/**
 * False where the URL looks like a pooler in transaction mode: the next statement may meet another connection,
 * which does not know the name.
 */
export function allowsPreparedStatements(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { hostname, port, searchParams } = new URL(url);
  return (
    !hostname.endsWith('.pooler.supabase.com') &&
    port !== '6543' &&
    searchParams.get('pgbouncer') !== 'true'
  );
}
