import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { anAdmin, aProduct } from '../../../../testing/factories.ts';
import { refusesStrangers } from '../../../../testing/refuses-strangers.ts';
import { world, type World } from '../../../../testing/world.ts';
import { changeProduct } from '../../catalog/index.ts';
import { announceChanges } from '../service/announce-changes.ts';

type Call = { path: string; headers: Record<string, string | string[] | undefined>; body: string };
type Endpoint = { id: string; secret: string };

/** A storefront that answers what the test wants. */
let storefront: Server;
let calls: Call[] = [];
let answer: { status: number; headers?: Record<string, string> } = { status: 200 };

let w: World;
let token: string;
beforeAll(async () => {
  w = await world();
  ({ token } = await anAdmin(w));
  storefront = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      });
      response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => storefront.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  calls = [];
  answer = { status: 200 };
  w.clock.offsetMs = 0;
  await w.app.database.pool.query(
    'DELETE FROM popbox.webhook_endpoints; DELETE FROM popbox.catalogue_changes',
  );
});
afterAll(async () => {
  storefront.close();
  await w.close();
});

const admin = (method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: object) =>
  w.http[method](`/api/v1/admin/${path}`).set('Authorization', `Bearer ${token}`).send(body);

const dataOf = (response: { body: unknown }) => (response.body as { data: unknown }).data;

async function anEndpoint(path = '/revalidate'): Promise<Endpoint> {
  const { port } = storefront.address() as AddressInfo;
  const response = await admin('post', 'webhook-endpoints', {
    url: `http://127.0.0.1:${String(port)}${path}`,
  });
  expect(response.status).toBe(201);
  return dataOf(response) as Endpoint;
}

async function tell(): Promise<void> {
  await announceChanges(w.app);
  await w.app.queue.drain();
}

function signatureOf(call: Call, secret: string): string {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp } = call.headers;
  const content = `${String(id)}.${String(timestamp)}.${call.body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

describe('a change of the catalogue', () => {
  it('is told once, signed, however many edits there were', async () => {
    await tell();
    const endpoint = await anEndpoint();
    const { productId } = await aProduct(w);
    for (const name of ['One', 'Two', 'Three']) {
      await changeProduct(w.app, { actor: 'test', requestId: null, productId, changes: { name } });
    }
    await tell();
    expect(calls).toHaveLength(1);
    const [call] = calls;
    if (!call) throw new Error('no call');
    expect(call.headers['webhook-signature']).toBe(signatureOf(call, endpoint.secret));
    expect(JSON.parse(call.body)).toMatchObject({
      type: 'catalogue.changed',
      data: {
        everything: false,
        targets: expect.arrayContaining([{ type: 'product', id: productId }]) as unknown,
      },
    });
    await tell();
    expect(calls).toHaveLength(1);
  });

  it('that is undone is not told', async () => {
    await tell();
    await anEndpoint();
    await expect(
      changeProduct(w.app, {
        actor: 'test',
        requestId: null,
        productId: (await aProduct(w)).productId,
        changes: { name: 'X', collectionIds: ['0192f0c1-0000-7000-8000-00000000ffff'] },
      }),
    ).rejects.toThrow();
    await w.app.database.pool.query(
      `DELETE FROM popbox.catalogue_changes WHERE target_type <> 'none'`,
    );
    await tell();
    expect(calls).toEqual([]);
  });

  it('is told again under the same id until it is taken', async () => {
    await tell();
    const endpoint = await anEndpoint();
    answer = { status: 500 };
    await aProduct(w);
    await tell();
    const first = (
      dataOf(await admin('get', `webhook-endpoints/${endpoint.id}/deliveries`)) as {
        items: { id: string; state: string; attempts: number; lastStatus: number }[];
      }
    ).items;
    expect(first).toMatchObject([{ state: 'queued', attempts: 1, lastStatus: 500 }]);
    answer = { status: 204 };
    // The queue waits some seconds before the second try.
    await w.app.database.pool.query(
      `UPDATE pgboss.job SET start_after = now() WHERE name = 'webhook-delivery' AND state = 'retry'`,
    );
    await w.app.queue.drain();
    expect(calls.map((call) => call.headers['webhook-id'])).toEqual([
      calls[0]?.headers['webhook-id'],
      calls[0]?.headers['webhook-id'],
    ]);
    const replayed = await admin('post', `webhook-deliveries/${first[0]?.id ?? ''}/replay`);
    expect(replayed.status).toBe(200);
    expect((await admin('post', `webhook-deliveries/${first[0]?.id ?? ''}/replay`)).status).toBe(
      409,
    );
    await w.app.queue.drain();
    expect(calls).toHaveLength(3);
  });

  it('a redirect is a failure and is not followed', async () => {
    await tell();
    const endpoint = await anEndpoint('/old');
    answer = { status: 302, headers: { location: '/new' } };
    await aProduct(w);
    await tell();
    expect(calls.map((call) => call.path)).toEqual(['/old']);
    const { items } = dataOf(await admin('get', `webhook-endpoints/${endpoint.id}/deliveries`)) as {
      items: { state: string }[];
    };
    expect(items).toMatchObject([{ state: 'queued' }]);
  });

  it('410 switches the endpoint off', async () => {
    await tell();
    const endpoint = await anEndpoint();
    answer = { status: 410 };
    await aProduct(w);
    await tell();
    const { items } = dataOf(await admin('get', 'webhook-endpoints')) as {
      items: { id: string; isActive: boolean }[];
    };
    expect(items).toMatchObject([
      { id: endpoint.id, isActive: false, disabledReason: expect.any(String) as string },
    ]);
    await aProduct(w);
    await tell();
    expect(calls).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('are shown once, kept sealed, and during a rotation both sign', async () => {
    await tell();
    const endpoint = await anEndpoint();
    const list = await admin('get', 'webhook-endpoints');
    expect(list.text).not.toContain(endpoint.secret);
    const { rows } = await w.app.database.pool.query<{ sealed: string }>(
      `SELECT encode(sealed_secret, 'escape') AS sealed FROM popbox.webhook_endpoints`,
    );
    expect(rows[0]?.sealed).not.toContain(endpoint.secret.slice(6));

    const rotated = dataOf(
      await admin('post', `webhook-endpoints/${endpoint.id}/rotate-secret`),
    ) as Endpoint;
    expect(rotated.secret).not.toBe(endpoint.secret);
    await aProduct(w);
    await tell();
    const both = calls.at(-1);
    if (!both) throw new Error('no call');
    expect(String(both.headers['webhook-signature']).split(' ')).toEqual([
      signatureOf(both, rotated.secret),
      signatureOf(both, endpoint.secret),
    ]);
    w.clock.offsetMs = 25 * 3600 * 1000;
    await aProduct(w);
    await tell();
    const one = calls.at(-1);
    if (!one) throw new Error('no call');
    expect(one.headers['webhook-signature']).toBe(signatureOf(one, rotated.secret));
  });
});

describe('the admin', () => {
  it('can switch off, on, and delete; what is unknown is 404, what is no address 400', async () => {
    await tell();
    const { id } = await anEndpoint();
    await admin('patch', `webhook-endpoints/${id}`, { isActive: false });
    await aProduct(w);
    await tell();
    expect(calls).toEqual([]);
    await admin('patch', `webhook-endpoints/${id}`, { isActive: true });
    await aProduct(w);
    await tell();
    expect(calls).toHaveLength(1);
    expect((await admin('delete', `webhook-endpoints/${id}`)).status).toBe(200);
    expect((await admin('delete', `webhook-endpoints/${id}`)).status).toBe(404);
    expect((await admin('get', `webhook-endpoints/${id}/deliveries`)).status).toBe(404);
    for (const url of ['ftp://x.test', 'nope', 'http://user:pw@x.test', null]) {
      expect((await admin('post', 'webhook-endpoints', { url })).status, String(url)).toBe(400);
    }
  });

  it('can have ten endpoints', async () => {
    for (let i = 0; i < 10; i += 1) await anEndpoint(`/${String(i)}`);
    const eleventh = await admin('post', 'webhook-endpoints', { url: 'https://shop.test/x' });
    expect([eleventh.status, (eleventh.body as { errors: { code: string } }).errors.code]).toEqual([
      409,
      'WEBHOOK_ENDPOINT_LIMIT',
    ]);
  });
});

const unknown = '0192f0c1-0000-7000-8000-00000000ffff';
refusesStrangers(
  () => w,
  [
    ['get', '/admin/webhook-endpoints'],
    ['post', '/admin/webhook-endpoints'],
    ['patch', `/admin/webhook-endpoints/${unknown}`],
    ['delete', `/admin/webhook-endpoints/${unknown}`],
    ['post', `/admin/webhook-endpoints/${unknown}/rotate-secret`],
    ['get', `/admin/webhook-endpoints/${unknown}/deliveries`],
    ['post', `/admin/webhook-deliveries/${unknown}/replay`],
  ],
);
