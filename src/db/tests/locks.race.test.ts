import { afterAll, beforeAll, expect, it } from 'vitest';
import { world, type World } from '../../../testing/world.ts';
import { inTx } from '../client.ts';
import { JOB_LOCKS, tryJobLock } from '../locks.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

const take = () => inTx(w.app, 'test.lock', (tx) => tryJobLock(tx, JOB_LOCKS.prune));

async function advisoryLocks(): Promise<number> {
  const { rows } = await w.app.database.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND database = (
       SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows[0]?.n ?? -1;
}

// Red with session-level locks: behind a pooler another connection would be asked to let go of them.
it('H06 locks end with their transaction', async () => {
  await inTx(w.app, 'test.outer', async (tx) => {
    expect(await tryJobLock(tx, JOB_LOCKS.prune)).toBe(true);
    expect(await advisoryLocks()).toBe(1);
    const client = await w.app.database.pool.connect();
    const other = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked',
      [JOB_LOCKS.prune],
    );
    client.release();
    expect(other.rows).toEqual([{ locked: false }]);
  });
  expect(await advisoryLocks()).toBe(0);
  const failing = inTx(w.app, 'test.failing', async (tx) => {
    await tryJobLock(tx, JOB_LOCKS.prune);
    throw new Error('on purpose');
  });
  await expect(failing).rejects.toThrow('on purpose');
  expect(await advisoryLocks()).toBe(0);
  // Of many at once somebody gets it, and nobody keeps it.
  const taken = await Promise.all(Array.from({ length: 8 }, take));
  expect(taken).toContain(true);
  expect(await advisoryLocks()).toBe(0);
});
