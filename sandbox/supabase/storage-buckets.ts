import { createHash } from 'node:crypto';
import { v4 } from 'uuid';

export const DEFAULT_BUCKET = 'product-images';

export type StoredObject = {
  id: string;
  bytes: Buffer;
  contentType: string;
  cacheControl: string;
  etag: string;
  createdAt: string;
  updatedAt: string;
};

export type Bucket = {
  name: string;
  isPublic: boolean;
  createdAt: string;
  objects: Map<string, StoredObject>;
};

export type Buckets = Map<string, Bucket>;

export function createBuckets(): Buckets {
  const buckets: Buckets = new Map();
  addBucket(buckets, DEFAULT_BUCKET, true);
  return buckets;
}

export function addBucket(buckets: Buckets, name: string, isPublic: boolean): Bucket {
  const bucket: Bucket = {
    name,
    isPublic,
    createdAt: new Date().toISOString(),
    objects: new Map(),
  };
  buckets.set(name, bucket);
  return bucket;
}

/** Stores bytes under a key, in place of what was there. */
export function putObject(
  bucket: Bucket,
  key: string,
  content: { bytes: Buffer; contentType: string; cacheControl: string },
): StoredObject {
  const now = new Date().toISOString();
  const known = bucket.objects.get(key);
  const object: StoredObject = {
    ...content,
    id: known?.id ?? v4(),
    etag: `"${createHash('md5').update(content.bytes).digest('hex')}"`,
    createdAt: known?.createdAt ?? now,
    updatedAt: now,
  };
  bucket.objects.set(key, object);
  return object;
}

export type ListRequest = {
  prefix: string;
  search: string;
  limit: number;
  offset: number;
  column: string;
  order: 'asc' | 'desc';
};

/** One page of one folder. Folders are entries whose id is null, as the real listing has them. */
export function listFolder(bucket: Bucket, request: ListRequest): Record<string, unknown>[] {
  const folder = request.prefix.replace(/^\/+|\/+$/g, '');
  const root = folder === '' ? '' : `${folder}/`;
  const entries = new Map<string, Record<string, unknown>>();
  for (const [key, object] of bucket.objects) {
    if (!key.startsWith(root)) continue;
    const rest = key.slice(root.length);
    const slash = rest.indexOf('/');
    const name = slash === -1 ? rest : rest.slice(0, slash);
    if (!name.startsWith(request.search)) continue;
    entries.set(name, slash === -1 ? objectJson(name, object) : folderJson(name));
  }
  const sign = request.order === 'desc' ? -1 : 1;
  const sortText = (entry: Record<string, unknown>): string =>
    String(entry[request.column] ?? entry.name);
  return [...entries.values()]
    .sort((a, b) => sign * (sortText(a) < sortText(b) ? -1 : 1))
    .slice(request.offset, request.offset + request.limit);
}

export function objectJson(name: string, object: StoredObject): Record<string, unknown> {
  return {
    name,
    id: object.id,
    created_at: object.createdAt,
    updated_at: object.updatedAt,
    last_accessed_at: object.updatedAt,
    metadata: {
      eTag: object.etag,
      size: object.bytes.length,
      mimetype: object.contentType,
      cacheControl: object.cacheControl,
      lastModified: object.updatedAt,
      contentLength: object.bytes.length,
      httpStatusCode: 200,
    },
  };
}

function folderJson(name: string): Record<string, unknown> {
  return {
    name,
    id: null,
    created_at: null,
    updated_at: null,
    last_accessed_at: null,
    metadata: null,
  };
}
