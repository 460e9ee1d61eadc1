import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPrivateAddress, postWebhook } from './post-webhook.ts';

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::ffff:127.0.0.1',
    'fd00::1',
    'fe80::1',
  ])('%s is no place on the internet', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111'])('%s is', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('postWebhook', () => {
  let server: Server;
  let port: number;
  let received: string[];
  beforeAll(async () => {
    received = [];
    server = createServer((request, response) => {
      received.push(request.url ?? '');
      response.statusCode = request.url === '/moved' ? 302 : 204;
      response.end();
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const post = (host: string, path: string, options: object) =>
    postWebhook({
      url: `http://${host}:${String(port)}${path}`,
      headers: { 'content-type': 'application/json' },
      body: '{}',
      allowPrivateAddresses: false,
      timeoutMs: 500,
      ...options,
    });

  /** Answers these addresses one after the other, as the owner of a name may; the last one for ever. */
  function answering(...addresses: string[]): { lookup: LookupFunction; asked: () => number } {
    let asked = 0;
    const lookup: LookupFunction = (_name, options, done) => {
      const address = addresses[Math.min(asked, addresses.length - 1)] ?? '';
      asked += 1;
      if (options.all === true) done(null, [{ address, family: 4 }]);
      else done(null, address, 4);
    };
    return { lookup, asked: () => asked };
  }

  it.each(['localhost', '127.0.0.1', '[::1]', '2130706433', '0x7f.1'])(
    'refuses %s before it connects',
    async (host) => {
      const before = received.length;
      const answer = await post(host, '/private', {});
      expect(answer).toEqual({ status: null, error: 'the address is not a public one' });
      expect(received).toHaveLength(before);
    },
  );

  // Red if the name is resolved once to be judged and again to connect.
  it('connects to the address that it judged, whatever the name is answered next', async () => {
    const { lookup, asked } = answering('203.0.113.1', '127.0.0.1');
    const before = received.length;
    const answer = await post('rebound.test', '/rebound', { lookup });
    expect(answer.status).toBeNull();
    expect(received).toHaveLength(before);
    expect(asked()).toBe(1);
  });

  it('refuses a name of which one address is private', async () => {
    const lookup: LookupFunction = (_name, _options, done) => {
      done(null, [
        { address: '203.0.113.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    };
    expect(await post('both.test', '/both', { lookup })).toEqual({
      status: null,
      error: 'the address is not a public one',
    });
  });

  it('posts where private addresses are allowed, and follows no redirect', async () => {
    const allowed = { lookup: answering('127.0.0.1').lookup, allowPrivateAddresses: true };
    expect(await post('hook.test', '/here', allowed)).toEqual({ status: 204, error: null });
    expect(await post('hook.test', '/moved', allowed)).toEqual({
      status: 302,
      error: 'answered 302',
    });
    expect(received.slice(-2)).toEqual(['/here', '/moved']);
  });
});
