export type UploadOptions = { cacheSeconds: number };

/** Objects of one public bucket. Keys look like `products/<product uuid>/<random>.webp`. */
export type StoragePort = {
  /**
   * Stores a new object. Keys are never reused: an existing one is `rejected`, not replaced,
   * because browsers and caches keep what they have seen under a key for weeks.
   * @throws ProviderError `rejected`, `unknown`, or `misconfigured` (no such bucket, bad key)
   */
  upload: (
    key: string,
    bytes: Buffer,
    contentType: string,
    options: UploadOptions,
  ) => Promise<void>;
  /** Deletes objects; keys that do not exist are fine, so a repeat is too. */
  remove: (keys: readonly string[]) => Promise<void>;
  /** Every key below a folder, at any depth. */
  list: (prefix: string) => Promise<string[]>;
  /** Where everybody may read the object. Pure: asks nobody. */
  publicUrl: (key: string) => string;
};
