import express from 'express';
import type { Request, RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import type { SandboxCore } from '../core.ts';
import { hasSecretKey, requireApiKey } from './api-key.ts';
import { addBucket, listFolder, objectJson, putObject } from './storage-buckets.ts';
import type { Bucket } from './storage-buckets.ts';
import {
  alreadyExists,
  answerStorageRefusals,
  bucketNotFound,
  invalidKey,
  invalidRequest,
  notAllowed,
  objectNotFound,
} from './storage-refusal.ts';
import { supabaseOf } from './supabase-state.ts';
import type { SupabaseState } from './supabase-state.ts';
import { readUpload } from './storage-upload.ts';

const SIZE_LIMIT = '50mb';
/** The storage server's own list of characters. */
const VALID_KEY = /^(\w|\/|!|-|\.|\*|'|\(|\)| |&|\$|@|=|;|:|\+|,|\?)+$/;

const removeBody = z.looseObject({ prefixes: z.array(z.string()).min(1) });
const bucketBody = z.looseObject({
  id: z.string().min(1),
  name: z.string().min(1),
  public: z.boolean().default(false),
});
const listBody = z.looseObject({
  prefix: z.string().default(''),
  search: z.string().default(''),
  limit: z.number().int().positive().default(100),
  offset: z.number().int().nonnegative().default(0),
  sortBy: z
    .looseObject({
      column: z.string().default('name'),
      order: z.enum(['asc', 'desc']).default('asc'),
    })
    .default({ column: 'name', order: 'asc' }),
});

/** The storage server, to be mounted at `/storage/v1`. Buckets are public to read, never to write. */
export function createStorageRouter(core: SandboxCore): Router {
  const state = supabaseOf(core);
  const router = express.Router();
  router.get('/object/public/:bucket/*key', (request, response) => {
    sendObject(request, response, requireBucket(state, request, { isPublic: true }));
  });

  router.use(requireApiKey(core));
  const json = express.json({ limit: '1mb' });
  const raw = express.raw({ type: () => true, limit: SIZE_LIMIT });
  const secret = requireSecretKey(core);
  mountBuckets(router, state, secret, json);

  router.post('/object/list/:bucket', secret, json, (request, response) => {
    const bucket = requireBucket(state, request);
    const { sortBy, ...page } = read(listBody, request.body);
    response.json(listFolder(bucket, { ...page, ...sortBy }));
  });
  router.get(
    ['/object/authenticated/:bucket/*key', '/object/:bucket/*key'],
    secret,
    (request, response) => {
      sendObject(request, response, requireBucket(state, request));
    },
  );
  router.post('/object/:bucket/*key', secret, raw, async (request, response) => {
    const mayReplace = request.get('x-upsert') === 'true';
    await storeObject(request, response, requireBucket(state, request), mayReplace);
  });
  router.put('/object/:bucket/*key', secret, raw, async (request, response) => {
    await storeObject(request, response, requireBucket(state, request), true);
  });
  router.delete('/object/:bucket', secret, json, (request, response) => {
    const bucket = requireBucket(state, request);
    const { prefixes } = read(removeBody, request.body);
    response.json(prefixes.flatMap((key) => removeObject(bucket, key)));
  });
  router.delete('/object/:bucket/*key', secret, (request, response) => {
    if (removeObject(requireBucket(state, request), keyOf(request)).length === 0) {
      throw objectNotFound();
    }
    response.json({ message: 'Successfully deleted' });
  });
  router.use(() => {
    throw invalidRequest('The stand-in does not know this endpoint');
  });
  router.use(answerStorageRefusals);
  return router;
}

function mountBuckets(
  router: Router,
  state: SupabaseState,
  secret: RequestHandler,
  json: RequestHandler,
): void {
  router.get('/bucket', secret, (_request, response) => {
    response.json([...state.buckets.values()].map(bucketJson));
  });
  router.get('/bucket/:bucket', secret, (request, response) => {
    response.json(bucketJson(requireBucket(state, request)));
  });
  router.post('/bucket', secret, json, (request, response) => {
    const { name, public: isPublic } = read(bucketBody, request.body);
    if (state.buckets.has(name)) throw alreadyExists();
    addBucket(state.buckets, name, isPublic);
    response.json({ name });
  });
  router.delete('/bucket/:bucket', secret, (request, response) => {
    const bucket = requireBucket(state, request);
    if (bucket.objects.size > 0) {
      throw invalidRequest('The bucket you tried to delete is not empty');
    }
    state.buckets.delete(bucket.name);
    response.json({ message: 'Successfully deleted' });
  });
}

function requireSecretKey(core: SandboxCore): RequestHandler {
  return (request, _response, next) => {
    if (!hasSecretKey(core, request)) throw notAllowed();
    next();
  };
}

function requireBucket(
  state: SupabaseState,
  request: Request,
  only: { isPublic?: true } = {},
): Bucket {
  const name = request.params.bucket;
  const bucket = typeof name === 'string' ? state.buckets.get(name) : undefined;
  // A private bucket hides from the public address.
  if (bucket === undefined || (only.isPublic === true && !bucket.isPublic)) throw bucketNotFound();
  return bucket;
}

function keyOf(request: Request): string {
  const segments = request.params.key;
  const key = Array.isArray(segments) ? segments.join('/') : '';
  const hasOddSegment = key.split('/').some((segment) => ['', '.', '..'].includes(segment));
  if (!VALID_KEY.test(key) || hasOddSegment) throw invalidKey(key);
  return key;
}

async function storeObject(
  request: Request,
  response: Response,
  bucket: Bucket,
  mayReplace: boolean,
): Promise<void> {
  const key = keyOf(request);
  if (!mayReplace && bucket.objects.has(key)) throw alreadyExists();
  const object = putObject(bucket, key, await readUpload(request));
  response.json({ Id: object.id, Key: `${bucket.name}/${key}` });
}

function removeObject(bucket: Bucket, key: string): Record<string, unknown>[] {
  const object = bucket.objects.get(key);
  if (object === undefined) return [];
  bucket.objects.delete(key);
  return [{ ...objectJson(key, object), bucket_id: bucket.name }];
}

function sendObject(request: Request, response: Response, bucket: Bucket): void {
  const object = bucket.objects.get(keyOf(request));
  if (object === undefined) throw objectNotFound();
  response.set({
    'Content-Type': object.contentType,
    'Cache-Control': object.cacheControl,
    ETag: object.etag,
    'Last-Modified': new Date(object.updatedAt).toUTCString(),
    'X-Content-Type-Options': 'nosniff',
    // An SVG is a document: opened on its own it must not run anything on this origin.
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  });
  // Express turns a matching If-None-Match into 304 and adds Content-Length.
  response.send(object.bytes);
}

function bucketJson(bucket: Bucket): Record<string, unknown> {
  return {
    id: bucket.name,
    name: bucket.name,
    owner: '',
    public: bucket.isPublic,
    file_size_limit: null,
    allowed_mime_types: null,
    created_at: bucket.createdAt,
    updated_at: bucket.createdAt,
  };
}

function read<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) throw invalidRequest(z.prettifyError(parsed.error));
  return parsed.data;
}
