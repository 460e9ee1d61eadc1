import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneDatabase } from '../../../testing/clone-database.ts';
import { inOneStatement, inTx, openDatabase, type Database, type Tx } from '../client.ts';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const clone = await cloneDatabase();
  drop = clone.drop;
  const clock = { offsetMs: 0 };
  database = openDatabase({ url: clone.url, poolMax: 1, clock, onIdleError: () => undefined });
  await database.pool.query('CREATE TABLE popbox.test_steps (step int)');
});
afterAll(async () => {
  await database.close();
  await drop();
});

const add = (tx: Tx, step: number) =>
  tx.execute(sql`INSERT INTO popbox.test_steps (step) VALUES (${step}) RETURNING step`);

async function steps(): Promise<number[]> {
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
    expect(await steps()).toEqual([1, 2, 3]);
  });

  it('leave nothing behind if one of them fails', async () => {
    const failing = inTx({ database }, 'test', (tx) =>
      Promise.all([add(tx, 1), tx.execute(sql`SELECT 1 / 0`), add(tx, 2)]),
    );
    await expect(failing).rejects.toMatchObject({ cause: { code: '22012' } });
    expect(await steps()).toEqual([]);
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
    expect(await steps()).toEqual([]);
  });
});

it('a write of one statement is refused inside a transaction, which would need a second connection', async () => {
  const nested = inTx({ database }, 'outer', () =>
    inOneStatement({ database }, 'inner', (db) => db.execute(sql`SELECT 1`)),
  );
  await expect(nested).rejects.toThrow('inOneStatement("inner") was called inside inTx("outer")');
});
