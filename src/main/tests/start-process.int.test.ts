import { connect } from 'node:net';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.ts';
import { cloneDatabase } from '../../../testing/clone-database.ts';
import { runSql } from '../../../testing/run-sql.ts';
import { environmentFor } from '../../../testing/world.ts';
import { readConfig } from '../../config/index.ts';
import { createLogger } from '../create-logger.ts';
import { startProcess } from '../start-process.ts';

let sandbox: Sandbox;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
beforeAll(async () => {
  [sandbox, database] = await Promise.all([startSandbox({ port: 0 }), cloneDatabase()]);
});
afterAll(async () => {
  await sandbox.close();
  await database.drop();
});

async function start(databaseUrl: string, overrides: Record<string, string> = {}) {
  const port = await getPort();
  const lines: string[] = [];
  const config = readConfig({
    ...environmentFor(sandbox, databaseUrl),
    PORT: String(port),
    ...overrides,
  });
  const log = createLogger(
    { level: 'info', environment: 'test' },
    { write: (line) => void lines.push(line) },
  );
  const running = await startProcess(config, log);
  return { running, url: `http://127.0.0.1:${String(port)}`, port, lines };
}

describe('startProcess', () => {
  it('serves, and stops in its named phases without leaving anything open', async () => {
    const { running, url, lines } = await start(database.url);
    await running.ready;
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await running.stop();
    await expect(fetch(`${url}/health`)).rejects.toThrow();
    const phases = lines.flatMap((line) => (JSON.parse(line) as { phase?: string }).phase ?? []);
    expect(phases).toEqual(['http', 'jobs', 'database']);
    expect(running.app.database.pool.totalCount).toBe(0);
  });

  it('answers requests that are running when it is told to stop', async () => {
    const { running, url } = await start(database.url);
    await running.ready;
    const client = await running.app.database.pool.connect();
    await client.query('BEGIN; LOCK TABLE popbox.products IN ACCESS EXCLUSIVE MODE');
    const slow = fetch(`${url}/api/v1/products`);
    const isWaiting = async () => {
      const { rows } = await running.app.database.pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    };
    while (!(await isWaiting())) await new Promise((resolve) => setTimeout(resolve, 10));
    const stopped = running.stop();
    await client.query('ROLLBACK');
    client.release();
    expect((await slow).status).toBe(200);
    await stopped;
  });

  it('listens while the database is down, says so, and stops cleanly', async () => {
    const { running, url } = await start(
      `postgres://nobody@127.0.0.1:${String(await getPort())}/none`,
    );
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(503);
    expect(health.headers.get('retry-after')).toBe('5');
    expect(await health.json()).toMatchObject({
      status: 'error',
      errors: { code: 'DATABASE_UNAVAILABLE' },
    });
    const list = await fetch(`${url}/api/v1/products`);
    expect([
      list.status,
      ((await list.json()) as { errors: { code: string } }).errors.code,
    ]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    await running.stop();
  });

  // Red if only the connection is looked at: health would say 200, and checkout would fail on a missing table.
  it('T11 an older schema is not ready', async () => {
    const older = await cloneDatabase();
    await runSql(
      older.url,
      `UPDATE drizzle.__drizzle_migrations SET created_at = created_at - 1
       WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations)`,
    );
    const { running, url, lines } = await start(older.url);
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ errors: { code: 'SCHEMA_OUTDATED' } });
    while (!lines.some((line) => line.includes('the jobs did not start'))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // Migrated meanwhile: it becomes ready by itself.
    await runSql(
      older.url,
      `UPDATE drizzle.__drizzle_migrations SET created_at = created_at + 1
       WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations)`,
    );
    await running.ready;
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await running.stop();
    await older.drop();
  });

  it('answers what is no HTTP in the envelope, too', async () => {
    const { running, port } = await start(database.url);
    const raw = async (request: string) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(request);
      const chunks: Buffer[] = [];
      for await (const chunk of socket) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    };
    for (const request of [
      'GET / HTTP/1.1\r\nHost: x\r\nbroken header\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`,
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nConnection: close\r\n\r\n',
    ]) {
      const answer = await raw(request);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toMatch(
        /"errors":\{"code":"MALFORMED_REQUEST"\},"requestId":"[0-9a-f-]{36}"\}$/,
      );
    }
    await running.stop();
  });

  it('says in one sentence that its port is taken', async () => {
    const { running, port } = await start(database.url);
    await running.ready;
    await expect(start(database.url, { PORT: String(port) })).rejects.toThrow(
      `Port ${String(port)} is taken. Set PORT to a free one.`,
    );
    await running.stop();
  });

  it('as an API alone works no jobs', async () => {
    const { running } = await start(database.url, { PROCESS_ROLE: 'api' });
    await running.ready;
    expect(running.app.config.role).toBe('api');
    await running.stop();
  });
});
