import { createClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startSandbox } from '../start-sandbox.ts';
import type { Sandbox } from '../start-sandbox.ts';

const SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>';

describe('storage server', () => {
  let sandbox: Sandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(async () => {
    await sandbox.close();
  });
  beforeEach(() => {
    sandbox.reset();
  });

  function bucketAs(key: string, name = 'product-images') {
    return createClient(sandbox.url, key).storage.from(name);
  }

  it('serves what was stored, to everybody, with its type, size and cache time', async () => {
    const bucket = bucketAs(sandbox.core.settings.supabaseSecretKey);
    const { error } = await bucket.upload('products/one/a b.svg', Buffer.from(SVG), {
      contentType: 'image/svg+xml',
      cacheControl: '2678400',
    });
    expect(error).toBeNull();
    const { publicUrl } = bucket.getPublicUrl('products/one/a b.svg').data;
    const response = await fetch(publicUrl);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(SVG);
    expect(response.headers.get('content-type')).toBe('image/svg+xml');
    expect(response.headers.get('content-length')).toBe(String(SVG.length));
    expect(response.headers.get('cache-control')).toBe('max-age=2678400');
    // Without its own Cache-Control, fetch would ask for a fresh copy.
    const again = await fetch(publicUrl, {
      headers: {
        'if-none-match': response.headers.get('etag') ?? '',
        'cache-control': 'max-age=0',
      },
    });
    expect(again.status).toBe(304);
  });

  it('takes blobs, which the SDK sends as a form', async () => {
    const bucket = bucketAs(sandbox.core.settings.supabaseSecretKey);
    const png = new Blob([new Uint8Array([1, 2, 3])], { type: 'image/png' });
    expect((await bucket.upload('products/form.png', png)).error).toBeNull();
    const response = await fetch(bucket.getPublicUrl('products/form.png').data.publicUrl);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from([1, 2, 3]));
  });

  it('replaces an object only when asked to', async () => {
    const bucket = bucketAs(sandbox.core.settings.supabaseSecretKey);
    await bucket.upload('k.png', Buffer.from('one'), {
      contentType: 'image/png',
    });
    const twice = await bucket.upload('k.png', Buffer.from('two'), {
      contentType: 'image/png',
    });
    expect(twice.error).toMatchObject({ status: 400, statusCode: '409' });
    const upsert = { contentType: 'image/png', upsert: true };
    expect((await bucket.upload('k.png', Buffer.from('two'), upsert)).error).toBeNull();
    const { data } = await bucket.download('k.png');
    expect(await data?.text()).toBe('two');
  });

  it('lists folders page by page and forgets removed objects', async () => {
    const bucket = bucketAs(sandbox.core.settings.supabaseSecretKey);
    for (const key of ['p/a.png', 'p/b.png', 'p/deep/c.png', 'other.png']) {
      await bucket.upload(key, Buffer.from(key), { contentType: 'image/png' });
    }
    const all = await bucket.list('p');
    expect(all.data?.map(({ name, id }) => [name, id === null])).toEqual([
      ['a.png', false],
      ['b.png', false],
      ['deep', true],
    ]);
    const page = await bucket.list('p', { limit: 1, offset: 1 });
    expect(page.data?.map(({ name }) => name)).toEqual(['b.png']);
    const removed = await bucket.remove(['p/a.png', 'p/never.png']);
    expect(removed.data?.map(({ name }) => name)).toEqual(['p/a.png']);
    const gone = await fetch(bucket.getPublicUrl('p/a.png').data.publicUrl);
    expect(gone.status).toBe(400);
    expect(await gone.json()).toMatchObject({
      statusCode: '404',
      message: 'Object not found',
    });
  });

  it('lets nobody write without the secret key', async () => {
    const upload = await bucketAs(sandbox.core.settings.supabasePublicKey).upload(
      'k.png',
      Buffer.from('x'),
    );
    expect(upload.error).toMatchObject({ statusCode: '403' });
    const removal = await bucketAs(sandbox.core.settings.supabasePublicKey).remove(['k.png']);
    expect(removal.error).toMatchObject({ statusCode: '403' });
  });

  it('names a bucket that is not there, and makes one', async () => {
    const missing = await bucketAs(sandbox.core.settings.supabaseSecretKey, 'elsewhere').upload(
      'k',
      Buffer.from('x'),
    );
    expect(missing.error).toMatchObject({
      statusCode: '404',
      message: 'Bucket not found',
    });
    const { storage } = createClient(sandbox.url, sandbox.core.settings.supabaseSecretKey);
    expect((await storage.createBucket('elsewhere', { public: false })).error).toBeNull();
    const bucket = bucketAs(sandbox.core.settings.supabaseSecretKey, 'elsewhere');
    expect((await bucket.upload('k.png', Buffer.from('x'))).error).toBeNull();
    const hidden = await fetch(bucket.getPublicUrl('k.png').data.publicUrl);
    expect(await hidden.json()).toMatchObject({ message: 'Bucket not found' });
  });

  it('refuses keys that climb', async () => {
    const url = `${sandbox.url}/storage/v1/object/product-images/a/%2e%2e%2fb.png`;
    const headers = {
      apikey: sandbox.core.settings.supabaseSecretKey,
      'content-type': 'image/png',
    };
    const response = await fetch(url, { method: 'POST', headers, body: 'x' });
    expect(await response.json()).toMatchObject({ error: 'InvalidKey' });
  });
});
