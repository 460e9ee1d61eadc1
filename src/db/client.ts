import { sql, type SQL } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { adjustClock, type Clock } from '../kernel/clock.ts';
import { pgError } from './pg-error.ts';
import { allowsPreparedStatements, namingStatements } from './name-statements.ts';
import { sendTogether } from './send-together.ts';
import { currentTransaction, runInsideTransaction } from './transaction-context.ts';

/** For reads outside a transaction. It cannot be passed where a `Tx` is wanted, nor the reverse. */
export type Db = NodePgDatabase & { readonly __kind?: 'db' };

declare const transaction: unique symbol;

/**
 * An open transaction. Only `inTx` makes one.
 *
 * Statements that do not need each other's answers may be called together (`Promise.all`): they are sent in one packet and
 * run one after the other. If one fails, those behind it fail as well. Their order is the order of the calls, but no type
 * says so and it hangs on how Drizzle waits: it may matter only where a wrong order fails loudly (a foreign key) or is tried
 * again (a deadlock). What is read under a lock is read after the lock was answered.
 */
export type Tx = Omit<NodePgDatabase, 'transaction' | '$client'> & { readonly [transaction]: true };

/** Either; for queries that only read and have no opinion on isolation. */
export type Reader = Db | Tx;

export type Database = {
  db: Db;
  pool: pg.Pool;
  clock: Clock;
  limits: TransactionLimits;
  /** False behind a pooler that gives each statement another connection. */
  preparesStatements: boolean;
  close: () => Promise<void>;
};

export type TransactionLimits = {
  /** How long a statement may wait for a row lock before the request gives up with 503. */
  lockTimeoutMs: number;
  statementTimeoutMs: number;
};

export type DatabaseOptions = {
  url: string;
  poolMax: number;
  clock: Clock;
  limits?: Partial<TransactionLimits>;
  onIdleError: (error: Error) => void;
};

/** Opens a pool. Connects on first use, so a process can start while the database is still down. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolMax,
    // A client sends what it is given without waiting for the answer to what it sent before.
    pipeline: true,
    // Without it a request waits for a free client for ever; a full pool must be a 503, not a hang.
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 20_000,
    application_name: 'popbox-api',
  });
  // An idle client that loses its server emits on the pool; unheard, that ends the process.
  pool.on('error', options.onIdleError);
  // Between two owners nobody listens to a client: an answer and the server's farewell may arrive in one packet. Whoever has
  // it next is told by the first statement.
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
  });
  const preparesStatements = allowsPreparedStatements(options.url);
  const client = preparesStatements ? namingStatements(pool, 'db') : pool;
  const db: Db = drizzle(client);
  clients.set(db, client);
  return {
    db,
    pool,
    clock: options.clock,
    limits: { lockTimeoutMs: 5_000, statementTimeoutMs: 10_000, ...options.limits },
    preparesStatements,
    close: () => pool.end(),
  };
}

const MAX_TRIES = 4;

type Sender = Pick<pg.ClientBase, 'query'>;

const clients = new WeakMap<Reader, Sender>();

/** What sends the statements of a transaction, or those outside of one: for texts that are not written for each call. */
export function clientOf(reader: Reader): Sender {
  const client = clients.get(reader);
  if (client === undefined) throw new Error('Only inTx and openDatabase make connections.');
  return client;
}

/**
 * Runs `work` in a transaction and commits. The only place where one begins.
 *
 * `now` is the database's clock at BEGIN, in milliseconds, moved by the app's clock in tests. Serialisation
 * failures and deadlocks (40001, 40P01) run the whole of `work` again, so it must not have effects outside
 * the database. Nesting is refused: the inner one would need a second client while it holds the first, and
 * a pool of n such requests stops for good.
 */
export async function inTx<T>(
  app: { database: Database },
  label: string,
  work: (tx: Tx, now: Date) => Promise<T>,
): Promise<T> {
  const outer = currentTransaction();
  if (outer !== null) throw new Error(`inTx("${label}") was called inside inTx("${outer}")`);
  return untilSerialised(() => runOnce(app.database, label, work));
}

async function untilSerialised<T>(run: () => PromiseLike<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const state = pgError(error)?.code;
      const retry = state === '40001' || state === '40P01';
      if (!retry || attempt >= MAX_TRIES) throw error;
    }
  }
}

/**
 * Runs a write that is one statement, which is a transaction of its own: BEGIN and COMMIT would be two more round trips.
 * `now` stands for the database's clock, as `inTx` tells it. Repeats and refuses what `inTx` does.
 */
export async function inOneStatement<T>(
  app: { database: Database },
  label: string,
  work: (db: Db, now: SQL<Date>) => PromiseLike<T>,
): Promise<T> {
  const outer = currentTransaction();
  if (outer !== null)
    throw new Error(`inOneStatement("${label}") was called inside inTx("${outer}")`);
  const { db, clock } = app.database;
  return untilSerialised(() => work(db, sql`(now() + ${clock.offsetMs} * interval '1 ms')`));
}

async function runOnce<T>(
  database: Database,
  label: string,
  work: (tx: Tx, now: Date) => Promise<T>,
): Promise<T> {
  const client = await database.pool.connect();
  let failure: Error | undefined;
  // Between two statements nobody else listens: a server that went away then would end this whole process.
  const onLost = (error: Error) => {
    failure = error;
  };
  client.on('error', onLost);
  const sender = sendTogether(
    database.preparesStatements ? namingStatements(client, 'tx') : client,
    client,
  );
  try {
    const now = await begin(sender.client, database);
    const tx = drizzle(sender.client) as unknown as Tx;
    clients.set(tx, sender.client);
    const result = await runInsideTransaction(label, () => work(tx, now));
    sender.end();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    sender.end();
    // A client whose ROLLBACK fails is dead: released with the error, the pool throws it away.
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      failure = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    client.off('error', onLost);
    client.release(failure);
  }
}

// Functions of one SELECT cost one statement instead of five.
const SETTINGS = `
  SELECT now() AS now, set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true),
    set_config('idle_in_transaction_session_timeout', $3, true), set_config('enable_seqscan', 'off', true),
    set_config('jit', 'off', true)`;

/**
 * BEGIN, limits and clock in one packet. The settings are local to the transaction and end with it, so they are safe behind a
 * pooler that hands the connection to somebody else afterwards.
 *
 * Statements of a transaction look a few rows up by their keys. A connection keeps their plans, and a plan that was made while
 * a table was empty would read all of it at the first drop: so no whole table is read where an index can answer. Before
 * Postgres 18 a scan that cannot be avoided then looks so dear that the statement would be compiled first.
 */
async function begin(client: Sender, database: Database): Promise<Date> {
  const { lockTimeoutMs, statementTimeoutMs } = database.limits;
  const limits = [lockTimeoutMs, statementTimeoutMs, 2 * statementTimeoutMs].map(String);
  const [, told] = await Promise.all([
    client.query({ text: 'BEGIN' }),
    client.query<{ now: Date }>({ text: SETTINGS }, limits),
  ]);
  const now = told.rows[0]?.now;
  if (!(now instanceof Date)) throw new Error('The database did not tell its time.');
  return adjustClock(database.clock, now);
}

/** The database's clock outside a transaction, for reads that depend on time. */
export async function readNow(app: { database: Database }): Promise<Date> {
  const { rows } = await app.database.pool.query<{ now: Date }>('SELECT now() AS now');
  const now = rows[0]?.now;
  if (!now) throw new Error('The database did not tell its time.');
  return adjustClock(app.database.clock, now);
}
