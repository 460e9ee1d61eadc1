import type { Test } from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { world, type World } from '../../../testing/world.ts';

const TOKEN = 'metrics-0123456789-abcdefghijklmnop';

let w: World;
beforeAll(async () => {
  w = await world({
    cacheMs: 60_000,
    env: { METRICS_TOKEN: TOKEN, REDIS_URL: 'redis://127.0.0.1:1' },
  });
});
afterAll(() => w.close());

/** The body is whatever came, so it is looked at by matching only. */
const readAnswer = async (request: Test): Promise<{ status: number; body: unknown }> => {
  const { status, body } = (await request) as { status: number; body: unknown };
  return { status, body };
};

const later = () => (w.clock.offsetMs += 11_000);

describe('GET /health/deep', () => {
  const ask = () => w.http.get('/health/deep');

  it('tells the state of each dependency, and asks them once for many', async () => {
    const answers = await Promise.all([ask(), ask(), ask()].map(readAnswer));
    for (const { status, body } of answers) {
      expect([status, body]).toMatchObject([
        200,
        {
          data: {
            process: { state: 'up' },
            database: { state: 'up' },
            dependencies: {
              stripe: { state: 'up', isNeeded: true },
              identity: { state: 'up', isNeeded: true },
              storage: { state: 'up', isNeeded: false },
              mail: { state: 'up', isNeeded: false },
              // Nothing listens there.
              redis: { state: 'down', isNeeded: false },
            },
          },
        },
      ]);
    }
    // Armed now, met by nobody: the answer is still fresh.
    w.sandbox.fault({ match: 'GET /v1/checkout/sessions/:id', kind: 'error_500', times: 9 });
    expect((await ask()).status).toBe(200);
  });

  it('is 503 when one is down that is needed, and the log says which', async () => {
    later();
    const { status, body } = await readAnswer(ask());
    expect([status, body]).toMatchObject([503, { errors: { code: 'DEPENDENCY_UNAVAILABLE' } }]);
    const lines = w.logLines.filter(
      (line) => line.includes('a dependency is not well') && line.includes('"dependency":"stripe"'),
    );
    expect(lines).toHaveLength(1);
    // The probe that decides about the process does not care.
    expect((await w.http.get('/health')).status).toBe(200);
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
  });

  it('is well without what is not needed', async () => {
    later();
    w.sandbox.fault({
      match: 'POST /storage/v1/object/list/product-images',
      kind: 'error_500',
      times: 9,
    });
    w.sandbox.fault({ match: 'GET /emails/:id', kind: 'error_500', times: 9 });
    const { status, body } = await readAnswer(ask());
    expect([status, body]).toMatchObject([
      200,
      {
        data: {
          dependencies: {
            stripe: { state: 'up' },
            storage: { state: 'down' },
            mail: { state: 'down' },
          },
        },
      },
    ]);
    await fetch(`${w.sandbox.url}/faults`, { method: 'DELETE' });
  });
});

describe('GET /metrics', () => {
  const read = (token: string) => w.http.get('/metrics').set('Authorization', `Bearer ${token}`);

  it('is for the bearer of the token', async () => {
    for (const refused of [w.http.get('/metrics'), read('wrong'), read(`${TOKEN}x`)]) {
      const { status, body } = await readAnswer(refused);
      expect([status, body]).toMatchObject([401, { errors: { code: 'AUTH_REQUIRED' } }]);
    }
  });

  it('counts by operation, never by what stands in the address', async () => {
    await w.http.get('/api/v1/products?search=zebulon');
    await w.http.get('/api/v1/products?search=zebulon');
    await w.http.get('/api/v1/orders/PBX-ZEBULON000');
    await w.http.get('/zebulon');
    const { status, text, headers } = await read(TOKEN);
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/plain');
    for (const series of [
      'popbox_http_request_seconds_count{operation="listProducts",status="2xx"} 1',
      'popbox_http_request_seconds_count{operation="stored",status="2xx"} 1',
      'popbox_http_request_seconds_count{operation="showGuestOrder",status="4xx"} 1',
      'popbox_http_request_seconds_count{operation="unknown",status="4xx"}',
      'popbox_database_connections{state="waiting"} 0',
      'process_cpu_seconds_total',
    ]) {
      expect(text).toContain(series);
    }
    expect(text.toLowerCase()).not.toContain('zebulon');
  });

  it('does not exist where no token is configured', async () => {
    const plain = await world();
    expect((await plain.http.get('/metrics')).status).toBe(404);
    await plain.close();
  });
});
