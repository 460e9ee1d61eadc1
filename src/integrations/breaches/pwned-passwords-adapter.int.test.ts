import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BREACHED_PASSWORDS } from '../../../sandbox/breaches/router.ts';
import { startSandbox, type Sandbox } from '../../../sandbox/start-sandbox.ts';
import { runInsideTransaction } from '../../db/transaction-context.ts';
import { createPwnedPasswordsAdapter } from './pwned-passwords-adapter.ts';

let sandbox: Sandbox;
/** Answers every range with one hit of count 0, the form of padding, and remembers what it was asked. */
let padding: Server;
const asked: { url: string | undefined; padded: unknown }[] = [];

beforeAll(async () => {
  sandbox = await startSandbox();
  padding = createServer((request, response) => {
    asked.push({ url: request.url, padded: request.headers['add-padding'] });
    response.end('1E4C9B93F3F0682250B6CF8331B7EE68FD8:0\r\n');
  });
  await new Promise<void>((ready) => {
    padding.listen(0, '127.0.0.1', ready);
  });
});
afterAll(async () => {
  await sandbox.close();
  await new Promise((closed) => padding.close(closed));
});

const adapter = (url: string) => createPwnedPasswordsAdapter({ url, timeoutMs: 500 });

it('knows stolen passwords, and no others', async () => {
  const breaches = adapter(sandbox.url);
  for (const [password] of BREACHED_PASSWORDS) {
    expect(await breaches.isBreached(password)).toBe(true);
  }
  expect(await breaches.isBreached('seven lanterns at dusk')).toBe(false);
});

it('sends five digits of the hash, asks for padding, and takes none of it for a hit', async () => {
  const { port } = padding.address() as AddressInfo;
  const breaches = adapter(`http://127.0.0.1:${String(port)}`);
  // SHA-1: 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8
  expect(await breaches.isBreached('password')).toBe(false);
  expect(asked).toEqual([{ url: '/range/5BAA6', padded: 'true' }]);
});

it('does not know when nobody answers', async () => {
  const closed = await startSandbox();
  await closed.close();
  await expect(adapter(closed.url).isBreached('password')).rejects.toMatchObject({
    kind: 'unknown',
  });
  for (const kind of ['error_500', 'error_429', 'timeout_after_work'] as const) {
    sandbox.fault({ match: 'GET /range/*', kind });
    await expect(adapter(sandbox.url).isBreached('password')).rejects.toMatchObject({
      provider: 'breaches',
      kind: 'unknown',
    });
  }
  sandbox.fault({ match: 'GET /range/*', kind: 'error_409' });
  await expect(adapter(sandbox.url).isBreached('password')).rejects.toMatchObject({
    kind: 'rejected',
  });
});

it('refuses to work inside a transaction', async () => {
  const inside = runInsideTransaction('test', () => adapter(sandbox.url).isBreached('x'));
  await expect(inside).rejects.toThrow('breaches.isBreached was called inside');
});
