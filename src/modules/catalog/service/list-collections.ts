import type { App } from '../../../kernel/app.ts';
import type { Collection } from '../catalog.contract.ts';
import { loadActiveCollections, loadAllCollections } from '../queries/load-collections-and-tags.ts';

/** The active collections by sort order, then id. */
export async function listCollections(app: App): Promise<Collection[]> {
  return loadActiveCollections(app.database.db);
}

/** All collections in the same order, inactive ones included. */
export async function listAllCollections(app: App): Promise<Collection[]> {
  return loadAllCollections(app.database.db);
}
