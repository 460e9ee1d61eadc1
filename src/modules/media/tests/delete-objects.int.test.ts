import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aPicture } from '../../../../testing/pictures.ts';
import { viewStorage } from '../../../../testing/storage-in-step.ts';
import { world, type World } from '../../../../testing/world.ts';
import { inTx } from '../../../db/client.ts';
import { Problem } from '../../../kernel/problems.ts';
import { DAY_MS, MINUTE_MS } from '../../../kernel/clock.ts';
import {
  awaitClaim,
  claimObject,
  condemnObjects,
  requeueStrandedDeletions,
  storeImages,
} from '../index.ts';

let w: World;
let png: Buffer;

beforeAll(async () => {
  w = await world();
  png = await aPicture('png');
});
afterAll(() => w.close());
beforeEach(() => {
  w.clock.offsetMs = 0;
});

const FOLDER = 'products/0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11/';

const later = (ms: number) => {
  w.clock.offsetMs += ms;
};
/** What the schedule and the worker do. */
const sweep = async () => {
  const found = await requeueStrandedDeletions(w.app);
  await w.drain();
  return found;
};
const store = (count = 1) =>
  storeImages(w.app, { folder: FOLDER, files: Array<Buffer>(count).fill(png) }, (_tx, _now, keys) =>
    Promise.resolve(keys),
  );
const storeOne = async () => {
  const [key = ''] = await store();
  return key;
};
const isStored = async (key: string) => (await viewStorage(w)).stored.includes(key);
const isListed = async (key: string) => (await viewStorage(w)).listed.includes(key);
const condemn = (key: string) =>
  inTx(w.app, 'test', (tx, now) => condemnObjects(tx, w.app, { keys: [key], now }));
const claim = (key: string) => inTx(w.app, 'test', (tx) => claimObject(tx, key));

describe('an upload', () => {
  it('leaves nothing on the list when it has its row', async () => {
    const keys = await store(3);
    expect(new Set(keys).size).toBe(3);
    const { stored, listed } = await viewStorage(w);
    expect(stored).toEqual(expect.arrayContaining([...keys]));
    expect(listed).toEqual([]);
    later(DAY_MS);
    expect(await sweep()).toBe(0);
    expect(await isStored(keys[0] ?? '')).toBe(true);
  });

  it('is on the list before anything is uploaded', async () => {
    const gate = w.sandbox.gate('POST /storage/v1/object/*', 'before');
    const uploading = storeOne();
    await gate.arrived;
    const { listed } = await viewStorage(w);
    expect(listed).toHaveLength(1);
    gate.open();
    expect(listed).toEqual([await uploading]);
    expect(await isListed(listed[0] ?? '')).toBe(false);
  });

  it('that a crash cut off before its row is found and deleted', async () => {
    // The world after the crash: the key announced, the object there, no row.
    const key = `${FOLDER}${'c'.repeat(32)}.webp`;
    await inTx(w.app, 'test', (tx, now) => awaitClaim(tx, { key, now }));
    await w.app.database.pool.query(
      `UPDATE popbox.storage_deletions SET reason = 'upload_unfinished', due_at = now() + interval '15 minutes'`,
    );
    await w.app.storage.upload(key, png, 'image/png', { cacheSeconds: 1 });
    expect(await sweep()).toBe(0);
    expect(await isStored(key)).toBe(true);
    later(16 * MINUTE_MS);
    expect(await sweep()).toBe(1);
    expect([await isStored(key), await isListed(key)]).toEqual([false, false]);
  });

  it('is undone if its rows cannot be written', async () => {
    const before = await viewStorage(w);
    const failing = storeImages(w.app, { folder: FOLDER, files: [png, png] }, () =>
      Promise.reject(new Error('no row')),
    );
    await expect(failing).rejects.toThrow('no row');
    expect((await viewStorage(w)).stored).toEqual(before.stored);
    // Once more later: an upload without an answer may arrive after it was given up.
    later(6 * MINUTE_MS);
    expect(await sweep()).toBe(2);
    expect((await viewStorage(w)).listed).toEqual(before.listed);
  });

  it('that arrives after it was given up is deleted then', async () => {
    w.sandbox.fault({ match: 'POST /storage/v1/object/*', kind: 'reset' });
    await expect(store()).rejects.toBeInstanceOf(Error);
    const [key = ''] = (await viewStorage(w)).listed;
    await w.app.storage.upload(key, png, 'image/png', { cacheSeconds: 1 });
    later(6 * MINUTE_MS);
    await sweep();
    expect([await isStored(key), await isListed(key)]).toEqual([false, false]);
  });

  it('that is refused for its second file uploads nothing', async () => {
    const before = w.sandbox.requests().length;
    const files = [png, Buffer.from('no picture')];
    const refused = storeImages(w.app, { folder: FOLDER, files }, () => Promise.resolve());
    await expect(refused).rejects.toBeInstanceOf(Problem);
    expect(w.sandbox.requests()).toHaveLength(before);
    expect((await viewStorage(w)).listed).toEqual([]);
  });
});

describe('a condemned object', () => {
  it('is deleted once the transaction is committed, and not if it is rolled back', async () => {
    const key = await storeOne();
    const rolledBack = inTx(w.app, 'test', async (tx, now) => {
      await condemnObjects(tx, w.app, { keys: [key], now });
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await w.drain();
    expect(await isStored(key)).toBe(true);
    await condemn(key);
    await w.drain();
    expect([await isStored(key), await isListed(key)]).toEqual([false, false]);
  });

  it('is tried again while the storage fails', async () => {
    const key = await storeOne();
    w.sandbox.fault({ match: 'DELETE /storage/v1/object/*', kind: 'error_500', times: 2 });
    await condemn(key);
    for (let tries = 1; tries <= 2; tries += 1) {
      await w.drain();
      expect([await isStored(key), await isListed(key)]).toEqual([true, true]);
      // A job that waits for its next try is not lost.
      expect(await requeueStrandedDeletions(w.app)).toBe(0);
      await w.app.database.pool.query(
        `UPDATE pgboss.job SET start_after = now() WHERE name = 'object-deletion' AND state = 'retry'`,
      );
    }
    await w.drain();
    expect([await isStored(key), await isListed(key)]).toEqual([false, false]);
  });

  it('is found again if its job got lost', async () => {
    const key = await storeOne();
    await condemn(key);
    await w.app.database.pool.query(`DELETE FROM pgboss.job WHERE name = 'object-deletion'`);
    expect(await sweep()).toBe(1);
    expect(await isStored(key)).toBe(false);
  });

  it('may be gone already', async () => {
    const key = await storeOne();
    await w.app.storage.remove([key]);
    await condemn(key);
    await w.drain();
    expect(await isListed(key)).toBe(false);
  });
});

describe('an object that waits for its owner', () => {
  const waiting = async () => {
    const key = await storeOne();
    await inTx(w.app, 'test', (tx, now) => awaitClaim(tx, { key, now }));
    return key;
  };

  it('stays when it is claimed, and goes after seven days when it is not', async () => {
    const [claimed, forgotten] = [await waiting(), await waiting()];
    expect(await claim(claimed)).toBe(true);
    later(6 * DAY_MS);
    expect(await sweep()).toBe(0);
    later(2 * DAY_MS);
    expect(await sweep()).toBe(1);
    expect([await isStored(claimed), await isStored(forgotten)]).toEqual([true, false]);
  });

  it('cannot be claimed any more while it is being deleted', async () => {
    const key = await waiting();
    later(8 * DAY_MS);
    await requeueStrandedDeletions(w.app);
    const gate = w.sandbox.gate('DELETE /storage/v1/object/*', 'before');
    const draining = w.drain();
    await gate.arrived;
    expect(await claim(key)).toBe(false);
    gate.open();
    await draining;
    expect([await isStored(key), await isListed(key)]).toEqual([false, false]);
  });

  it('is not deleted by a job that comes after its claim', async () => {
    const key = await waiting();
    later(8 * DAY_MS);
    await requeueStrandedDeletions(w.app);
    expect(await claim(key)).toBe(true);
    await w.drain();
    expect(await isStored(key)).toBe(true);
  });
});
