import express from 'express';
import type { RequestHandler, Router } from 'express';
import type { SandboxCore } from '../core.ts';
import { createAuthRouter } from './auth-router.ts';
import { createStorageRouter } from './storage-router.ts';

const ALLOWED_HEADERS = [
  'apikey',
  'authorization',
  'content-type',
  'x-client-info',
  'x-supabase-api-version',
  'x-upsert',
  'cache-control',
];

/** Browsers call Supabase from another origin, with a bearer and never with cookies. */
const allowOrigins: RequestHandler = (request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'X-Supabase-Api-Version',
  });
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.set({
    'Access-Control-Allow-Headers': ALLOWED_HEADERS.join(', '),
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
    'Access-Control-Max-Age': '600',
  });
  response.status(204).end();
};

/** Stand-in for Supabase: `/auth/v1/*` and `/storage/v1/*`. */
export function createSupabaseRouter(core: SandboxCore): Router {
  const router = express.Router();
  router.use(['/auth/v1', '/storage/v1'], allowOrigins);
  router.use('/auth/v1', createAuthRouter(core));
  router.use('/storage/v1', createStorageRouter(core));
  return router;
}
