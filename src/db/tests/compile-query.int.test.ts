import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClone } from '../../../testing/clone-database.ts';
import { compileQuery, writeQuery } from '../compile-query.ts';
import { inTx, type Database } from '../client.ts';

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  // One connection: what it keeps is what there is.
  ({ database, close } = await openClone({ poolMax: 1 }));
});
afterAll(() => close());

/** How many plans the connection keeps of statements with this in their text. */
async function plansOf(mark: string): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>({
    text: 'SELECT count(*)::int AS n FROM pg_prepared_statements WHERE strpos(statement, $1) > 0',
    values: [mark],
  });
  return rows[0]?.n ?? -1;
}

describe('a compiled query', () => {
  it('has its plan kept, inside of transactions a plan of its own', async () => {
    const twice = compileQuery<{ kept: number }, { n: number }>(
      sql`SELECT 2 * ${sql.placeholder('n')}::int AS kept`,
    );
    expect(await twice(database.db, { n: 4 })).toEqual([{ kept: 8 }]);
    expect(await twice(database.db, { n: 5 })).toEqual([{ kept: 10 }]);
    expect(await plansOf('AS kept')).toBe(1);
    expect(await inTx({ database }, 'test', (tx) => twice(tx, { n: 6 }))).toEqual([{ kept: 12 }]);
    expect(await plansOf('AS kept')).toBe(2);
  });

  it('has it kept although there is nothing to fill in', async () => {
    const one = compileQuery<{ bare: number }>(sql`SELECT 1 AS bare`);
    expect(await one(database.db, {})).toEqual([{ bare: 1 }]);
    expect(await plansOf('AS bare')).toBe(1);
  });

  it('takes null, lists and JSON, and misses what is not given', async () => {
    const tell = compileQuery<
      { nothing: boolean; list: string[]; json: { a: number } },
      { nothing: null; list: readonly string[]; json: string }
    >(sql`SELECT ${sql.placeholder('nothing')}::uuid IS NULL AS nothing,
      ${sql.placeholder('list')}::text[] AS list, ${sql.placeholder('json')}::json AS json`);
    const given = { nothing: null, list: ['a', 'b,"c"'], json: '{"a":1}' };
    expect(await tell(database.db, given)).toEqual([
      { nothing: true, list: ['a', 'b,"c"'], json: { a: 1 } },
    ]);
    const incomplete = { nothing: null, list: [] } as unknown as typeof given;
    await expect(tell(database.db, incomplete)).rejects.toThrow('json');
  });

  // Red if they are counted: what customers cause later would be planned anew each time, on every connection.
  it('takes no room from other statements, however many there are', async () => {
    for (let n = 0; n < 400; n += 1) {
      compileQuery(sql`SELECT 1 AS ${sql.identifier(`many_${String(n)}`)}`);
    }
    await database.db.execute(sql`SELECT ${1}::int AS another`);
    expect(await plansOf('AS another')).toBe(1);
  });
});

describe('a query that is written for one call', () => {
  it('leaves no plan behind', async () => {
    const twice = writeQuery<{ once: number }, { n: number }>(
      sql`SELECT 2 * ${sql.placeholder('n')}::int AS once`,
    );
    expect(await twice(database.db, { n: 4 })).toEqual([{ once: 8 }]);
    expect(await plansOf('AS once')).toBe(0);
  });
});
