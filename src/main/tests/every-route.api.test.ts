import { randomUUID } from 'node:crypto';
import express from 'express';
import type { Response } from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ADMIN_EMAIL } from '../../../sandbox/supabase/people.ts';
import { supabaseOf, type TestTokenOptions } from '../../../sandbox/supabase/supabase-state.ts';
import { describingEnvironment } from '../../../scripts/describing-environment.ts';
import { aCustomer, aKuji, anAdmin, aProduct, newKey } from '../../../testing/factories.ts';
import { leavesOf, sampleInput, spoil, type Leaf } from '../../../testing/sample-input.ts';
import { snapshotRows } from '../../../testing/snapshot-rows.ts';
import { world, type World } from '../../../testing/world.ts';
import { readConfig } from '../../config/index.ts';
import { mountRoutes } from '../../http/mount-routes.ts';
import type { Route } from '../../http/route.ts';
import supertest from 'supertest';
import { buildApp } from '../build-app.ts';
import { createLogger } from '../create-logger.ts';
import { routes } from '../routes.ts';

/** What holds for each operation because it is one; a new one is covered as soon as it is listed. */

const describedApp = buildApp({
  config: readConfig(describingEnvironment),
  log: createLogger({ level: 'silent', environment: 'test' }),
});
const all = routes(describedApp).map(({ route }) => route);
const named = (route: Route) => [`${route.method} ${route.path}`, route] as const;
const isForStaff = (route: Route) => route.access === 'admin' || route.access === 'staff';
const forStaff = all.filter(isForStaff).map(named);
const withJson = all.filter((route) => route.bodyKind === 'json').map(named);
const withFiles = all.filter((route) => route.bodyKind === 'multipart').map(named);
const withParams = all.filter((route) => route.path.includes('/:')).map(named);

const HALF_A_DAY_SECONDS = 12 * 3600;

let w: World;
let adminToken: string;
let customerToken: string;
/** Ids that exist, so that what is refused is refused for itself and not for its address. */
let known: { productId: string; variantId: string; kujiId: string; slug: string };

beforeAll(async () => {
  w = await world();
  adminToken = (await anAdmin(w)).token;
  customerToken = (await aCustomer(w)).token;
  // His account is opened here, so that no operation seems to write something.
  await w.http.get('/api/v1/account/profile').set('Authorization', `Bearer ${customerToken}`);
  const product = await aProduct(w);
  const kuji = await aKuji(w);
  known = { ...product, kujiId: kuji.productId };
});
afterAll(async () => {
  await w.close();
  await describedApp.database.close();
});

/** The path with existing ids where there are, and one parameter replaced by `hostile`. */
function addressOf(route: Route, spoilt: { name: string; hostile: string } | null = null): string {
  return route.path
    .split('/')
    .map((part) => {
      if (!part.startsWith(':')) return part;
      const name = part.slice(1);
      return name === spoilt?.name ? spoilt.hostile : goodParam(route, name);
    })
    .join('/');
}

function goodParam(route: Route, name: string): string {
  if (name === 'slug') return known.slug;
  if (name === 'variantId') return known.variantId;
  if (name === 'id' && route.path.includes('/products/')) {
    return route.path.includes('/kuji-') ? known.kujiId : known.productId;
  }
  return randomUUID();
}

const paramsOf = (route: Route) =>
  [...route.path.matchAll(/:(\w+)/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));

function request(route: Route, address: string, token: string | null) {
  const sent = w.http[route.method](address).redirects(0);
  if (token !== null) void sent.set('Authorization', `Bearer ${token}`);
  if (route.operationId === 'openCheckoutSession' || route.path.endsWith('/checkout/session')) {
    void sent.set('Idempotency-Key', newKey());
  }
  return sent;
}

/** As somebody who gets past the guard. */
const allowed = (route: Route, address: string) => request(route, address, tokenFor(route));
const tokenFor = (route: Route) => {
  if (isForStaff(route)) return adminToken;
  return route.access === 'customer' || route.access === 'signedIn' ? customerToken : null;
};

const errorEnvelope = z.strictObject({
  status: z.literal('error'),
  code: z.int(),
  success: z.literal(false),
  message: z.string().trim().min(1),
  data: z.null(),
  errors: z.looseObject({ code: z.string().regex(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/) }),
  requestId: z.string().min(1),
});

/** Expects a refusal of the caller's making in the envelope; answers its machine code. */
function expectRefusal(response: Response, what: string): string {
  expect(response.status, `${what}: ${response.text}`).toBeGreaterThanOrEqual(400);
  expect(response.status, `${what}: ${response.text}`).toBeLessThan(500);
  const body = errorEnvelope.parse(response.body, { error: () => `${what}: ${response.text}` });
  expect(body.code, what).toBe(response.status);
  expect(response.headers['x-request-id'], what).toBe(body.requestId);
  return body.errors.code;
}

/** The rows as they were last looked at; null after what may write. */
let lastSeen: Record<string, string> | null = null;

/** One look is the end of one test and the beginning of the next: all that these do is refused. */
async function expectNothingWritten(work: () => Promise<void>): Promise<void> {
  const before = lastSeen ?? (await snapshotRows(w));
  await work();
  lastSeen = await snapshotRows(w);
  expect(lastSeen).toEqual(before);
}

describe('who may call', () => {
  const refused = async (route: Route, what: string, token: string | null) => {
    const response = await request(route, addressOf(route), token);
    return [response.status, expectRefusal(response, what)];
  };
  const admins = (options: TestTokenOptions) =>
    supabaseOf(w.sandbox.core).issueToken({ email: ADMIN_EMAIL, ...options });
  const nowSeconds = () => Math.floor((Date.now() + w.clock.offsetMs) / 1000);

  test.each(forStaff)('%s: nobody but an admin', async (_name, route) => {
    expect(await refused(route, 'nobody', null)).toEqual([401, 'AUTH_REQUIRED']);
    const customer = await aCustomer(w);
    expect(await refused(route, 'customer', customer.token)).toEqual([403, 'ADMIN_ROLE_REQUIRED']);
  });

  /** Signed once for all operations. */
  let broken: Record<string, string>;
  beforeAll(async () => {
    broken = {
      junk: 'junk',
      'three junks': 'a.b.c',
      expired: await admins({ claims: { exp: nowSeconds() - 60 } }),
      'a day old session': await admins({ signedInSecondsAgo: HALF_A_DAY_SECONDS + 60 }),
      'no sign-in time': await admins({ claims: { amr: undefined } }),
      'only refreshed': await admins({
        claims: { amr: [{ method: 'token_refresh', timestamp: nowSeconds() }] },
      }),
      'no session': await admins({ claims: { session_id: undefined } }),
      'alg none': await admins({ alg: 'none' }),
      'HS256 with the public key': await admins({ alg: 'HS256' }),
      'a stranger’s key': await admins({ signedBy: 'stranger' }),
      'no key id': await admins({ kid: randomUUID() }),
      'another audience': await admins({ claims: { aud: 'anon' } }),
      'another issuer': await admins({ claims: { iss: 'https://evil.example/auth/v1' } }),
    };
  });

  test.each(forStaff)('%s: no token that is not sound', async (_name, route) => {
    for (const [what, token] of Object.entries(broken)) {
      expect([what, ...(await refused(route, what, token))]).toEqual([
        what,
        401,
        'AUTH_TOKEN_INVALID',
      ]);
    }
  });

  test.each(forStaff)('%s: what a token claims of roles changes nothing', async (_name, route) => {
    const roles = {
      role: 'admin',
      user_role: 'admin',
      app_metadata: { role: 'admin', roles: ['admin'] },
      user_metadata: { role: 'admin', is_admin: true },
    };
    const forged = await supabaseOf(w.sandbox.core).issueToken({ claims: roles });
    expect(await refused(route, 'forged', forged)).toEqual([403, 'ADMIN_ROLE_REQUIRED']);
  });
});

describe('bodies', () => {
  test.each(withJson)('%s: what is no JSON object is refused', async (_name, route) => {
    await expectNothingWritten(async () => {
      for (const text of [
        '{',
        '"text"',
        '17',
        'null',
        'true',
        '[]',
        '[{}]',
        '{"a":1}}',
        '\u0000',
      ]) {
        const response = await allowed(route, addressOf(route))
          .set('Content-Type', 'application/json')
          .send(text);
        expectRefusal(response, text);
      }
    });
  });

  test.each(withJson)('%s: an empty object writes nothing', async (_name, route) => {
    await expectNothingWritten(async () => {
      const response = await allowed(route, addressOf(route)).send({});
      // A patch that changes nothing is no mistake.
      if (route.method !== 'patch' || response.status !== 200) expectRefusal(response, '{}');
    });
  });

  test.each(withJson)('%s: each field refuses what it cannot be', async (_name, route) => {
    await expectNothingWritten(async () => {
      const body = sampleInput(route.body);
      for (const { path, value } of leavesOf(body)) {
        // What only a robot fills in may be as long as the robot likes: it is not to learn of it.
        if (path[0] === 'website') continue;
        for (const hostile of hostileInsteadOf(value)) {
          const what = `${path.join('.')} = ${JSON.stringify(hostile).slice(0, 60)}`;
          const response = await allowed(route, addressOf(route)).send(
            spoil(body, path, hostile) as object,
          );
          expect(expectRefusal(response, what), what).toBe('VALIDATION_FAILED');
          expect(faultyFields(response), what).toEqual(expect.arrayContaining([path.join('.')]));
        }
      }
    });
  });

  test.each(withJson)(
    '%s: null, or nothing, in a field never makes it fail',
    async (_name, route) => {
      lastSeen = null;
      const body = sampleInput(route.body);
      for (const { path } of leavesOf(body)) {
        // JSON knows no undefined: the field is left out.
        for (const missing of [null, undefined]) {
          const what = `${path.join('.')} = ${String(missing)}`;
          const response = await allowed(route, addressOf(route)).send(
            spoil(body, path, missing) as object,
          );
          if (response.status >= 400) expectRefusal(response, what);
        }
      }
    },
  );

  test.each(withJson)('%s: no JSON that only a machine would write', async (_name, route) => {
    await expectNothingWritten(async () => {
      const body = sampleInput(route.body);
      const [leaf] = leavesOf(body);
      for (const [what, junk] of Object.entries(MACHINE_WRITTEN)) {
        // In place of a field that is read; as text, because some of it is no value of JavaScript.
        const text = JSON.stringify(spoil(body, leaf?.path ?? [], '<here>')).replace(
          '"<here>"',
          junk,
        );
        const response = await allowed(route, addressOf(route))
          .set('Content-Type', 'application/json')
          .send(text);
        expectRefusal(response, what);
      }
    });
  });

  test.each(withJson)('%s: a body beyond the limit is refused', async (_name, route) => {
    const response = await allowed(route, addressOf(route)).send({ text: 'x'.repeat(1_100_000) });
    expect(expectRefusal(response, 'huge')).toBe('BODY_TOO_LARGE');
  });

  test.each(withFiles)('%s: what is no form with a file is refused', async (_name, route) => {
    await expectNothingWritten(async () => {
      const send = () => allowed(route, addressOf(route));
      expectRefusal(await send(), 'nothing');
      expectRefusal(await send().send({ file: 'x' }), 'JSON');
      expectRefusal(await send().field('name', 'x'), 'no file');
      expectRefusal(await send().attach('other', Buffer.from('x'), 'x.png'), 'another field');
      const torn = await send()
        .set('Content-Type', 'multipart/form-data; boundary=b')
        .send('--b\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\n\r\nx');
      expectRefusal(torn, 'a torn form');
      const unbound = await send().set('Content-Type', 'multipart/form-data').send('x');
      expectRefusal(unbound, 'no boundary');
    });
  });
});

const MACHINE_WRITTEN: Readonly<Record<string, string>> = {
  'lists in lists': '['.repeat(20_000) + ']'.repeat(20_000),
  'objects in objects': '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000),
  'a number beyond all numbers': '1e400',
  'a number of many digits': '-' + '9'.repeat(5_000),
  'keys that every object has':
    '{"__proto__":{"length":1},"constructor":{"prototype":{}},"toString":null,"valueOf":7,"then":1}',
  'a long list': `[${'0,'.repeat(100_000)}0]`,
  'half a character as a key': '{"\\ud800":1}',
};

const faultyFields = (response: Response) =>
  Object.keys((response.body as { errors: { fields?: object } }).errors.fields ?? {});

function hostileInsteadOf(value: Leaf['value']): unknown[] {
  switch (typeof value) {
    case 'string':
      return ['a\0b', 'a\ud800b', 'x'.repeat(200_000), 17, true, ['x'], [], { x: 'x' }];
    case 'number':
      return ['x', '1', '', 1e308, -1e308, 0.5, -0.5, true, [1], {}];
    default:
      return ['yes', 17, [], {}];
  }
}

describe('addresses', () => {
  const HOSTILE = [
    'not-an-id',
    '00000000-0000-0000-0000-00000000000g',
    "1'%20OR%20'1'='1",
    '%00',
    'a%00b',
    '%ff',
    '%E0%A4%A',
    '%ED%A0%80',
    '%',
    '..%2f..%2fetc%2fpasswd',
    '%20',
    '%F0%9F%A6%84',
    'x'.repeat(5_000),
  ];

  test.each(withParams)('%s: no parameter that is none', async (_name, route) => {
    await expectNothingWritten(async () => {
      for (const name of paramsOf(route)) {
        for (const hostile of HOSTILE) {
          const response = await allowed(route, addressOf(route, { name, hostile }));
          expectRefusal(response, `${name} = ${hostile.slice(0, 60)}`);
        }
      }
    });
  });

  const queryKeys = (route: Route) => {
    const query = sampleInput(route.query);
    return route.method === 'get' && query !== null && typeof query === 'object'
      ? Object.keys(query)
      : [];
  };
  const withQuery = all.filter((route) => queryKeys(route).length > 0).map(named);
  test.each(withQuery)('%s: no query makes it fail', async (_name, route) => {
    lastSeen = null;
    const keys = queryKeys(route);
    const HOSTILE_VALUES = [
      '',
      '%00',
      '%ff',
      'x'.repeat(3_000),
      '-1',
      '99999999999999999999',
      '[]',
      '1e9',
      '0x10',
      '__proto__',
      '%ED%A0%80',
    ];
    for (const key of keys) {
      const queries = HOSTILE_VALUES.map((value) => `${key}=${value}`);
      for (const query of [
        ...queries,
        `${key}=1&${key}=2`,
        `${key}[x]=1`,
        `${key}[__proto__][x]=1`,
        `${key}[]=1`,
        key,
      ]) {
        const response = await allowed(route, `${addressOf(route)}?${query}`);
        if (response.status >= 400) expectRefusal(response, query.slice(0, 80));
      }
    }
  });

  // Not the whole server: only what decides between two paths that fit.
  const server = express();
  mountRoutes(
    server,
    all.map((route) => ({
      route: { ...route, bodyKind: 'none' },
      serve: (_request, response) => {
        response.json(route.operationId);
        return Promise.resolve();
      },
    })),
  );
  test.each(all.map(named))('%s is not shadowed by another route', async (_name, route) => {
    const response = await supertest(server)[route.method](route.path.replaceAll(':', ''));
    expect(response.body).toBe(route.operationId);
  });

  test('an unknown one is a 404', async () => {
    for (const path of ['/', '/api', '/api/v1', '/api/v1/nothing', '/api/v2/products', '/%2e%2e']) {
      const response = await w.http.get(path);
      expect([path, response.status, expectRefusal(response, path)]).toEqual([
        path,
        404,
        'NOT_FOUND',
      ]);
    }
    expect((await w.http.delete('/api/v1/products')).status).toBe(404);
  });
});

describe('every answer', () => {
  test.each(all.filter((route) => route.method === 'get').map(named))(
    '%s: echoes the request id',
    async (_name, route) => {
      const response = await allowed(route, addressOf(route)).set('X-Request-Id', 'req-42');
      expect(response.headers['x-request-id']).toBe('req-42');
      if (route.path.startsWith('/api/') && response.type === 'application/json') {
        expect((response.body as { requestId?: unknown }).requestId).toBe('req-42');
      }
    },
  );

  test.each(forStaff)('%s: refuses in problem+json to who asks for it', async (_name, route) => {
    const response = await request(route, addressOf(route), null)
      .set('Accept', 'application/problem+json')
      .set('X-Request-Id', 'req-43');
    expect(response.type).toBe('application/problem+json');
    expect(JSON.parse(response.text)).toEqual({
      type: '/problems/AUTH_REQUIRED',
      title: 'Unauthorized',
      status: 401,
      detail: 'Please sign in.',
      instance: 'req-43',
      code: 'AUTH_REQUIRED',
    });
  });

  test.each(withJson)('%s: tells faults in problem+json, too', async (_name, route) => {
    const response = await allowed(route, addressOf(route))
      .set('Accept', 'application/problem+json')
      .set('Content-Type', 'application/json')
      .send('{');
    expect(response.type).toBe('application/problem+json');
    expect(JSON.parse(response.text)).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' });
  });
});
