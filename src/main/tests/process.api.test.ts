import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPaidOrder, aProduct } from '../../../testing/factories.ts';
import { world, type World } from '../../../testing/world.ts';

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

describe('GET /health', () => {
  it('tells process and database, to HEAD as well', async () => {
    const response = await w.http.get('/health');
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({
      data: { process: { state: 'up' }, database: { state: 'up' } },
    });
    expect((await w.http.head('/health')).status).toBe(200);
  });
});

describe('every answer', () => {
  it('carries a request id: a sane one of the caller, else a new one', async () => {
    const given = await w.http.get('/health').set('X-Request-Id', 'trace-42');
    expect(given.headers['x-request-id']).toBe('trace-42');
    expect(given.body).toMatchObject({ requestId: 'trace-42' });
    for (const bad of [' ', 'x'.repeat(201)]) {
      const made = await w.http.get('/health').set('X-Request-Id', bad);
      expect(made.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('hides what serves it, and allows the one configured origin', async () => {
    const response = await w.http.get('/health').set('Origin', 'http://shop.test');
    expect(response.headers['x-powered-by']).toBeUndefined();
    expect(response.headers['access-control-allow-origin']).toBe('http://shop.test');
    expect(response.headers['access-control-allow-credentials']).toBe('true');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('a hostile body', () => {
  it('nested deeper than any stack is a clear 400', async () => {
    for (const depth of [2_000, 10_000, 200_000]) {
      const body = `{"items":${'['.repeat(depth)}${']'.repeat(depth)}}`;
      const response = await w.http
        .post('/api/v1/checkout/quote')
        .set('Content-Type', 'application/json')
        .send(body);
      expect(response.status, String(depth)).toBe(400);
      expect(response.body).toMatchObject({
        success: false,
        errors: { code: 'VALIDATION_FAILED' },
      });
    }
  });

  it('is refused with the headers that let the page read why', async () => {
    const response = await w.http
      .post('/api/v1/checkout/quote')
      .set('Content-Type', 'application/json')
      .set('Origin', 'http://shop.test')
      .send('{"broken');
    expect(response.status).toBe(400);
    expect(response.headers['access-control-allow-origin']).toBe('http://shop.test');
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('the log', () => {
  it('has one line per request, without secrets or people', async () => {
    const { productId, variantId } = await aProduct(w);
    const opened = await aPaidOrder(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
    await w.http
      .get('/api/v1/checkout/success')
      .query({ session_id: opened.sessionId })
      .set('Cookie', 'guest_order_session=secret-cookie-value')
      .set('Authorization', 'Bearer secret-bearer-value');
    await w.http.get(`/api/v1/orders/${opened.publicId}/access`).query({
      TOKEN: 'secret-token-value',
      'token[]': 'secret-token-value',
      token: 'secret-token-value',
    });
    const log = w.logLines.join('');
    expect(log).toContain('/api/v1/checkout/success?session_id=[redacted]');
    const secrets = [
      opened.sessionId,
      'secret-cookie-value',
      'secret-bearer-value',
      'secret-token-value',
      opened.body.email,
      opened.body.shippingAddress.fullName,
      opened.body.shippingAddress.line1,
    ];
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    for (const line of w.logLines) {
      const entry = JSON.parse(line) as { level: unknown; time: unknown; env: unknown };
      expect(typeof entry.level).toBe('string');
      expect(String(entry.time)).toMatch(/^\d{4}-\d\d-\d\dT/);
      expect(entry.env).toBe('test');
    }
  });
});
