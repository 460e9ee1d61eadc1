import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { assertOutsideTransaction } from '../../db/transaction-context.ts';

const TIMEOUT_MS = 15_000;

/** What came back; `error` is a class of failure, never the receiver's own words. */
export type WebhookAnswer = { status: number | null; error: string | null };

/**
 * Posts to an address that an admin has typed in. It must not become a way into our own network: in production the name is
 * resolved first and private addresses are refused. A redirect is a failure and is never followed.
 */
export async function postWebhook(call: {
  url: string;
  headers: Record<string, string>;
  body: string;
  allowPrivateAddresses: boolean;
}): Promise<WebhookAnswer> {
  assertOutsideTransaction('webhooks.post');
  if (!call.allowPrivateAddresses && !(await isPublic(new URL(call.url).hostname))) {
    return { status: null, error: 'the address is not a public one' };
  }
  try {
    const response = await fetch(call.url, {
      method: 'POST',
      headers: call.headers,
      body: call.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // Unread, the body would keep the connection.
    await response.body?.cancel();
    return {
      status: response.status,
      error: response.ok ? null : `answered ${String(response.status)}`,
    };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError';
    return { status: null, error: isTimeout ? 'no answer in 15 s' : 'not reachable' };
  }
}

async function isPublic(hostname: string): Promise<boolean> {
  const name = hostname.replace(/^\[|\]$/g, '');
  const addresses =
    isIP(name) === 0
      ? (await lookup(name, { all: true }).catch(() => [])).map((found) => found.address)
      : [name];
  return addresses.length > 0 && addresses.every((address) => !isPrivateAddress(address));
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
