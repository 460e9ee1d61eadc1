import type { App } from '../../../kernel/app.ts';
import type { Collection } from '../catalog.contract.ts';
import { loadActiveCollections } from '../queries/load-collections-and-tags.ts';

/** The active collections by sort order, then id. */
export async function listCollections(app: App): Promise<Collection[]> {
  return loadActiveCollections(app.database.db);
}
