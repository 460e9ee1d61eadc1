import { createHash } from 'node:crypto';
import { constants, crc32, gzipSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';

/** A finished answer of a public read, all but the request id, which is the caller's own. */
export type StoredReply = {
  /** The envelope up to where the request id goes. */
  head: string;
  /** Of the data alone, so that the same content has the same tag whoever asks. */
  etag: string;
  /** The head compressed, made when it is first wanted; null where it is so short that it would not pay. */
  pack: () => PackedHead | null;
};

/** A gzip stream up to where the request id goes: header and blocks, without an end. */
export type PackedHead = { bytes: Buffer; crc: number; plainLength: number };

export type ResponseCache = {
  find: (url: string) => StoredReply | undefined;
  /** The stored reply, or a new one; of many callers at once one makes it and all get it. */
  remember: (url: string, make: () => Promise<StoredReply>) => Promise<StoredReply>;
  /** Throws away what is finished, so that whoever changed something sees it at once. Other processes wait out the ttl. */
  forgetAll: () => void;
};

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Keeps answers of public reads in this process for a moment. It only ever shows: what decides a sale reads the row.
 *
 * `ttlMs` is the ceiling on staleness, and it is so low that nothing needs to be told to the cache when something changes,
 * here or in another replica: under load a page is made once a second instead of a thousand times. Rejected: NOTIFY on
 * every change of stock, because it makes all commits of a drop wait for one lock. With 0 nothing is kept.
 */
export function createResponseCache(options: { ttlMs: number }): ResponseCache {
  if (options.ttlMs === 0)
    return { find: () => undefined, remember: (_url, make) => make(), forgetAll: () => undefined };
  const cache = new LRUCache<string, StoredReply, () => Promise<StoredReply>>({
    ttl: options.ttlMs,
    maxSize: MAX_BYTES,
    // Two bytes a character, and once more for the compressed form, which is never longer.
    sizeCalculation: (reply, url) => 3 * reply.head.length + 2 * url.length + 200,
    // An answer larger than this would push out hundreds of others.
    maxEntrySize: MAX_BYTES / 64,
    fetchMethod: (_url, _stale, { context }) => context(),
  });
  return {
    find: (url) => cache.get(url),
    remember: async (url, make) => {
      const reply = await cache.fetch(url, { context: make });
      // Undefined only where the entry was thrown out while it was made.
      return reply ?? make();
    },
    forgetAll: () => {
      // Not `clear`, which also aborts what is being made and lets its callers fail.
      for (const url of [...cache.keys()]) cache.delete(url);
    },
  };
}

/** The envelope of a successful read with its tag. */
export function storeReply(data: unknown, message: string): StoredReply {
  const json = JSON.stringify(data ?? null);
  const tag = createHash('sha1').update(json).digest('base64url');
  const start = JSON.stringify({ status: 'success', code: 200, success: true, message });
  const head = `${start.slice(0, -1)},"data":${json},"requestId":"`;
  let packed: PackedHead | null | undefined;
  return {
    head,
    // Weak: the body differs by its request id.
    etag: `W/"${tag}"`,
    pack: () => (packed ??= head.length < MIN_PACKED ? null : packHead(head)),
  };
}

/** Shorter answers fit into one packet anyway. */
const MIN_PACKED = 1024;

/** Flushed to a whole byte, so that another block can follow; the end is cut off and written with the request id. */
function packHead(head: string): PackedHead {
  const plain = Buffer.from(head);
  const bytes = gzipSync(plain, { level: 6, finishFlush: constants.Z_FULL_FLUSH });
  return { bytes, crc: crc32(plain), plainLength: plain.length };
}
