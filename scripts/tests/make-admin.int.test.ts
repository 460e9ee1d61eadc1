import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAs } from '../../testing/call-as.ts';
import { CHILD_ENVIRONMENT } from '../../testing/child/child-environment.ts';
import { aPerson } from '../../testing/factories.ts';
import { world, type World } from '../../testing/world.ts';
import { runSql } from '../../testing/run-sql.ts';
import { DATABASE, reachDevDatabase } from '../postgres/reach-dev-database.ts';
import { startEmbeddedPostgres } from '../postgres/start-embedded-postgres.ts';

const SCRIPT = fileURLToPath(new URL('../make-admin.ts', import.meta.url));

let w: World;
beforeAll(async () => {
  w = await world();
});
afterAll(() => w.close());

/** Runs the command, as a terminal would. */
function run(args: string[], settings: Record<string, string> = {}) {
  const env = { ...CHILD_ENVIRONMENT, DATABASE_URL: w.app.config.databaseUrl, ...settings };
  return new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, [SCRIPT, ...args], { env }, (_e, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr });
    });
  });
}

it('makes an admin, staff and a customer of somebody who was there, and writes it down', async () => {
  const person = await aPerson(w);
  const admin = async () => (await callAs(w, person, ['get', '/admin/audit'])).status;
  expect(await admin()).toBe(403);

  const address = person.email.toUpperCase();
  expect(await run([address])).toEqual({
    code: 0,
    output: `${address} was customer and is admin now.\n`,
  });
  expect(await admin()).toBe(200);
  expect((await callAs(w, person, ['get', '/account/profile'])).code).toBe(
    'CUSTOMER_ACCOUNT_REQUIRED',
  );
  expect((await run([person.email, '--staff'])).output).toContain('was admin and is staff now.');
  expect(await admin()).toBe(403);
  const removed = await run([person.email, '--remove']);
  expect(removed.output).toContain('is customer now.\nThe shop has no admin left.');
  expect((await callAs(w, person, ['get', '/account/profile'])).status).toBe(200);

  const { rows } = await w.app.database.pool.query(
    `SELECT actor, before, after FROM popbox.audit_entries WHERE target_id = $1 ORDER BY id`,
    [person.userId],
  );
  const actor = 'command:make-admin';
  expect(rows).toEqual([
    { actor, before: { role: 'customer' }, after: { role: 'admin' } },
    { actor, before: { role: 'admin' }, after: { role: 'staff' } },
    { actor, before: { role: 'staff' }, after: { role: 'customer' } },
  ]);
});

it('says what to do about somebody whom the shop does not know', async () => {
  const shy = await aPerson(w, { isVerified: false });
  await callAs(w, shy, ['get', '/admin/audit']);
  const { code, output } = await run([shy.email]);
  expect(code).toBe(1);
  expect(output).toContain(`Nobody with the verified address ${shy.email}`);
  expect(output).toContain('sign in once');
  // Whoever typed the address may be anybody, whatever the table says of him.
  await w.app.database.pool.query(
    'INSERT INTO popbox.users (id, email, email_verified) VALUES ($1, $2, false)',
    [shy.userId, shy.email],
  );
  expect((await run([shy.email])).code).toBe(1);
});

it('explains itself when it is called with what makes no sense', async () => {
  const { code, output } = await run(['a@b.c', '--staff', '--remove']);
  expect([code, output]).toEqual([2, expect.stringContaining('Usage: pnpm make-admin')]);
});

it('finds the database of a shop on this machine, running or stopped', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'make-admin-'));
  const dataDir = join(folder, 'postgres');
  try {
    await expect(reachDevDatabase(dataDir)).rejects.toThrow('pnpm dev');
    const server = await startEmbeddedPostgres({ dataDir, durable: true });
    await server.createDatabase(DATABASE);
    const running = await reachDevDatabase(dataDir);
    expect(running.url).toBe(server.url(DATABASE));
    await running.leave();
    await runSql(running.url, 'SELECT 1');
    await server.stop();

    const stopped = await reachDevDatabase(dataDir);
    await runSql(stopped.url, 'SELECT 1');
    await stopped.leave();
    await expect(runSql(stopped.url, 'SELECT 1')).rejects.toThrow();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
