import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import supertest from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { aKuji, aPaidOrder, aProduct } from '../../../testing/factories.ts';
import { runSql } from '../../../testing/run-sql.ts';
import { world, type World } from '../../../testing/world.ts';
import type { Listener } from '../../db/listen.ts';
import type { App } from '../../kernel/app.ts';
import { changeProduct } from '../../modules/catalog/index.ts';
import { buildApp } from '../build-app.ts';
import { followCatalogue } from '../follow-catalogue.ts';
import { buildHttp } from '../http.ts';

/** Another process of the same shop, as far as the database can tell. */
type Replica = { app: App; name: (slug: string) => Promise<string>; stop: () => Promise<void> };

const HOUR_MS = 3_600_000;
const CEILING_MS = 300;

let w: World;
let database: string;
let replicas: Replica[] = [];
beforeAll(async () => {
  w = await world();
  database = new URL(w.app.config.databaseUrl).pathname.slice(1);
});
afterEach(async () => {
  for (const replica of replicas) await replica.stop();
  replicas = [];
});
afterAll(() => w.close());

async function aReplica(cacheMs: number): Promise<Replica> {
  const app = buildApp({ config: w.app.config, log: w.app.log, cacheMs });
  const follower = followCatalogue(app);
  if (follower === null) throw new Error('Tests run on a direct connection.');
  const server = createServer(buildHttp(app)).listen(0, '127.0.0.1');
  await Promise.all([
    follower.ready,
    new Promise<void>((resolve) => server.once('listening', resolve)),
  ]);
  const http = supertest(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}`);
  const name = async (slug: string) =>
    ((await http.get(`/api/v1/products/${slug}`)).body as { data: { name: string } }).data.name;
  const replica = { app, name, stop: () => stop(app, follower, server) };
  replicas.push(replica);
  return replica;
}

async function stop(app: App, follower: Listener, server: Server): Promise<void> {
  await follower.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await app.database.close();
}

const rename = (productId: string, name: string) =>
  changeProduct(w.app, { actor: 'test', requestId: null, productId, changes: { name } });

/** Ends the connections that listen, and lets nobody connect until `admit`. */
async function deafen(): Promise<void> {
  await admit(false);
  await w.app.database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'popbox-listener' AND datname = current_database()`,
  );
  await w.until('nobody listens', async () => (await countListeners()) === 0);
}

const admit = (isAdmitted: boolean) =>
  runSql(
    inject('adminDatabaseUrl'),
    `ALTER DATABASE ${pg.escapeIdentifier(database)} ALLOW_CONNECTIONS ${String(isAdmitted)}`,
  );

async function countListeners(): Promise<number> {
  const { rows } = await w.app.database.pool.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity
     WHERE application_name = 'popbox-listener' AND datname = current_database()`,
  );
  return rows[0]?.n ?? 0;
}

describe('an edit in one process', () => {
  it('is seen in another at once, however long answers may be kept', async () => {
    const { productId, slug } = await aProduct(w, { name: 'Before' });
    const other = await aReplica(HOUR_MS);
    expect(await other.name(slug)).toBe('Before');
    await rename(productId, 'After');
    await w.until('the other process shows it', async () => (await other.name(slug)) === 'After');
  });

  it('is seen when the ceiling ends where the connection that listens is lost', async () => {
    const { productId, slug } = await aProduct(w, { name: 'Before' });
    const [usual, patient] = [await aReplica(CEILING_MS), await aReplica(HOUR_MS)];
    // So that each has a connection to read with when nobody can make one.
    for (const replica of [usual, patient]) expect(await replica.name(slug)).toBe('Before');
    await deafen();
    try {
      await rename(productId, 'After');
      await w.until('the ceiling ends', async () => (await usual.name(slug)) === 'After');
      expect(await patient.name(slug)).toBe('Before');
    } finally {
      await admit(true);
    }
    await w.until('it listens again', async () => (await patient.name(slug)) === 'After');
  });

  it('is not overwritten by an answer that was being made before it', async () => {
    const { productId, slug } = await aProduct(w, { name: 'Before' });
    const other = await aReplica(HOUR_MS);
    const url = `/made/${slug}`;
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const reply = { head: 'old', etag: 'old', pack: () => null };
    const asked = other.app.responseCache.remember(url, async () => {
      await slow;
      return reply;
    });
    expect(await other.name(slug)).toBe('Before');
    await rename(productId, 'After');
    await w.until('the edit is told', async () => (await other.name(slug)) === 'After');
    finish();
    expect(await asked).toBe(reply);
    expect(other.app.responseCache.find(url)).toBeUndefined();
  });
});

describe('a sale', () => {
  it('is told to nobody: commits that tell wait for each other', async () => {
    const { productId, variantId } = await aProduct(w);
    const kuji = await aKuji(w);
    const client = new pg.Client({ connectionString: w.app.config.databaseUrl });
    await client.connect();
    const heard: string[] = [];
    client.on('notification', ({ payload }) => heard.push(payload ?? ''));
    await client.query('LISTEN popbox_catalogue');
    await aPaidOrder(w, [{ productId, productVariantId: variantId, quantity: 1 }]);
    await aPaidOrder(w, [{ productId: kuji.productId, quantity: 1 }]);
    await client.query(`NOTIFY popbox_catalogue, 'last'`);
    await w.until('the last one is heard', () => heard.includes('last'));
    expect(heard).toEqual(['last']);
    await client.end();
  });
});

describe('behind a pooler in transaction mode', () => {
  it('nobody listens', async () => {
    const app = buildApp({
      config: { ...w.app.config, databaseUrl: `${w.app.config.databaseUrl}?pgbouncer=true` },
      log: w.app.log,
    });
    expect(followCatalogue(app)).toBeNull();
    await app.database.close();
  });
});
