import { sql } from 'drizzle-orm';
import { integer } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClone } from '../../../testing/clone-database.ts';
import { compileQuery, writeQuery } from '../compile-query.ts';
import { inOneStatement, inTx, type Database, type Tx } from '../client.ts';
import { pgError } from '../pg-error.ts';
import { insertRows, prepareStatement } from '../prepare-statement.ts';
import { popbox } from '../schema/columns.ts';

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, close } = await openClone({ poolMax: 1 }));
  await database.pool.query('CREATE TABLE popbox.test_steps (step int)');
});
afterAll(() => close());

const steps = popbox.table('test_steps', { step: integer('step') });

const add = (tx: Tx, step: number) =>
  tx.execute(sql`INSERT INTO popbox.test_steps (step) VALUES (${step}) RETURNING step`);

async function stepsTaken(): Promise<number[]> {
  const { rows } = await database.pool.query<{ step: number }>(
    'SELECT step FROM popbox.test_steps ORDER BY ctid',
  );
  await database.pool.query('TRUNCATE popbox.test_steps');
  return rows.map(({ step }) => step);
}

describe('statements that are called together', () => {
  it('run in the order of the calls, each with its own answer', async () => {
    const answers = await inTx({ database }, 'test', (tx) =>
      Promise.all([1, 2, 3].map((step) => add(tx, step))),
    );
    expect(answers.map(({ rows }) => rows)).toEqual([[{ step: 1 }], [{ step: 2 }], [{ step: 3 }]]);
    expect(await stepsTaken()).toEqual([1, 2, 3]);
  });

  // Drizzle sends when it is waited for; a kept statement that was sent at once would overtake it.
  it('run in that order, whoever wrote them', async () => {
    const kept = prepareStatement((db) =>
      db.insert(steps).values({ step: sql.placeholder('step') }),
    );
    const compiled = compileQuery<object, { step: number }>(
      sql`INSERT INTO popbox.test_steps (step) VALUES (${sql.placeholder('step')}::int)`,
    );
    const written = writeQuery<object, { step: number }>(
      sql`INSERT INTO popbox.test_steps VALUES (${sql.placeholder('step')}::int)`,
    );
    await inTx({ database }, 'test', (tx) =>
      Promise.all([
        add(tx, 1),
        insertRows(tx, steps, [{ step: 2 }]),
        tx.insert(steps).values({ step: 3 }),
        kept(tx, { step: 4 }),
        add(tx, 5),
        insertRows(tx, steps, [{ step: 6 }]),
        compiled(tx, { step: 7 }),
        add(tx, 8),
        written(tx, { step: 9 }),
        add(tx, 10),
      ]),
    );
    expect(await stepsTaken()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('leave nothing behind if one of them fails', async () => {
    const failing = inTx({ database }, 'test', (tx) =>
      Promise.all([add(tx, 1), tx.execute(sql`SELECT 1 / 0`), add(tx, 2)]),
    );
    await expect(failing).rejects.toMatchObject({ cause: { code: '22012' } });
    expect(await stepsTaken()).toEqual([]);
  });

  // An insert that is kept is heard earlier, although it stood behind: its own error would hide a deadlock.
  it('tell what failed, whichever of them is heard first', async () => {
    const failing = inTx({ database }, 'test', (tx) =>
      Promise.all([tx.execute(sql`SELECT 1 / ${0}::int`), insertRows(tx, steps, [{ step: 1 }])]),
    );
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(pgError(error)?.code).toBe('22012');
  });

  // Red if the driver believes that Postgres knows a text which it skipped.
  it('are sent whole again if they stood behind one that failed', async () => {
    const later = (tx: Tx) => tx.execute(sql`SELECT ${7}::int AS "later"`);
    const failing = inTx({ database }, 'test', async (tx) => {
      await Promise.all([add(tx, 1), tx.execute(sql`SELECT 1 / ${0}::int`), later(tx)]);
    });
    await expect(failing).rejects.toMatchObject({ cause: { code: '22012' } });
    const found = await inTx({ database }, 'test', (tx) => Promise.all([later(tx), later(tx)]));
    expect(found.map(({ rows }) => rows)).toEqual([[{ later: 7 }], [{ later: 7 }]]);
  });

  it.each([
    ['cannot be parsed', sql`SELEC 1`, '42601'],
    ['has no such table', sql`SELECT * FROM popbox.nowhere WHERE ${1} = 1`, '42P01'],
    ['loses its connection', sql`SELECT pg_terminate_backend(pg_backend_pid())`, '57P01'],
  ])('fail together where one %s, and the next transaction works', async (_, statement, code) => {
    const settled = inTx({ database }, 'test', async (tx) => {
      // Drizzle sends a statement each time it is waited for: these are waited for twice.
      const send = async (one: PromiseLike<unknown>) => one;
      const all = [add(tx, 1), tx.execute(statement), add(tx, 2), add(tx, 3)].map(send);
      const outcomes = await Promise.allSettled(all);
      expect(outcomes.map(({ status }) => status).slice(1)).toEqual(
        Array.from({ length: 3 }, () => 'rejected'),
      );
      await Promise.all(all);
    });
    await expect(settled).rejects.toMatchObject({ cause: { code } });
    await inTx({ database }, 'test', (tx) => Promise.all([add(tx, 4), add(tx, 5)]));
    expect(await stepsTaken()).toEqual([4, 5]);
  });

  it('are of every shape: with rows, without, with nothing to fill in', async () => {
    const [none, plain, list] = await inTx({ database }, 'test', (tx) =>
      Promise.all([
        tx.execute(sql`DELETE FROM popbox.test_steps WHERE step = ${99}`),
        tx.execute(sql`SELECT 'a' AS letter`),
        tx.execute(sql`SELECT n FROM generate_series(1, ${3}::int) AS n`),
      ]),
    );
    expect([none.rowCount, plain.rows, list.rows]).toEqual([
      0,
      [{ letter: 'a' }],
      [{ n: 1 }, { n: 2 }, { n: 3 }],
    ]);
  });

  // Red without the refusal: with one connection in the pool, the late statement would run in nobody's transaction.
  it('cannot come after the end of their transaction', async () => {
    let goOn: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let late: Promise<unknown> = Promise.resolve();
    const failing = inTx({ database }, 'test', async (tx) => {
      late = wait.then(() => add(tx, 1));
      await Promise.all([late, tx.execute(sql`SELECT 1 / 0`)]);
    });
    await expect(failing).rejects.toMatchObject({ cause: { code: '22012' } });
    goOn();
    await expect(late).rejects.toMatchObject({
      cause: { message: 'A statement came after the end of its transaction.' },
    });
    expect(await stepsTaken()).toEqual([]);
  });
});

it('a write of one statement is refused inside a transaction, which would need a second connection', async () => {
  const nested = inTx({ database }, 'outer', () =>
    inOneStatement({ database }, 'inner', (db) => db.execute(sql`SELECT 1`)),
  );
  await expect(nested).rejects.toThrow('inOneStatement("inner") was called inside inTx("outer")');
});
