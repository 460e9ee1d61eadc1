import { crc32 } from 'node:zlib';
import type { Request, RequestHandler, Response } from 'express';
import type { App } from '../kernel/app.ts';
import { countClient } from './limit-caller.ts';
import type { PackedHead, StoredReply } from './response-cache.ts';

/** Browsers and proxies may keep the answer, but ask each time: a 304 costs no body. */
const CACHE_CONTROL = 'public, max-age=0, must-revalidate';

/** Answers a public read from what is stored: 304 if the caller has it already, compressed if he can unpack it. */
export function sendStored(request: Request, response: Response, reply: StoredReply): void {
  response.setHeader('ETag', reply.etag);
  response.setHeader('Cache-Control', CACHE_CONTROL);
  if (matches(request.headers['if-none-match'], reply.etag)) {
    response.status(304).end();
    return;
  }
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  const packed = acceptsGzip(request) ? reply.pack() : null;
  const body = packed === null ? reply.head + endOf(response) : appendEnd(packed, endOf(response));
  if (packed !== null) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(request.method === 'HEAD' ? undefined : body);
}

/**
 * Answers what is stored before anything else runs: on a hot read parsers, routes and guards cost several times what the
 * answer does. `headers` are those that every answer has.
 */
export function serveStored(app: App, headers: Map<string, string>): RequestHandler {
  return (request, response, next) => {
    const reply =
      request.method === 'GET' ? app.responseCache.find(request.originalUrl) : undefined;
    if (reply === undefined) {
      next();
      return;
    }
    response.setHeaders(headers);
    const refusal = countClient(app, request, response);
    if (refusal !== null) {
      next(refusal);
      return;
    }
    // No route is known here; metrics tell such reads together.
    response.locals.isStored = true;
    sendStored(request, response, reply);
  };
}

/**
 * The head was compressed when it was first asked for, so that a hot read does not pay for it each time. The request id
 * follows as a block that is merely stored, and the checksum goes on from the head's.
 */
function appendEnd(packed: PackedHead, text: string): Buffer {
  const end = Buffer.from(text, 'latin1');
  const body = Buffer.allocUnsafe(packed.bytes.length + 5 + end.length + 8);
  let at = packed.bytes.copy(body);
  // The last block of deflate, stored: its length, and the length inverted.
  at = body.writeUInt8(1, at);
  at = body.writeUInt16LE(end.length, at);
  at = body.writeUInt16LE(0xffff - end.length, at);
  at += end.copy(body, at);
  at = body.writeUInt32LE(crc32(end, packed.crc), at);
  body.writeUInt32LE((packed.plainLength + end.length) >>> 0, at);
  return body;
}

/** What comes behind the head: the caller's own request id, and the end of the envelope. */
function endOf(response: Response): string {
  const requestId: unknown = response.locals.requestId;
  return `${escapeId(typeof requestId === 'string' ? requestId : '')}"}`;
}

/** Most clients that cannot unpack send no such header at all. */
function acceptsGzip(request: Request): boolean {
  return (
    request.headers['accept-encoding'] !== undefined && request.acceptsEncodings('gzip') === 'gzip'
  );
}

/** Weak comparison: a proxy may have made the tag weak or strong. */
function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  const plain = etag.replace(/^W\//, '');
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === plain);
}

/** A request id is printable ASCII; two of those characters mean something in JSON. */
function escapeId(requestId: string): string {
  return /["\\]/.test(requestId) ? requestId.replace(/["\\]/g, '\\$&') : requestId;
}
