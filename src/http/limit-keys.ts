import type { BlockList } from 'node:net';
import { isIPv6 } from 'node:net';
import type { Request } from 'express';
import { toBlockList, type Config, type LimitClass } from '../config/index.ts';
import type { App } from '../kernel/app.ts';
import { equalSecrets } from '../kernel/hash.ts';
import { networkOf } from './network-of.ts';
import { parseCookie } from './parse-cookie.ts';

const EXEMPT_HEADER = 'x-rate-limit-key';
const GUEST_COOKIE = 'guest_order_session';

/** Enough of a signature to tell credentials apart; not so much that a flood of long ones fills the memory. */
const KEY_LENGTH = 43;
const MAX_EMAIL = 254;

const exemptLists = new WeakMap<Config, BlockList | null>();

/** True for a server of the shop's own: by the configured address or the configured key. */
export function isExemptCaller(app: App, request: Request): boolean {
  const { rateLimitExemptKey: key } = app.config;
  if (key !== null) {
    const given = request.headers[EXEMPT_HEADER];
    if (typeof given === 'string' && equalSecrets(given, key)) return true;
  }
  const list = exemptListOf(app.config);
  if (list === null) return false;
  const network = plainAddress(request.ip ?? '');
  return list.check(network, isIPv6(network) ? 'ipv6' : 'ipv4');
}

function exemptListOf(config: Config): BlockList | null {
  let list = exemptLists.get(config);
  if (list === undefined) {
    list = config.rateLimitExempt.length === 0 ? null : toBlockList(config.rateLimitExempt);
    exemptLists.set(config, list);
  }
  return list;
}

/** `::ffff:192.0.2.7`, as a server on all interfaces sees it, is `192.0.2.7`. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}

/** What is counted as one client. */
export function clientKey(request: Request): string {
  return networkOf(request.ip ?? '');
}

/**
 * What is counted as one person, or null for somebody who says nothing about himself.
 *
 * Nothing here is verified: that would cost a question to the database before the limit. So a key is made only of what a
 * stranger cannot know (the end of a token or cookie is its signature) or is joined with his own address (an e-mail).
 * Nobody can use up somebody else's calls, and whoever invents credentials is still counted as a client.
 */
export function personKey(limitClass: LimitClass, request: Request): string | null {
  const credential = readCredential(request);
  if (credential !== null) {
    // Opening a ticket locks its order, so each order has its own count.
    const order = limitClass === 'reveal' ? (request.params.publicId ?? '') : '';
    return `${credential} ${String(order).slice(0, KEY_LENGTH)}`;
  }
  const email = readEmail(request.body);
  if (email !== null) return `mail ${email} ${clientKey(request)}`;
  const { session_id: session } = request.query;
  return typeof session === 'string' ? `session ${session.slice(-KEY_LENGTH)}` : null;
}

function readCredential(request: Request): string | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) return `bearer ${authorization.slice(-KEY_LENGTH)}`;
  const cookie = parseCookie(request.headers.cookie, GUEST_COOKIE);
  return cookie === null ? null : `guest ${cookie.slice(-KEY_LENGTH)}`;
}

/** The e-mail of a body that nobody has checked yet. */
function readEmail(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('email' in body)) return null;
  const { email } = body;
  if (typeof email !== 'string' || email.length > MAX_EMAIL) return null;
  return email.trim().toLowerCase();
}
