import { firstFreeSlug } from './make-slug.ts';

const MAX_TRIES = 20;

/**
 * Inserts a row under the first free of `base`, `base-2`, `base-3` … . What is free when it is looked up may be
 * taken when it is inserted: the unique index decides, and the loser looks again. Returns the slug.
 */
export async function claimSlug(
  base: string,
  loadTaken: (base: string) => Promise<{ has: (slug: string) => boolean }>,
  insert: (slug: string) => Promise<boolean>,
): Promise<string> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const slug = firstFreeSlug(base, await loadTaken(base));
    if (await insert(slug)) return slug;
  }
  throw new Error(`No slug like "${base}" stayed free through ${String(MAX_TRIES)} tries.`);
}
