import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import type { Mounted } from './handle-route.ts';
import type { BodyKind, Route } from './route.ts';

/** Largest body that any route reads. */
const MAX_BODY = '1mb';

const READERS: Record<BodyKind, readonly RequestHandler[]> = {
  none: [],
  json: [express.json({ limit: MAX_BODY })],
  // Signatures are over the untouched bytes.
  raw: [express.raw({ type: () => true, limit: MAX_BODY, inflate: false })],
  // Read by the route itself, behind its guard.
  multipart: [],
};

const pack = compression({ level: 6, threshold: 1024 });

/**
 * Mounts operations so that a literal path always wins over a parameter (`/collections/reorder` before
 * `/collections/:id`), whatever order the modules list them in. Each has only those middlewares before it that it needs:
 * public reads, which have no body and are compressed as they are stored, have none.
 */
export function mountRoutes(server: Express, mounted: readonly Mounted[]): void {
  for (const { route, serve } of [...mounted].sort((a, b) =>
    compareSpecificity(a.route.path, b.route.path),
  )) {
    server[route.method](route.path, ...middlewaresOf(route), async (request, response) => {
      response.locals.route = route;
      await serve(request, response);
    });
  }
}

function middlewaresOf(route: Route): RequestHandler[] {
  return [...READERS[route.bodyKind], ...(route.isCached ? [] : [pack])];
}

function compareSpecificity(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const leftIsParameter = left[i]?.startsWith(':') === true;
    const rightIsParameter = right[i]?.startsWith(':') === true;
    if (leftIsParameter !== rightIsParameter) return leftIsParameter ? 1 : -1;
  }
  return 0;
}
