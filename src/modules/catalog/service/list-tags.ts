import type { App } from '../../../kernel/app.ts';
import type { Tag } from '../catalog.contract.ts';
import { loadTags } from '../queries/load-collections-and-tags.ts';

/** All tags by type, then name. */
export async function listTags(app: App): Promise<Tag[]> {
  return loadTags(app.database.db);
}
