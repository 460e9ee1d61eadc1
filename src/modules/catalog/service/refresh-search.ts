import { inTx, type Tx } from '../../../db/client.ts';
import type { App } from '../../../kernel/app.ts';
import {
  findUnindexed,
  listTagged,
  loadSearchSources,
  lockDocuments,
  lockTagsOf,
  saveSearchDocuments,
  saveSearchWords,
} from '../queries/save-search-documents.ts';
import { lockProducts } from '../queries/save-product.ts';
import { guessableWords, placeWords } from '../search/place-words.ts';
import { plainWords } from '../search/split-words.ts';

/** One more for every change of how texts are split: the job then makes all documents anew. */
const VERSION = 1;

const BATCH = 500;

/**
 * Step: makes these products findable by what they are now. Called, before the commit, by whoever changes a name,
 * description, status, SKU or the tags of a product. Returns how many documents were out of date.
 */
export async function refreshSearch(tx: Tx, productIds: readonly string[]): Promise<number> {
  if (productIds.length === 0) return 0;
  await lockTagsOf(tx, productIds);
  const { changed, words } = await writeDocuments(tx, productIds);
  await saveSearchWords(tx, [...words]);
  return changed;
}

/**
 * Step: the same for all products that have this tag; called by whoever changes a tag's name, and has it locked. Their other
 * tags are not: two who rename two tags of one product would wait for each other. Both write the document, and the later one
 * reads what the earlier has committed.
 */
export async function refreshSearchOfTag(tx: Tx, tagId: string): Promise<void> {
  const words = new Set<string>();
  let after: string | null = null;
  for (;;) {
    const ids: string[] = await listTagged(tx, tagId, after, BATCH);
    if (ids.length === 0) break;
    const written = await writeDocuments(tx, ids);
    for (const word of written.words) words.add(word);
    if (ids.length < BATCH) break;
    after = ids.at(-1) ?? null;
  }
  // After all documents, as everywhere: others wait for a new word, and may hold a document of the next batch.
  await saveSearchWords(tx, [...words]);
}

/** The words are those that a misspelt search may be led to; none if nothing was out of date. */
async function writeDocuments(
  tx: Tx,
  productIds: readonly string[],
): Promise<{ changed: number; words: Set<string> }> {
  await lockDocuments(tx, productIds);
  const sources = await loadSearchSources(tx, productIds);
  const changed = await saveSearchDocuments(
    tx,
    VERSION,
    sources.map((source) => ({
      productId: source.productId,
      plainName: plainWords(source.name),
      words: placeWords(source),
    })),
  );
  return { changed, words: new Set(changed > 0 ? sources.flatMap(guessableWords) : []) };
}

/**
 * Makes the missing documents: of products that were there before search was, or came by plain SQL, and all of them
 * after a release that splits texts otherwise. Returns how many were made.
 */
export async function indexProducts(app: Pick<App, 'database'>): Promise<number> {
  let made = 0;
  for (;;) {
    const found = await inTx(app, 'indexProducts', async (tx) => {
      const ids = await findUnindexed(tx, VERSION, BATCH);
      if (ids.length === 0) return 0;
      // A document that is missing cannot be locked, and an editor of the product may be about to make it.
      await lockProducts(tx, ids);
      await refreshSearch(tx, ids);
      return ids.length;
    });
    made += found;
    if (found < BATCH) return made;
  }
}
