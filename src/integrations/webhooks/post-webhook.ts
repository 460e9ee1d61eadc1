import { lookup as askDns, type LookupAddress } from 'node:dns';
import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { assertOutsideTransaction } from '../../db/transaction-context.ts';

const TIMEOUT_MS = 15_000;

/** What came back; `error` is a class of failure, never the receiver's own words. */
export type WebhookAnswer = { status: number | null; error: string | null };

type WebhookCall = {
  url: string;
  headers: Record<string, string>;
  body: string;
  allowPrivateAddresses: boolean;
  timeoutMs?: number;
  /** Asks for the addresses of a name; that of the system if left out. */
  lookup?: LookupFunction;
};

class NotPublicError extends Error {}

/**
 * Posts to an address that an admin has typed in. It must not become a way into our own network: in production private
 * addresses are refused. The name is resolved once, for the connection itself: were it asked before and again while
 * connecting, its owner could answer a public address first and a private one then. A redirect is a failure and is never
 * followed.
 */
export async function postWebhook(call: WebhookCall): Promise<WebhookAnswer> {
  assertOutsideTransaction('webhooks.post');
  const signal = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS);
  try {
    const status = await send(call, signal);
    const isTaken = status >= 200 && status < 300;
    return { status, error: isTaken ? null : `answered ${String(status)}` };
  } catch (error) {
    if (error instanceof NotPublicError) {
      return { status: null, error: 'the address is not a public one' };
    }
    return { status: null, error: signal.aborted ? 'no answer in 15 s' : 'not reachable' };
  }
}

function send(call: WebhookCall, signal: AbortSignal): Promise<number> {
  const url = new URL(call.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const ask = call.lookup ?? askDns;
  // An address is not looked up, so nobody else would look at it.
  if (!call.allowPrivateAddresses && isIP(host) !== 0 && isPrivateAddress(host)) {
    return Promise.reject(new NotPublicError());
  }
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...call.headers, 'content-length': Buffer.byteLength(call.body) },
    signal,
    // A connection of its own: a kept one could be to an address of before.
    agent: false,
    lookup: call.allowPrivateAddresses ? ask : refusePrivate(ask),
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
    request.on('error', reject);
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      // Unread, the body would keep the connection.
      response.destroy();
    });
    request.end(call.body);
  });
}

/** The same look-up, which fails if any of its answers is no place on the internet. */
function refusePrivate(ask: LookupFunction): LookupFunction {
  return (hostname, options, done) => {
    ask(hostname, options, (error, found, family) => {
      const isPublic = error === null && addressesOf(found).every((one) => !isPrivateAddress(one));
      if (error !== null || isPublic) done(error, found, family);
      else done(new NotPublicError(), []);
    });
  };
}

function addressesOf(found: string | LookupAddress[]): string[] {
  return typeof found === 'string' ? [found] : found.map(({ address }) => address);
}

/** Loopback, link-local, private and other addresses that are no place on the internet. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return notPublic.check(address, family);
}

const notPublic = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  notPublic.addSubnet(network, prefix, 'ipv6');
}
