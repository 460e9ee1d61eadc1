import type { Request, RequestHandler, Response } from 'express';
import type { App } from '../kernel/app.ts';
import type { StoredReply } from './response-cache.ts';

/** Browsers and proxies may keep the answer, but ask each time: a 304 costs no body. */
const CACHE_CONTROL = 'public, max-age=0, must-revalidate';

/** Answers a public read from what is stored: 304 if the caller has it already. */
export function sendStored(request: Request, response: Response, reply: StoredReply): void {
  response.setHeader('ETag', reply.etag);
  response.setHeader('Cache-Control', CACHE_CONTROL);
  if (matches(request.headers['if-none-match'], reply.etag)) {
    response.status(304).end();
    return;
  }
  const requestId: unknown = response.locals.requestId;
  const body = `${reply.head}${escapeId(typeof requestId === 'string' ? requestId : '')}"}`;
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(request.method === 'HEAD' ? undefined : body);
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
  return requestId.replace(/["\\]/g, '\\$&');
}

/** Answers what is stored before any route is looked for. */
export function serveStored(app: App): RequestHandler {
  return (request, response, next) => {
    const reply =
      request.method === 'GET' ? app.responseCache.find(request.originalUrl) : undefined;
    if (reply === undefined) {
      next();
      return;
    }
    // No route is known here; metrics tell such reads together.
    response.locals.isStored = true;
    sendStored(request, response, reply);
  };
}
