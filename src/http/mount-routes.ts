import express, { type Express } from 'express';
import type { Mounted } from './route.ts';

/** Largest body that any route reads. */
export const MAX_BODY = '1mb';

/**
 * Mounts operations so that a literal path always wins over a parameter (`/collections/reorder` before
 * `/collections/:id`), whatever order the modules list them in.
 */
export function mountRoutes(server: Express, mounted: readonly Mounted[]): void {
  for (const { route, serve } of [...mounted].sort((a, b) =>
    compareSpecificity(a.route.path, b.route.path),
  )) {
    const parsers =
      route.bodyKind === 'raw'
        ? [express.raw({ type: () => true, limit: MAX_BODY, inflate: false })]
        : [];
    server[route.method](route.path, ...parsers, async (request, response) => {
      response.locals.route = route;
      await serve(request, response);
    });
  }
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
