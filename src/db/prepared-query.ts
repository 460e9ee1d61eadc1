import { createHash } from 'node:crypto';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Database } from './client.ts';

const dialect = new PgDialect();

/**
 * Texts that have a name. Each costs every connection some memory for its plan, and texts vary with what a
 * client asks for, so their number is bounded; later ones are planned anew each time.
 */
const names = new Map<string, string>();
const MAX_NAMES = 300;

/**
 * Reads rows outside a transaction with a statement that each connection parses and plans once. For hot reads
 * with many joins, whose planning costs more than their execution. What changes from call to call must be a
 * parameter, not text.
 */
export async function runPrepared<Row extends object>(
  database: Database,
  query: SQL,
): Promise<Row[]> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  const name = database.preparesStatements ? nameOf(text) : undefined;
  const { rows } = await database.pool.query<Row>({
    text,
    values: params,
    ...(name === undefined ? {} : { name }),
  });
  return rows;
}

/**
 * A client that gives each statement with parameters a name, so that a connection parses and plans it once. Drizzle sends
 * its statements without names, and planning them was half of what a checkout cost the database.
 */
export function namingStatements(client: Pick<pg.ClientBase, 'query'>): pg.PoolClient {
  const query = (config: pg.QueryConfig, values?: unknown[]) => {
    const name = values === undefined || values.length === 0 ? undefined : nameOf(config.text);
    return client.query(name === undefined ? config : { ...config, name }, values);
  };
  // Drizzle calls nothing else of a client.
  return { query } as unknown as pg.PoolClient;
}

/** The driver refuses one name for two texts, so the name is the text's hash. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES) return known;
  const name = `q_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
  names.set(text, name);
  return name;
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
