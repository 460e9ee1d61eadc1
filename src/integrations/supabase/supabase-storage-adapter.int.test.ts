import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../sandbox/start-sandbox.ts';
import type { Sandbox } from '../../../sandbox/start-sandbox.ts';
import { runInsideTransaction } from '../../db/transaction-context.ts';
import type { StoragePort } from './storage-port.ts';
import { createSupabaseStorageAdapter } from './supabase-storage-adapter.ts';

const FOLDER = 'products/0190b6e4-5a7e-7cc3-b0a1-3f6c1d0e2a11';
const OPTIONS = { cacheSeconds: 2_678_400 };

describe('supabase storage adapter', () => {
  let sandbox: Sandbox;
  let storage: StoragePort;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
    storage = storageWith({});
  });

  function storageWith(change: { secretKey?: string; bucket?: string; url?: string }): StoragePort {
    return createSupabaseStorageAdapter({
      url: sandbox.url,
      secretKey: sandbox.core.settings.supabaseSecretKey,
      bucket: 'product-images',
      ...change,
    });
  }

  it('stores bytes that everybody can read under the public address', async () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    await storage.upload(`${FOLDER}/a b.webp`, bytes, 'image/webp', OPTIONS);
    const response = await fetch(storage.publicUrl(`${FOLDER}/a b.webp`));
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('cache-control')).toBe('max-age=2678400');
  });

  it('never replaces an object', async () => {
    await storage.upload(`${FOLDER}/a.webp`, Buffer.from('one'), 'image/webp', OPTIONS);
    const again = storage.upload(`${FOLDER}/a.webp`, Buffer.from('two'), 'image/webp', OPTIONS);
    await expect(again).rejects.toMatchObject({
      kind: 'rejected',
      operation: 'upload',
    });
    expect(await (await fetch(storage.publicUrl(`${FOLDER}/a.webp`))).text()).toBe('one');
  });

  it('lists every key below a folder and removes keys, known or not', async () => {
    const keys = [`${FOLDER}/a.webp`, `${FOLDER}/kuji-prizes/b.webp`];
    for (const key of [...keys, 'products/other/c.webp']) {
      await storage.upload(key, Buffer.from(key), 'image/webp', OPTIONS);
    }
    expect(await storage.list(`${FOLDER}/`)).toEqual(keys);
    await storage.remove([...keys, `${FOLDER}/never.webp`]);
    await storage.remove([]);
    expect(await storage.list(FOLDER)).toEqual([]);
    expect(await storage.list('')).toEqual(['products/other/c.webp']);
  });

  it('calls a missing bucket and a wrong key our own mistake', async () => {
    const failure = { provider: 'supabase', kind: 'misconfigured' };
    const elsewhere = storageWith({ bucket: 'elsewhere' });
    const upload = elsewhere.upload('products/a', Buffer.from('x'), 'image/webp', OPTIONS);
    await expect(upload).rejects.toMatchObject(failure);
    await expect(elsewhere.list('products')).rejects.toMatchObject(failure);
    for (const secretKey of [sandbox.core.settings.supabasePublicKey, 'sb_secret_other']) {
      const removal = storageWith({ secretKey }).remove(['products/a']);
      await expect(removal).rejects.toMatchObject(failure);
    }
  });

  it('calls an unreachable server unknown', async () => {
    const closed = await startSandbox();
    await closed.close();
    const cutOff = storageWith({ url: closed.url });
    const upload = cutOff.upload('products/a', Buffer.from('x'), 'image/webp', OPTIONS);
    await expect(upload).rejects.toMatchObject({ kind: 'unknown' });
  });

  it('refuses to work inside a transaction', async () => {
    const inside = runInsideTransaction('test', () => storage.remove(['products/a']));
    await expect(inside).rejects.toThrow('supabase.remove was called inside');
  });
});
