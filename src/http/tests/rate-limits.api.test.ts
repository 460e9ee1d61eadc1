import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import supertest, { type Response, type Test } from 'supertest';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { describingEnvironment } from '../../../scripts/describing-environment.ts';
import { environmentFor, world, type World } from '../../../testing/world.ts';
import { LIMIT_CLASSES, readConfig } from '../../config/index.ts';
import { createLimiter } from '../../kernel/limiter.ts';
import { buildApp } from '../../main/build-app.ts';
import { createLogger } from '../../main/create-logger.ts';
import { buildHttp } from '../../main/http.ts';
import { routes } from '../../main/routes.ts';

const OF_ALL = 12;
const CLIENT = 4;
const PERSON = 2;
const SMALL = [
  ...LIMIT_CLASSES.flatMap((name) => [
    `${name}.client=${String(CLIENT)}/60`,
    `${name}.person=${String(PERSON)}/60`,
  ]),
  `public.client=${String(OF_ALL)}/60`,
].join(',');

let w: World;
const servers: Server[] = [];
beforeAll(async () => {
  // The test says through which addresses a request came.
  w = await world({ env: { RATE_LIMITS: SMALL, TRUST_PROXY: 'loopback' } });
});
afterAll(async () => {
  for (const server of servers) server.close();
  await w.close();
});

/** Another process of the same shop, set up differently and with counters of its own. */
async function serve(env: Record<string, string>) {
  const config = readConfig({
    ...environmentFor(w.sandbox, w.app.config.databaseUrl),
    RATE_LIMITS: SMALL,
    ...env,
  });
  const limiter = createLimiter({ shared: null, nowMs: () => performance.now() });
  const server = createServer(buildHttp({ ...w.app, config, limiter }));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return supertest(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
}

let lastClient = 0;
/** An address from which nothing was called yet. */
const newClient = () =>
  `198.51.${String(100 + Math.floor((lastClient += 1) / 250))}.${String(lastClient % 250)}`;

let lastPerson = 0;
const newName = () => `person-${String((lastPerson += 1))}`;

/** One operation of each class, called by somebody; how it ends does not matter. */
const CALLS: Record<string, (name: string | null) => Test> = {
  public: (name) => bearer(w.http.get('/api/v1/products'), name),
  auth: (name) => bearer(w.http.get('/api/v1/orders/PBX-0000000000/access?token=x'), name),
  checkout: (name) => w.http.post('/api/v1/checkout/session').send({ email: mailOf(name) }),
  contact: (name) => w.http.post('/api/v1/contact').send({ email: mailOf(name) }),
  reveal: (name) => cookie(w.http.post('/api/v1/orders/PBX-0000000000/tickets/reveal-all'), name),
  admin: (name) => bearer(w.http.get('/api/v1/admin/audit'), name),
};
const mailOf = (name: string | null) => (name === null ? undefined : `${name}@example.com`);
const bearer = (request: Test, name: string | null) =>
  name === null ? request : request.set('Authorization', `Bearer ${name}`);
const cookie = (request: Test, name: string | null) =>
  name === null ? request : request.set('Cookie', `guest_order_session=${name}`);

const webhook = () => w.http.post('/api/v1/webhooks/stripe').send({});
const from = (request: Test, addresses: string) => request.set('X-Forwarded-For', addresses);

async function statusesOf(times: number, call: () => Test): Promise<number[]> {
  const statuses: number[] = [];
  for (let n = 0; n < times; n += 1) statuses.push((await call()).status);
  return statuses;
}

/** How many of so many calls were not refused. */
async function passing(times: number, call: () => Test): Promise<number> {
  return (await statusesOf(times, call)).filter((status) => status !== 429).length;
}

function expectRefusal(response: Response): void {
  expect(response.status).toBe(429);
  expect(response.body).toMatchObject({
    success: false,
    code: 429,
    data: null,
    message: 'Too many requests. Please wait a moment.',
    errors: { code: 'RATE_LIMITED' },
  });
  const wait = Number(response.headers['retry-after']);
  expect(wait).toBeGreaterThanOrEqual(1);
  expect(wait).toBeLessThanOrEqual(60);
  expect(response.headers.ratelimit).toBe(
    `limit=${policyOf(response)}, remaining=0, reset=${String(wait)}`,
  );
  expect(response.headers['cache-control']).toBe('no-store');
}

const policyOf = (response: Response) =>
  String(response.headers['ratelimit-policy']).replace(';w=60', '');

describe('a class', () => {
  test.each(Object.keys(CALLS).filter((name) => name !== 'public'))(
    '%s has so much for a client, whoever it says it is',
    async (name) => {
      const client = newClient();
      const call = () => from(CALLS[name]?.(newName()) ?? webhook(), client);
      expect(await passing(CLIENT, call)).toBe(CLIENT);
      const refused = await call();
      expectRefusal(refused);
      expect(policyOf(refused)).toBe(String(CLIENT));
      expect((await from(CALLS[name]?.(newName()) ?? webhook(), newClient())).status).not.toBe(429);
    },
  );

  test.each(Object.keys(CALLS))('%s has less for one person', async (name) => {
    const client = newClient();
    const person = newName();
    const call = () => from(CALLS[name]?.(person) ?? webhook(), client);
    expect(await passing(PERSON, call)).toBe(PERSON);
    const refused = await call();
    expectRefusal(refused);
    expect(policyOf(refused)).toBe(String(PERSON));
    expect((await from(CALLS[name]?.(newName()) ?? webhook(), client)).status).not.toBe(429);
  });

  it('webhooks has a limit of its own, and the rest does not count there', async () => {
    const client = newClient();
    expect(await passing(OF_ALL + 1, () => from(w.http.get('/api/v1/products'), client))).toBe(
      OF_ALL,
    );
    expect(await passing(CLIENT, () => from(webhook(), client))).toBe(CLIENT);
    expectRefusal(await from(webhook(), client));
  });

  it('begins anew after its window', async () => {
    const client = newClient();
    const call = () => from(w.http.get('/api/v1/legal'), client);
    expect(await passing(OF_ALL + 2, call)).toBe(OF_ALL);
    w.clock.offsetMs += 61_000;
    expect((await call()).status).toBe(200);
  });
});

describe('a client', () => {
  it('is counted for everything: unknown addresses and bodies that cannot be read', async () => {
    const client = newClient();
    const unknown = () => from(w.http.get('/api/v1/nothing-here'), client);
    const broken = () =>
      from(
        w.http.post('/api/v1/contact').set('Content-Type', 'application/json').send('{'),
        client,
      );
    expect(await statusesOf(OF_ALL / 2, unknown)).toEqual(Array(OF_ALL / 2).fill(404));
    expect(await statusesOf(OF_ALL / 2, broken)).toEqual(Array(OF_ALL / 2).fill(400));
    expectRefusal(await unknown());
    expectRefusal(await broken());
  });

  it('is told how much is left, by the limit that is nearest', async () => {
    const client = newClient();
    const read = await from(w.http.get('/api/v1/products'), client);
    expect(read.headers['ratelimit-policy']).toBe(`${String(OF_ALL)};w=60`);
    expect(read.headers.ratelimit).toMatch(/^limit=12, remaining=11, reset=(59|60)$/);
    const person = newName();
    const contact = await from(
      w.http.post('/api/v1/contact').send({ email: mailOf(person) }),
      client,
    );
    expect(contact.headers['ratelimit-policy']).toBe(`${String(PERSON)};w=60`);
    expect(contact.headers.ratelimit).toMatch(/^limit=2, remaining=1, reset=(59|60)$/);
  });

  it('is never refused at the probe, and the probe does not count', async () => {
    const client = newClient();
    const probe = () => from(w.http.get('/health'), client);
    expect(await passing(OF_ALL + 5, probe)).toBe(OF_ALL + 5);
    expect((await from(w.http.get('/api/v1/products'), client)).headers.ratelimit).toContain(
      'remaining=11',
    );
  });

  it('is named in the log once, and not by its address', async () => {
    const client = newClient();
    const before = w.logLines.length;
    await passing(OF_ALL + 4, () => from(w.http.get('/api/v1/legal'), client));
    const lines = w.logLines.slice(before);
    expect(lines.filter((line) => line.includes('a rate limit was reached'))).toHaveLength(1);
    expect(lines.join('')).not.toContain(client);
  });

  it('of IPv6 is its network, in which it may take any address', async () => {
    let n = 0;
    const call = () =>
      from(w.http.get('/api/v1/legal'), `2001:db8:7:7::${((n += 1) + 16).toString(16)}`);
    expect(await passing(OF_ALL + 3, call)).toBe(OF_ALL);
    expect((await from(w.http.get('/api/v1/legal'), '2001:db8:7:8::1')).status).toBe(200);
  });
});

describe('a proxy', () => {
  it('that is trusted tells the address; what the client wrote before it does not count', async () => {
    const client = newClient();
    const call = () => from(w.http.get('/api/v1/legal'), `${newClient()}, ${client}`);
    expect(await passing(OF_ALL + 3, call)).toBe(OF_ALL);
  });

  it('that is trusted by hops does so, too', async () => {
    const http = await serve({ TRUST_PROXY: '1' });
    const client = newClient();
    const call = () => from(http.get('/api/v1/legal'), `${newClient()}, ${client}`);
    expect(await passing(OF_ALL + 3, call)).toBe(OF_ALL);
    expect((await from(http.get('/api/v1/legal'), newClient())).status).toBe(200);
  });

  it('that is not trusted tells nothing', async () => {
    const http = await serve({});
    const call = () => from(http.get('/api/v1/legal'), newClient());
    expect(await passing(OF_ALL + 3, call)).toBe(OF_ALL);
  });
});

describe('a server of the shop', () => {
  const HOST = '203.0.113.9';

  it('is known by its address or network and is not counted as one client, its people are', async () => {
    const http = await serve({
      TRUST_PROXY: 'loopback',
      RATE_LIMIT_EXEMPT: `${HOST}, 2001:db8:9::/48, 192.0.2.0/24`,
    });
    for (const address of [HOST, '2001:db8:9::1', '192.0.2.77', '::ffff:192.0.2.78']) {
      const read = () => from(http.get('/api/v1/legal'), address);
      expect(await passing(OF_ALL + 3, read), address).toBe(OF_ALL + 3);
    }
    const visit = (name: string) => bearer(from(http.get('/api/v1/products'), HOST), name);
    const name = newName();
    expect(await passing(PERSON + 2, () => visit(name))).toBe(PERSON);
    expect((await visit(newName())).status).toBe(200);
    // Whoever only claims to be that server comes from his own address.
    const pretend = () => from(http.get('/api/v1/legal'), `${HOST}, 198.51.9.9`);
    expect(await passing(OF_ALL + 3, pretend)).toBe(OF_ALL);
  });

  it('is known by its key, and by no other', async () => {
    const key = 'example-0123456789-abcdefghijklmnop';
    const http = await serve({ RATE_LIMIT_EXEMPT_KEY: key });
    const read = (given: string) => http.get('/api/v1/legal').set('X-Rate-Limit-Key', given);
    expect(await passing(OF_ALL + 3, () => read(key))).toBe(OF_ALL + 3);
    expect(await passing(OF_ALL + 3, () => read(`${key}x`))).toBe(OF_ALL);
    expect((await read(key)).status).toBe(200);
  });

  it('may send more messages of many people than one network address may', async () => {
    const key = 'example-0123456789-abcdefghijklmnop';
    const wide = { RATE_LIMITS: 'contact.client=1000/60,contact.person=1000/60' };
    const http = await serve({ RATE_LIMIT_EXEMPT_KEY: key, ...wide });
    const write = (headers: Record<string, string>) =>
      http
        .post('/api/v1/contact')
        .set(headers)
        .send({
          firstName: 'Aiko',
          email: `${newName()}@example.com`,
          inquiryType: 'general',
          message: 'Do you ship to the moon?',
        });
    expect(await passing(33, () => write({}))).toBe(30);
    expect(await passing(33, () => write({ 'X-Rate-Limit-Key': key }))).toBe(33);
  });
});

describe('every operation', () => {
  const described = buildApp({
    config: readConfig(describingEnvironment),
    log: createLogger({ level: 'silent', environment: 'test' }),
  });
  const all = routes(described).map(({ route }) => route);
  afterAll(() => described.database.close());

  it('has a class, those for staff and webhooks by themselves', () => {
    for (const { operationId, access, limit } of all) {
      if (access === 'admin' || access === 'staff') expect(limit, operationId).toBe('admin');
      else if (access === 'signature') expect(limit, operationId).toBe('webhooks');
      else if (limit !== 'none') expect(LIMIT_CLASSES, operationId).toContain(limit);
    }
  });

  it('is free of limits only where it is a probe', () => {
    const free = all.filter(({ limit }) => limit === 'none').map(({ path }) => path);
    expect(free.every((path) => path.startsWith('/health'))).toBe(true);
  });

  it('that sends mail, opens tickets, takes money or can be guessed at is not merely public', () => {
    const classOf = (id: string) => all.find(({ operationId }) => operationId === id)?.limit;
    expect(classOf('openCheckoutSession')).toBe('checkout');
    expect(classOf('showCheckoutSuccess')).toBe('checkout');
    expect(classOf('contact')).toBe('contact');
    expect(classOf('openGuestAccess')).toBe('auth');
    const reveals = all.filter(({ path }) => /\/reveal(-all)?$/.test(path));
    expect(reveals.length).toBeGreaterThanOrEqual(2);
    expect(reveals.every(({ limit }) => limit === 'reveal')).toBe(true);
  });

  it('that is answered from memory has the limit that is counted before', () => {
    for (const { operationId, isCached, limit } of all) {
      if (isCached) expect(limit, operationId).toBe('public');
    }
  });
});

test('the defaults take a busy shopper, and stop a robot that tries one e-mail after the other', async () => {
  const http = await serve({ RATE_LIMITS: '' });
  const email = `${newName()}@example.com`;
  const tries = () => http.post('/api/v1/checkout/session').send({ email });
  expect(await passing(125, tries)).toBe(120);
});
