import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClone } from '../../../testing/clone-database.ts';
import { newId } from '../../kernel/ids.ts';
import { inTx, type Database, type Tx } from '../client.ts';
import { insertFreeRows, insertRows, prepareStatement } from '../prepare-statement.ts';
import { inboundEvents } from '../schema/webhooks.ts';

let database: Database;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ database, close } = await openClone({ poolMax: 2 }));
});
afterAll(() => close());

const run = <T>(work: (tx: Tx) => Promise<T>) => inTx({ database }, 'test', work);

const anEvent = (more: Partial<typeof inboundEvents.$inferInsert> = {}) => ({
  id: newId(),
  provider: 'stripe' as const,
  eventId: `evt_${newId()}`,
  type: 'test',
  payload: { object: 'text "with" quotes', list: [1, null] },
  ...more,
});

const found = prepareStatement((db) =>
  db
    .select()
    .from(inboundEvents)
    .where(eq(inboundEvents.id, sql.placeholder('id'))),
);

describe('rows that are inserted by a kept statement', () => {
  it('are those that Drizzle inserts: defaults, nulls, times, JSON', async () => {
    const now = new Date('2026-11-21T09:00:00.123Z');
    const given = [
      anEvent(),
      anEvent({ objectId: null, createdAt: now }),
      anEvent({ state: 'ignored', reason: 'none', processedAt: now, createdAt: now }),
      anEvent({ processedAt: null, reason: undefined }),
    ];
    for (const event of given) {
      const twin = { ...event, id: newId(), eventId: `${event.eventId}-twin` };
      await run(async (tx) => {
        await insertRows(tx, inboundEvents, [event]);
        await tx.insert(inboundEvents).values(twin);
      });
      const [[ours], [theirs]] = await Promise.all([
        found(database.db, { id: event.id }),
        found(database.db, { id: twin.id }),
      ]);
      expect(ours?.createdAt).toBeInstanceOf(Date);
      const { id, eventId } = twin;
      const createdAt = event.createdAt ?? theirs?.createdAt;
      expect({ ...ours, id, eventId, createdAt }).toEqual({ ...theirs });
    }
  });

  it('come in any number, and none is no statement at all', async () => {
    for (const count of [0, 1, 3, 30]) {
      const events = Array.from({ length: count }, () => anEvent());
      await run((tx) => insertRows(tx, inboundEvents, events));
      for (const { id } of events) expect(await found(database.db, { id })).toHaveLength(1);
    }
  });

  it('must give the same columns', async () => {
    const uneven = [anEvent({ reason: 'one' }), anEvent()];
    await expect(run((tx) => insertRows(tx, inboundEvents, uneven))).rejects.toThrow(
      'the same columns',
    );
  });

  it('are left out where their key is taken, and the ids of the others are told', async () => {
    const known = anEvent();
    const fresh = anEvent();
    expect(await run((tx) => insertFreeRows(tx, inboundEvents, [known]))).toEqual([known.id]);
    const again = { ...known, id: newId() };
    expect(await run((tx) => insertFreeRows(tx, inboundEvents, [again, fresh]))).toEqual([
      fresh.id,
    ]);
    expect(await found(database.db, { id: again.id })).toEqual([]);
  });

  it('belong to their transaction', async () => {
    const event = anEvent();
    const failing = run(async (tx) => {
      await insertRows(tx, inboundEvents, [event]);
      expect(await found(tx, { id: event.id })).toHaveLength(1);
      // On another connection nobody sees it.
      expect(await found(database.db, { id: event.id })).toEqual([]);
      throw new Error('undone');
    });
    await expect(failing).rejects.toThrow('undone');
    expect(await found(database.db, { id: event.id })).toEqual([]);
  });
});

describe('a kept statement', () => {
  it('goes to the connection of each caller, however many call at once', async () => {
    const events = [anEvent(), anEvent()];
    await Promise.all(
      events.map((event) =>
        run(async (tx) => {
          await insertRows(tx, inboundEvents, [event]);
          const seen = await Promise.all(events.map(({ id }) => found(tx, { id })));
          expect(seen.flat().map(({ id }) => id)).toContain(event.id);
        }),
      ),
    );
  });

  it('refuses a caller who forgot a value', async () => {
    await expect(found(database.db, {})).rejects.toThrow('No value for placeholder');
  });

  it('refuses a transaction that is over', async () => {
    const old = await run((tx) => Promise.resolve(tx));
    await expect(found(old, { id: newId() })).rejects.toMatchObject({
      cause: { message: 'A statement came after the end of its transaction.' },
    });
  });
});
