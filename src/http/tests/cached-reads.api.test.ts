import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aProduct, anOpenCheckout, checkout, checkoutBody } from '../../../testing/factories.ts';
import { changeProduct } from '../../modules/catalog/index.ts';
import { world, type World } from '../../../testing/world.ts';

const TTL_MS = 60_000;

let w: World;
beforeAll(async () => {
  w = await world({ cacheMs: TTL_MS });
});
afterAll(() => w.close());

type Detail = { data: { isSoldOut: boolean; name: string }; requestId: string };

describe('a public read', () => {
  it('is answered from memory, with everybody’s own request id', async () => {
    const { slug, productId } = await aProduct(w);
    const url = `/api/v1/products/${slug}`;
    const first = await w.http.get(url).set('X-Request-Id', 'first');
    await changeProduct(w.app, {
      actor: 'test',
      requestId: null,
      productId,
      changes: { name: 'Renamed' },
    });
    const second = await w.http.get(url).set('X-Request-Id', 'say-"hi"\\');
    const [one, two] = [first.body as Detail, second.body as Detail];
    expect(two.data).toEqual(one.data);
    expect([one.requestId, two.requestId]).toEqual(['first', 'say-"hi"\\']);
    expect(second.headers['x-request-id']).toBe('say-"hi"\\');
    expect(Object.keys(two)).toEqual(['status', 'code', 'success', 'message', 'data', 'requestId']);
  });

  it('revalidates by its ETag, which follows the content and not the asker', async () => {
    const { slug } = await aProduct(w);
    const url = `/api/v1/products/${slug}`;
    const first = await w.http.get(url);
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    expect(first.headers['cache-control']).toBe('public, max-age=0, must-revalidate');
    for (const header of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
      const again = await w.http.get(url).set('If-None-Match', header);
      expect([again.status, again.text, again.headers.etag], header).toEqual([304, '', etag]);
    }
    expect((await w.http.get(url).set('If-None-Match', 'W/"other"')).status).toBe(200);
    const head = await w.http.head(url);
    expect([head.status, head.headers.etag]).toEqual([200, etag]);
  });

  it('has the same headers from memory as when it was made', async () => {
    const { slug } = await aProduct(w);
    const url = `/api/v1/products/${slug}`;
    const headersOf = async () => {
      const { headers } = await w.http
        .get(url)
        .set({ 'X-Request-Id': 'same', 'Accept-Encoding': 'identity' });
      // What is left of the limit differs from call to call.
      return { ...(headers as Record<string, string>), date: '', ratelimit: '' };
    };
    const made = await headersOf();
    expect(await headersOf()).toEqual(made);
    expect(made).toMatchObject({
      'access-control-allow-origin': 'http://shop.test',
      'x-content-type-options': 'nosniff',
      vary: 'Origin, Accept-Encoding',
    });
  });

  // Red if only answers with a body tell caches that there is a compressed and a plain one.
  it('varies by encoding whether it is made or kept, with a body or without', async () => {
    const urls = { made: (await aProduct(w)).slug, kept: (await aProduct(w)).slug };
    await w.http.get(`/api/v1/products/${urls.kept}`);
    for (const slug of [urls.kept, urls.made]) {
      const url = `/api/v1/products/${slug}`;
      const answers = [
        await w.http.get(url).set('If-None-Match', '*'),
        await w.http.head(url),
        await w.http.get(url),
      ];
      expect(answers.map(({ status, headers }) => [status, headers.vary as unknown])).toEqual(
        [304, 200, 200].map((status) => [status, 'Origin, Accept-Encoding']),
      );
    }
  });

  it.each([
    ['gzip', 'gzip'],
    ['br;q=0.5, gzip', 'gzip'],
    ['gzip;q=0, identity', undefined],
    ['identity', undefined],
  ])('is compressed from memory for who accepts %s: %s', async (accepted, encoding) => {
    const { slug, productId } = await aProduct(w);
    const description = 'Größe 猫 and more of it. '.repeat(100);
    await changeProduct(w.app, {
      actor: 'test',
      requestId: null,
      productId,
      changes: { description },
    });
    const url = `/api/v1/products/${slug}`;
    const made = await w.http.get(url).set('Accept-Encoding', 'identity');
    for (const id of ['an-id', 'say-"hi"\\']) {
      const kept = await w.http.get(url).set({ 'Accept-Encoding': accepted, 'X-Request-Id': id });
      expect(kept.headers['content-encoding']).toBe(encoding);
      expect(kept.headers.etag).toBe(made.headers.etag);
      expect(kept.body).toEqual({ ...(made.body as Detail), requestId: id });
    }
  });

  it('remembers no failure', async () => {
    const missing = await w.http.get('/api/v1/products/not-yet');
    expect([missing.status, missing.headers['cache-control']]).toEqual([404, 'no-store']);
    await aProduct(w, { name: 'Not yet' });
    expect((await w.http.get('/api/v1/products/not-yet')).status).toBe(200);
  });

  it('is made once for many who ask at once', async () => {
    const { slug } = await aProduct(w);
    const { pool } = w.app.database;
    const client = await pool.connect();
    await client.query('BEGIN; LOCK TABLE popbox.storefront_products IN ACCESS EXCLUSIVE MODE');
    const asked = Array.from({ length: 5 }, () =>
      w.http.get(`/api/v1/products/${slug}`).then((r) => r.status),
    );
    const waiting = async () => {
      // Not on `client`: inside its transaction the view would not change any more.
      const { rows } = await pool.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      return rows[0]?.n ?? 0;
    };
    await w.until('the statement waits', async () => (await waiting()) > 0);
    // All five have arrived by the time that five more round trips are over.
    for (let i = 0; i < 5; i += 1) await w.http.get('/health');
    expect(await waiting()).toBe(1);
    await client.query('ROLLBACK');
    client.release();
    expect(await Promise.all(asked)).toEqual([200, 200, 200, 200, 200]);
  });

  it('T09 a stale page cannot buy', async () => {
    const { productId, variantId, slug } = await aProduct(w, { onHand: 1 });
    const items = [{ productId, productVariantId: variantId, quantity: 1 }];
    await w.http.get(`/api/v1/products/${slug}`);
    await anOpenCheckout(w, items);
    const page = (await w.http.get(`/api/v1/products/${slug}`)).body as Detail;
    expect(page.data.isSoldOut).toBe(false);
    const late = await checkout(w, checkoutBody(items));
    expect(late.status).toBe(409);
  });
});

describe('a private answer', () => {
  it('is kept by nobody', async () => {
    const order = await w.http.get('/api/v1/orders/PBX-0000000000');
    expect([order.status, order.headers['cache-control']]).toEqual([401, 'no-store']);
  });
});
