import { request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from '../../scripts/postgres/start-embedded-postgres.ts';
import { migrateDatabase } from '../../src/main/migrate-database.ts';
import { childWorld, type ChildWorld } from '../child/child-world.ts';
import { cloneDatabase } from '../clone-database.ts';
import { aProduct, checkoutBody, newKey, type TestProduct } from '../factories.ts';

type Try = {
  key: string;
  /** Of the answer; null where the connection was refused or cut. */
  status: number | null;
  sessionId: string | null;
};

/** One checkout on a connection of its own: a kept one may be closed while nothing runs on it. */
function tryCheckout(w: ChildWorld, product: TestProduct): Promise<Try> {
  const key = newKey();
  const { productId, variantId } = product;
  const items = [{ productId, productVariantId: variantId, quantity: 1 }];
  return new Promise((resolve) => {
    const sent = request(`${w.url}/api/v1/checkout/session`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
    });
    sent.on('error', () => {
      resolve({ key, status: null, sessionId: null });
    });
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => {
        resolve({ key, status: null, sessionId: null });
      });
      response.on('end', () => {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as {
          data: { sessionId: string } | null;
        };
        const sessionId = body.data?.sessionId ?? null;
        resolve({ key, status: response.statusCode ?? null, sessionId });
      });
    });
    sent.end(JSON.stringify(checkoutBody(items)));
  });
}

/** Shoppers who check out, again and again, until `goOn` says no; every second purchase is paid. */
async function shop(
  w: ChildWorld,
  shoppers: number,
  goOn: (tries: readonly Try[]) => boolean,
): Promise<Try[]> {
  const product = await aProduct(w, { onHand: 10_000 });
  const tries: Try[] = [];
  const shopper = async () => {
    while (goOn(tries)) {
      const done = await tryCheckout(w, product);
      tries.push(done);
      if (done.sessionId !== null && tries.length % 2 === 0) w.sandbox.pay(done.sessionId, 'paid');
    }
  };
  await Promise.all(Array.from({ length: shoppers }, shopper));
  return tries;
}

// Starts of processes and of a server, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000 });

const withStatus = (tries: readonly Try[], status: number | null) =>
  tries.filter((one) => one.status === status);

/** The API's own workers work beside `drain`: nothing is left only when they are through as well. */
async function untilAllIsWorked(w: ChildWorld): Promise<void> {
  await w.until('the workers are through', async () => {
    await w.drain();
    const { rowCount } = await w.app.database.pool.query(
      `SELECT 1 FROM pgboss.job
       WHERE state = 'active' OR (state IN ('created', 'retry') AND start_after <= now())`,
    );
    return rowCount === 0;
  });
}

it('C15 SIGTERM under load', async () => {
  const w = await childWorld({ database: await cloneDatabase(), role: 'all' });
  const told: { exit?: Promise<number | null> } = {};
  const tries = await shop(w, 6, (soFar) => {
    // Told while six requests and the jobs of those before them are running.
    if (soFar.length >= 18) told.exit ??= w.api.terminate();
    return withStatus(soFar, null).length === 0;
  });
  expect(await told.exit).toBe(0);
  expect(withStatus(tries, 201).length).toBeGreaterThanOrEqual(18);
  expect(tries.filter(({ status }) => status !== 201 && status !== null)).toEqual([]);
  // Whoever got no answer came too late: nothing of his request was begun.
  const { pool } = w.app.database;
  const begun = await pool.query(
    'SELECT idempotency_key FROM popbox.checkout_attempts WHERE idempotency_key = ANY ($1)',
    [withStatus(tries, null).map(({ key }) => key)],
  );
  expect(begun.rows).toEqual([]);
  await w.untilForgotten();
  expect((await pool.query(`SELECT 1 FROM pgboss.job WHERE state = 'active'`)).rows).toEqual([]);

  await w.api.start();
  await untilAllIsWorked(w);
  await w.close();
});

// Red if nobody listens to a connection between two statements: its end was the end of the process.
it('C16 Postgres restarts under load', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'popbox-restart-'));
  const port = await getPort();
  const options = { dataDir: join(folder, 'postgres'), durable: true, port };
  let server = await startEmbeddedPostgres(options);
  try {
    await server.createDatabase('popbox');
    const url = server.url('popbox');
    await migrateDatabase(url);
    // Fewer connections than shoppers: one that is not given back would be missed.
    const w = await childWorld({
      database: { url, drop: () => Promise.resolve() },
      role: 'all',
      poolMax: 3,
    });
    const told: { restart?: Promise<void> } = {};
    let isBack = false;
    const again = async () => {
      await server.stop();
      server = await startEmbeddedPostgres(options);
      isBack = true;
    };
    let soldBefore = 0;
    let wasRefused = false;
    const tries = await shop(w, 6, (soFar) => {
      const sold = withStatus(soFar, 201).length;
      if (sold >= 12) told.restart ??= again();
      if (!isBack) soldBefore = sold;
      wasRefused ||= withStatus(soFar, 503).length > 0;
      return sold < soldBefore + 12;
    });
    await told.restart;
    const statuses = [...new Set(tries.map(({ status }) => status))].sort();
    expect(statuses).toEqual([201, 503]);

    // More at once than there are connections, and the workers go on by themselves.
    const together = await shop(w, 6, (soFar) => soFar.length < 6);
    expect(withStatus(together, 201)).toHaveLength(together.length);
    const sessions = together.map(({ sessionId }) => sessionId);
    await w.until('a worker has booked a payment of these', async () => {
      const { rowCount } = await w.app.database.pool.query(
        `SELECT 1 FROM popbox.payments WHERE state = 'paid' AND session_id = ANY ($1)`,
        [sessions],
      );
      return rowCount !== null && rowCount > 0;
    });
    // What was at work when the server went away comes back once its worker is known to be gone.
    await w.letQueueTimePass();
    await untilAllIsWorked(w);
    await w.close();
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
