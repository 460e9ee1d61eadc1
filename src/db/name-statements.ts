import { createHash } from 'node:crypto';
import type pg from 'pg';

/** Inside of transactions plans are made by other settings, so they are kept apart. */
type Where = 'tx' | 'db';

/** Texts of the program itself, all sent often: few, whatever clients ask for. */
const keptNames = { tx: new Map<string, string>(), db: new Map<string, string>() };

/**
 * Other texts that have a name. Each costs every connection some memory for its plan, and texts vary with what a
 * client asks for, so their number is bounded; later ones are planned anew each time.
 */
const knownNames = { tx: new Map<string, string>(), db: new Map<string, string>() };
const MAX_NAMES = 300;

/** Gives a text a name in any case, and takes no room from the others. */
export function keepName(text: string): void {
  for (const where of ['tx', 'db'] as const) keptNames[where].set(text, nameFor(where, text));
}

/**
 * A client that gives each statement with parameters a name, so that a connection parses and plans it once. Drizzle sends
 * its statements without names, and planning them was half of what a checkout cost the database.
 *
 * Values inside the config instead of beside it keep a statement from being named; see `writeQuery`.
 */
export function namingStatements(
  client: Pick<pg.ClientBase, 'query'>,
  where: Where,
): pg.PoolClient {
  const query = (config: pg.QueryConfig, values?: unknown[]) => {
    const name = values === undefined ? undefined : nameOf(where, config.text, values);
    return client.query(name === undefined ? config : { ...config, name }, values);
  };
  // Drizzle calls nothing else of a client.
  return { query } as unknown as pg.PoolClient;
}

function nameOf(where: Where, text: string, values: readonly unknown[]): string | undefined {
  const names = knownNames[where];
  const known = keptNames[where].get(text) ?? names.get(text);
  if (known !== undefined || values.length === 0 || names.size >= MAX_NAMES) return known;
  const name = nameFor(where, text);
  names.set(text, name);
  return name;
}

/** The driver refuses one name for two texts, so the name is made of the text's hash. */
function nameFor(where: Where, text: string): string {
  return `${where}_q_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
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
