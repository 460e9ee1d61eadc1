import { createClient, StorageApiError } from '@supabase/supabase-js';
import type { SupabaseClient } from '@supabase/supabase-js';
import { assertOutsideTransaction } from '../../db/transaction-context.ts';
import { ProviderError } from '../provider-error.ts';
import type { ProviderErrorKind } from '../provider-error.ts';
import { fetchWithTimeout } from './fetch-with-timeout.ts';
import type { StoragePort } from './storage-port.ts';

const DEFAULT_TIMEOUT_MS = 15_000;
/** The server's own limits: keys in one delete, entries in one page of a listing. */
const REMOVE_BATCH = 1_000;
const LIST_PAGE = 1_000;

export type SupabaseStorageSettings = {
  /** Without trailing slash. */
  url: string;
  secretKey: string;
  bucket: string;
  timeoutMs?: number;
};

type Bucket = ReturnType<SupabaseClient['storage']['from']>;

/** Product images in one public bucket of Supabase Storage, written with the secret key. */
export function createSupabaseStorageAdapter(settings: SupabaseStorageSettings): StoragePort {
  const client = createClient(settings.url, settings.secretKey, {
    auth: {
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
    },
    global: {
      fetch: fetchWithTimeout(settings.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    },
  });
  const bucket = client.storage.from(settings.bucket);
  const publicRoot = `${settings.url}/storage/v1/object/public/${encodeURIComponent(settings.bucket)}`;
  return {
    upload: async (key, bytes, contentType, options) => {
      assertOutsideTransaction('supabase.upload');
      const { error } = await bucket.upload(key, bytes, {
        contentType,
        cacheControl: String(options.cacheSeconds),
        upsert: false,
      });
      if (error !== null) throw storageFailed('upload', error);
    },
    remove: async (keys) => {
      assertOutsideTransaction('supabase.remove');
      for (let start = 0; start < keys.length; start += REMOVE_BATCH) {
        const { error } = await bucket.remove(keys.slice(start, start + REMOVE_BATCH));
        if (error !== null) throw storageFailed('remove', error);
      }
    },
    list: async (prefix) => {
      assertOutsideTransaction('supabase.list');
      return listBelow(bucket, prefix.replace(/^\/+|\/+$/g, ''));
    },
    publicUrl: (key) => `${publicRoot}/${key.split('/').map(encodeURIComponent).join('/')}`,
  };
}

/** The server lists one folder, one page at a time; a folder is an entry without an id. */
async function listBelow(bucket: Bucket, folder: string): Promise<string[]> {
  const keys: string[] = [];
  for (let offset = 0; ; offset += LIST_PAGE) {
    const { data, error } = await bucket.list(folder, {
      limit: LIST_PAGE,
      offset,
    });
    if (error !== null) throw storageFailed('list', error);
    for (const entry of data) {
      const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.id === null) keys.push(...(await listBelow(bucket, key)));
      else keys.push(key);
    }
    if (data.length < LIST_PAGE) return keys;
  }
}

function storageFailed(operation: string, error: Error): ProviderError {
  return new ProviderError({
    provider: 'supabase',
    kind: kindOf(error),
    operation,
    cause: error,
  });
}

/** The HTTP status of a storage error is often 400; the true one stands in the body. */
function kindOf(error: Error): ProviderErrorKind {
  if (!(error instanceof StorageApiError)) return 'unknown';
  const status = Number.parseInt(error.statusCode, 10);
  const trueStatus = Number.isNaN(status) ? error.status : status;
  if (trueStatus >= 500 || trueStatus === 429) return 'unknown';
  if (error.code === 'NoSuchBucket' || /bucket not found/i.test(error.message)) {
    return 'misconfigured';
  }
  return trueStatus === 401 || trueStatus === 403 ? 'misconfigured' : 'rejected';
}
