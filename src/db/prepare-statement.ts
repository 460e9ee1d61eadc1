import { getTableName, is, Param, Placeholder, sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { PgDialect, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { clientOf, type Reader, type Tx } from './client.ts';
import { KeptStatement } from './kept-statement.ts';

/*
 * Statements of every purchase, written once. To write one anew for each call is what Drizzle is made for, and costs this
 * process more than to send it: a third of a worker's CPU in a drop. Statements that few people cause are better written
 * where they are needed.
 */

type Preparable<Result> = {
  prepare: (name: string) => { execute: (values?: Record<string, unknown>) => Promise<Result> };
};

/** What a placeholder can stand for. Not null: Drizzle would write JSON's null, and stumble over a time that is none. */
type Value = string | number | boolean | Date | readonly string[];

/** Sends a statement on the given connection, with a value for each `sql.placeholder`; answers what Drizzle would. */
export type PreparedStatement<Result> = (
  reader: Reader,
  values: Record<string, Value>,
) => Promise<Result>;

type Receiver = Pick<pg.ClientBase, 'query'>;

/** Whose statement is being sent now. */
let receiver: Receiver | null = null;

const writer = drizzle({
  query: (config: pg.QueryConfig, values?: unknown[]) => {
    if (receiver === null) throw new Error('Drizzle did not send a prepared statement at once.');
    return receiver.query(config, values);
  },
} as unknown as pg.PoolClient);

/** Lets Drizzle write a statement when it is first asked for. What changes from call to call must be a `sql.placeholder`. */
export function prepareStatement<Result>(
  write: (db: NodePgDatabase) => Preparable<Result>,
): PreparedStatement<Result> {
  let prepared: ReturnType<Preparable<Result>['prepare']> | null = null;
  return (reader, values) =>
    new KeptStatement(() => {
      // The name is given where the statement is sent, because not every connection may have names.
      prepared ??= write(writer).prepare('');
      receiver = clientOf(reader);
      try {
        // Sends before it returns.
        return prepared.execute(values);
      } finally {
        receiver = null;
      }
    });
}

const dialect = new PgDialect();

/** Longer lists are rare, and hardly two have one length. */
const MOST_KEPT = 20;

type InsertStatement = {
  text: string;
  valuesOf: (rows: readonly Record<string, unknown>[]) => unknown[];
};

/** Per table one for each set of columns and number of rows. */
const inserts = new WeakMap<PgTable, Map<string, InsertStatement>>();

/**
 * Inserts rows as `tx.insert(table).values(rows)` does. All must give the same columns, as values, not as SQL.
 */
export function insertRows<Table extends PgTable>(
  tx: Tx,
  table: Table,
  rows: readonly Table['$inferInsert'][],
): Promise<void> {
  return new KeptStatement(async () => {
    if (rows.length > 0) await send(tx, { table, rows, ifFree: false });
  });
}

/** The same for rows with an id, leaving out those whose key is taken; answers the ids of the others. */
export function insertFreeRows<Table extends PgTable & { id: PgColumn }>(
  tx: Tx,
  table: Table,
  rows: readonly (Table['$inferInsert'] & { id: string })[],
): Promise<string[]> {
  return new KeptStatement(async () => {
    if (rows.length === 0) return [];
    const inserted = await send(tx, { table, rows, ifFree: true });
    return inserted.map(({ id }) => id);
  });
}

type Insert = { table: PgTable; rows: readonly Record<string, unknown>[]; ifFree: boolean };

async function send(tx: Tx, { table, rows, ifFree }: Insert): Promise<{ id: string }[]> {
  const columns = givenColumns(rows[0] ?? {});
  if (!rows.slice(1).every((row) => isSameSet(givenColumns(row), columns))) {
    throw new Error('Rows that are inserted together must give the same columns.');
  }
  const shape = [columns, rows.length, ifFree].join();
  const ofTable = inserts.get(table) ?? new Map<string, InsertStatement>();
  inserts.set(table, ofTable);
  const statement = ofTable.get(shape) ?? writeInsert(table, columns, rows.length, ifFree);
  if (rows.length <= MOST_KEPT) ofTable.set(shape, statement);
  const result = await clientOf(tx).query<{ id: string }>(
    { text: statement.text },
    statement.valuesOf(rows),
  );
  return result.rows;
}

function givenColumns(row: Record<string, unknown>): string[] {
  return Object.keys(row).filter((name) => row[name] !== undefined);
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function writeInsert(
  table: PgTable,
  columns: readonly string[],
  count: number,
  ifFree: boolean,
): InsertStatement {
  // A placeholder is named by its place: row, then column.
  const rows = Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map((name) => [name, sql.placeholder(`${String(row)} ${name}`)])),
  );
  const insert = writer.insert(table).values(rows);
  const { sql: text, params } = dialect.sqlToQuery(
    ifFree ? sql`${insert.onConflictDoNothing().getSQL()} RETURNING id` : insert.getSQL(),
  );
  const readers = params.map((param) => {
    if (!is(param, Param) || !is(param.value, Placeholder)) {
      throw new Error(`An insert into ${getTableName(table)} has a value of its own.`);
    }
    const [row = '', name = ''] = param.value.name.split(' ');
    const { encoder } = param;
    return (given: readonly Record<string, unknown>[]) => {
      const value = given[Number(row)]?.[name];
      return value === null || value === undefined ? null : encoder.mapToDriverValue(value);
    };
  });
  return { text, valuesOf: (given) => readers.map((read) => read(given)) };
}
