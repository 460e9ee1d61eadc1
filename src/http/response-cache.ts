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
  /** Throws away everything, also what is being made: whoever asks afterwards sees what is committed by then. */
  forgetAll: () => void;
};

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Keeps answers of public reads in this process for a moment. It only ever shows: what decides a sale reads the row.
 *
 * `ttlMs` is the ceiling on staleness, and it is so low that sales need not be told to the cache: under load a page is made
 * once a second instead of a thousand times. Rejected: NOTIFY on every change of stock, because it makes all commits of
 * a drop wait for one lock. Edits are few and are told; see `main/follow-catalogue.ts`. With 0 nothing is kept.
 */
export function createResponseCache(options: { ttlMs: number }): ResponseCache {
  if (options.ttlMs === 0)
    return { find: () => undefined, remember: (_url, make) => make(), forgetAll: () => undefined };
  let cache = openCache(options.ttlMs);
  return {
    find: (url) => cache.get(url),
    remember: async (url, make) => {
      const reply = await cache.fetch(url, { context: make });
      // Undefined only where the entry was thrown out while it was made.
      return reply ?? make();
    },
    forgetAll: () => {
      // Another one, not `clear`, which aborts what is being made and lets its callers fail. They get it from the old one,
      // where nobody finds it afterwards: it may have been read before the change.
      cache = openCache(options.ttlMs);
    },
  };
}

function openCache(ttlMs: number) {
  return new LRUCache<string, StoredReply, () => Promise<StoredReply>>({
    ttl: ttlMs,
    maxSize: MAX_BYTES,
    // Two bytes a character, and once more for the compressed form, which is hardly ever longer.
    sizeCalculation: (reply, url) => 3 * reply.head.length + 2 * url.length + 200,
    // An answer larger than this would push out hundreds of others.
    maxEntrySize: MAX_BYTES / 64,
    fetchMethod: (_url, _stale, { context }) => context(),
  });
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
